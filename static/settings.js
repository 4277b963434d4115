// Settings: the browser's time zone is offered, and a chosen role is sent at once. Every page works without it.
"use strict";

const zoneHere = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

for (const input of document.querySelectorAll("[data-browser-zone]")) input.value = zoneHere;

function offerZone(box) {
  const input = box.querySelector("input");
  const offer = box.querySelector("[data-zone-offer]");
  const take = box.querySelector("[data-zone-take]");
  const known = [...box.querySelectorAll("option")].some((option) => option.value === zoneHere);
  const show = () => { offer.hidden = !known || input.value === zoneHere; };
  take.textContent = `${zoneHere.replaceAll("_", " ")}: use it`;
  take.addEventListener("click", () => { input.value = zoneHere; show(); input.dispatchEvent(new Event("input", { bubbles: true })); input.focus(); });
  input.addEventListener("input", show);
  box.dataset.zone = "offered";
  show();
}

// A form that comes back refused is a new one.
const offerZones = () => document.querySelectorAll('[data-zone=""]').forEach(offerZone);
document.addEventListener("htmx:load", offerZones);
offerZones();

for (const select of document.querySelectorAll("[data-send-change]")) {
  const form = select.form;
  const was = select.value;
  form.classList.add("is-scripted");
  // Arrow keys move through the choices: only what is left chosen is meant.
  const send = () => { if (select.value !== was) form.requestSubmit(); };
  let byKey = false;
  select.addEventListener("keydown", (event) => { byKey = event.key !== "Enter"; if (event.key === "Enter") { event.preventDefault(); send(); } });
  select.addEventListener("pointerdown", () => { byKey = false; });
  select.addEventListener("change", () => { if (byKey) form.classList.remove("is-scripted"); else send(); });
}

// On a phone the navigation is one line: the page that is open is in sight.
document.querySelector(".settings-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
