// Settings: the browser's time zone is offered, and a chosen role is sent at once. Every page works without it.
"use strict";

const zoneHere = Intl.DateTimeFormat().resolvedOptions().timeZone || "";

function ready(root) {
  for (const input of root.querySelectorAll("[data-browser-zone]")) input.value = zoneHere;

  for (const box of root.querySelectorAll("[data-zone]")) {
    const input = box.querySelector("input");
    const offer = box.querySelector("[data-zone-offer]");
    const take = box.querySelector("[data-zone-take]");
    const known = [...box.querySelectorAll("option")].some((option) => option.value === zoneHere);
    const show = () => { offer.hidden = !known || input.value === zoneHere; };
    take.textContent = `${zoneHere.replaceAll("_", " ")}: use it`;
    take.addEventListener("click", () => { input.value = zoneHere; show(); input.dispatchEvent(new Event("input", { bubbles: true })); input.focus(); });
    input.addEventListener("input", show);
    show();
  }

  for (const select of root.querySelectorAll("[data-send-change]")) {
    const form = select.form;
    const was = select.value;
    form.classList.add("is-scripted");
    // Arrow keys move through the choices: only what is left chosen is meant.
    const send = () => { if (select.value !== was) form.requestSubmit(); };
    // Refused: it stands there as it is. Not arrived: the button shows that it is not sent yet.
    form.addEventListener("htmx:afterRequest", (event) => {
      const status = event.detail.xhr.status;
      if (status >= 400) select.value = was;
      else if (!status) form.classList.remove("is-scripted");
    });
    let byKey = false;
    select.addEventListener("keydown", (event) => { byKey = event.key !== "Enter"; if (event.key === "Enter") { event.preventDefault(); send(); } });
    select.addEventListener("pointerdown", () => { byKey = false; });
    select.addEventListener("change", () => { if (byKey) form.classList.remove("is-scripted"); else send(); });
  }

  // On a phone the navigation is one line: the page that is open is in sight.
  root.querySelector(".settings-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
}
ready(document);
// A form that was refused comes back with its page.
document.addEventListener("htmx:load", (event) => event.detail.elt.id === "main" && ready(event.detail.elt));
