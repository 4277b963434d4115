// What HTML and HTMX leave open: rows that grow, tokens, menus that close, messages that go. Every page works without it.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

// --- Keys -------------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = here.closest("form[data-ctrl-enter]");
    if (form) { event.preventDefault(); form.requestSubmit($(".btn-primary", form)); }
  } else if (event.key === "Escape") {
    escape(here);
  } else if (event.key === "Enter" && here.closest("[data-rows]") && here.matches("input")) {
    event.preventDefault();
    nextRow(here.closest(".row-line"));
  } else if ((event.key === "Enter" || event.key === ",") && here.matches(".token-input") && here.value.trim()) {
    event.preventDefault();
    tokenize(here);
  } else if (event.key === "Backspace" && here.matches("[data-rows] input") && !here.value) {
    removeRow(event, here.closest(".row-line"));
  }
});

function escape(here) {
  if (here.closest("dialog")) return; // it closes by itself
  const menu = here.closest("details.menu[open]") || $("details.menu[open]");
  const form = here.closest("form");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
  else if (here.closest("#panel")) closePanel();
  else if (form && $("[data-escape]", form)) $("[data-escape]", form).click();
  else if (here.closest("#log")) closeLog();
  else $("#toasts")?.replaceChildren();
}

// --- The log form and the panel ---------------------------------------------------------------------------------------
document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (box.open && box.matches(".menu")) {
    $(".menu-body", box)?.scrollIntoView({ block: "nearest" });
    // What is to be typed or chosen has the focus as soon as it is there.
    if (!$(".draft-note", box)) $(".menu-body:is(.bulk-body, .several-body, form.view-form, .whom) :is(input:not([type=hidden]), select)", box)?.focus();
  }
  // A form that comes back with something refused has put the focus there itself.
  // One that was opened to show what was restored leaves it where it is.
  if (!box.open || !box.matches("#log, #plan") || $("[autofocus], .draft-note", box)) return;
  $("input[name=type]:checked, #plan-title", box)?.focus();
}, true);

// HTMX gives the focus back without scrolling: what is refused would stay below the bar that saves.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement?.matches(".is-invalid")) document.activeElement.scrollIntoView({ block: "nearest" });
});

function openLog() {
  $("#log").open = true;
  $("#log").scrollIntoView({ block: "nearest" });
}

function closeLog() {
  const log = $("#log");
  log.open = false;
  $("summary", log).focus();
}

function closePlan() {
  $("#plan").open = false;
  ($("[data-open-plan]") || $("#plan > summary")).focus();
}

function closePanel() {
  $("#panel").replaceChildren();
}

// Closed by hand or because it is done: the focus goes back to where it came from.
if ($("#panel")) {
  new MutationObserver(() => { if (!$("#panel").childElementCount) $("#quick-log")?.focus(); }).observe($("#panel"), { childList: true });
}

// --- Clicks -----------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const here = event.target;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(here) || here.closest("a.menu-item")) menu.open = false;
  }
  if (here.closest("[data-copy]")) copy(here.closest("[data-copy]"));
  if (here.closest("[data-dismiss]")) here.closest(".toast-note").remove();
  if (here.closest("[data-close-log]")) closeLog();
  if (here.closest("[data-close-plan]")) closePlan();
  if (here.closest("[data-close-panel]")) closePanel();
  if (here.closest("[data-open-log]") && $("#log")) { event.preventDefault(); openLog(); }
});

// Where the browser keeps the clipboard to itself (no HTTPS), the text is at least selected.
function copy(button) {
  const field = $(button.dataset.copy);
  field.select();
  navigator.clipboard?.writeText(field.value).then(() => { $("span", button).textContent = "Copied"; });
}

// A length that is typed replaces the chip, and the other way round.
document.addEventListener("input", (event) => {
  const here = event.target;
  const form = here.form;
  if (here.name === "duration" && form?.elements.length && here.value) {
    for (const chip of form.querySelectorAll("input[name=length]")) chip.checked = chip.value === "";
  } else if (here.name === "length" && here.type === "radio" && here.value) {
    form.elements.namedItem("duration").value = "";
  }
  if (here.closest("[data-rows]")) growRows(here.closest("[data-rows]"));
});

// --- Rows: there is always an empty one at the end --------------------------------------------------------------------
const rowsOf = (box) => [...box.querySelectorAll(":scope > .row-line")];
const isEmpty = (row) => !$("input", row).value.trim();

function growRows(box) {
  const last = rowsOf(box).at(-1);
  if (!isEmpty(last)) last.after(emptyCopy(last));
}

function emptyCopy(row) {
  const copy = row.cloneNode(true);
  for (const input of copy.querySelectorAll("input")) { input.value = ""; input.classList.remove("is-invalid"); input.removeAttribute("autofocus"); }
  return copy;
}

function nextRow(row) {
  growRows(row.parentElement);
  const next = row.nextElementSibling;
  if (next?.matches(".row-line")) $("input", next).focus();
}

function removeRow(event, row) {
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  if (rows.length < 2 || at === 0 || event.target !== $("input", row)) return;
  event.preventDefault();
  if (at < rows.length - 1) row.remove();
  const before = $("input", rows[at - 1]);
  before.focus();
  before.setSelectionRange?.(before.value.length, before.value.length);
}

// --- Tokens: what was typed becomes a ticked chip ---------------------------------------------------------------------
function tokenize(input) {
  const box = input.closest("[data-tokens]");
  for (const value of input.value.split(",").map((part) => part.trim()).filter(Boolean)) {
    const known = [...box.querySelectorAll("input[type=checkbox]")].find((tick) => tick.value.toLowerCase() === value.toLowerCase());
    if (known) { known.checked = true; continue; }
    const chip = document.createElement("label");
    chip.className = "chip chip-token";
    const tick = Object.assign(document.createElement("input"), { type: "checkbox", name: box.dataset.tokens, value, checked: true });
    const words = Object.assign(document.createElement("span"), { textContent: value });
    chip.append(tick, words);
    input.before(chip);
  }
  input.value = "";
}

// --- HTMX -------------------------------------------------------------------------------------------------------------
// A part that loads itself again because of an event learns what the event was about, and puts the focus there.
document.addEventListener("htmx:configRequest", (event) => {
  const focus = event.detail.triggeringEvent?.detail?.focus;
  if (focus && event.detail.verb === "get") event.detail.parameters.focus = focus;
});

// Our own refusals carry a message (HX-Reswap: none); other errors, a proxy's page perhaps, are never put into the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const answer = event.detail.xhr;
  const token = answer.getResponseHeader("X-CSRF-Token");
  if (token) for (const input of document.querySelectorAll("[name=csrf_token]")) input.value = token;
  if (answer.status >= 400 && answer.getResponseHeader("HX-Reswap")) { event.detail.shouldSwap = true; event.detail.isError = false; }
});

document.addEventListener("htmx:afterSettle", () => expire());

// --- Messages go after a while, unless somebody is reading them or about to use them ---------------------------------
let leaving;
let newest; // whose time is running: what else comes into the page does not prolong it
function expire(anew = false) {
  const box = $("#toasts");
  if (!anew && newest && newest === box?.lastElementChild) return;
  clearTimeout(leaving);
  newest = box?.lastElementChild;
  if (!newest || $(".toast-failed", box)) return;
  leaving = setTimeout(() => (box.matches(":hover, :focus-within") ? expire(true) : box.replaceChildren()), 10000);
}
expire();
