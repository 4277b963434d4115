// What is sent over a bad connection: seen at once, sent once, written once, and offered again where it did not arrive.
"use strict";

// --- Seen at once, sent once ------------------------------------------------------------------------------------------
// What is under way (a form, a link, a button, the address of a drop) → the button that was pressed, if there is one.
const underWay = new Map();

function begins(what, button) {
  underWay.set(what, button);
  button?.setAttribute("aria-busy", "true");
}

function ends(what) {
  underWay.get(what)?.removeAttribute("aria-busy");
  underWay.delete(what);
}

// An impatient second click, or a second Enter, is the first one.
for (const name of ["submit", "click"]) {
  document.addEventListener(name, (event) => {
    const what = name === "submit" ? event.target : event.target.closest?.("a[hx-get], button[hx-post]");
    if (!underWay.has(what)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, triggeringEvent } = event.detail.requestConfig;
  if (elt.matches("form")) begins(elt, triggeringEvent?.submitter ?? $(".btn-primary", elt));
  else if (elt.matches("a, button")) begins(elt, elt);
});
document.addEventListener("htmx:afterRequest", (event) => ends(event.detail.requestConfig.elt));

// A plain form: until the page is left, or comes back, or was left after all by a download.
document.addEventListener("submit", (event) => {
  if (event.target.method === "post") setTimeout(() => {
    if (event.defaultPrevented) return;
    begins(event.target, event.submitter);
    setTimeout(ends, 30000, event.target);
  });
});
addEventListener("pageshow", () => [...underWay.keys()].forEach(ends));

// --- Written once -----------------------------------------------------------------------------------------------------
// A write whose form has no key (ui.once) gets one here: the same for the same thing until its answer is there, so that a try
// after a lost answer is shown what the first one did.
const keys = new Map(); // what is sent → its key
const sent = new WeakMap(); // request → what it sends

document.addEventListener("htmx:configRequest", (event) => {
  const asked = event.detail;
  if (asked.verb === "get" || asked.formData.has("once")) return;
  const text = (value) => (value instanceof File ? [value.name, value.size, value.lastModified] : value);
  const words = JSON.stringify([asked.path, ...[...asked.formData].filter(([name]) => name !== "csrf_token").map(([name, value]) => [name, text(value)])]);
  sent.set(asked, words);
  if (!keys.has(words)) keys.set(words, [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  asked.formData.set("once", keys.get(words));
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status < 500) keys.delete(sent.get(event.detail.requestConfig));
});

// For what no form or link does: something was dragged (as `htmx.ajax`), or leads to an address that is put together.
function send(path, options) {
  if (underWay.has(path)) return;
  begins(path);
  const event = new CustomEvent("drop", { detail: { again: () => send(path, options) } });
  const ended = () => ends(path);
  htmx.ajax("POST", path, { ...options, event }).then(ended, ended); // what went wrong is told below
}

function visit(address) {
  const link = Object.assign(document.createElement("a"), { href: address });
  document.body.append(link);
  link.click();
  link.remove();
}

// A file on its way says how much of it is there.
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = $("progress[hidden], progress[data-sent]", event.target), { lengthComputable, loaded, total } = event.detail;
  if (bar && lengthComputable) Object.assign(bar, { hidden: false, max: total, value: loaded }).dataset.sent = "";
});
document.addEventListener("htmx:afterRequest", (event) => { for (const bar of event.detail.elt.querySelectorAll("progress[data-sent]")) bar.hidden = true; });

// --- Not arrived ------------------------------------------------------------------------------------------------------
// What is on the page stays as it is, an "Undo" too: the message stands over it.
function complain(text, again) {
  const toasts = $("#toasts"), note = $("#unreachable").content.cloneNode(true);
  $(".toast-failed", toasts)?.remove();
  $(".toast-text", note).textContent = text;
  if (again) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "toast-act", textContent: "Try again" });
    button.addEventListener("click", () => { button.closest(".toast-note").remove(); again(); });
    $(".toast-close", note).before(button);
  }
  toasts.prepend(note);
  // The button that was pressed was switched off for so long, and lost the focus.
  setTimeout(() => document.activeElement === document.body && $(".toast-failed .toast-act", toasts)?.focus());
}

function sameAgain({ elt, path, target, triggeringEvent, verb }) {
  if (triggeringEvent?.detail?.again) return triggeringEvent.detail.again;
  const button = triggeringEvent?.submitter;
  // HTMX knows the button, and what it stands for, by the click.
  if (elt.matches("a, button")) return () => elt.click();
  if (verb !== "get") return () => (button?.isConnected ? button.click() : elt.requestSubmit());
  const swap = elt.getAttribute("hx-swap") || "innerHTML";
  return elt.hasAttribute("hx-get") && (() => htmx.ajax("GET", path, { source: elt, target, swap }).catch(() => {}));
}

for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  // What looks by itself (data-quiet) will look again: nobody asked, nobody has to know.
  document.addEventListener(name, (event) => {
    const config = event.detail.requestConfig;
    if (config.elt.matches("[data-quiet]")) return;
    const kept = config.elt.matches("[data-draft]") ? " What you typed is still here." : config.verb === "get" ? "" : " It is safe to try again.";
    complain((name === "htmx:timeout" ? "The server did not answer in time." : "The server cannot be reached.") + kept, sameAgain(config));
  });
}

// Without a connection a page is not left: the browser would show its own, and what is open here would be gone. A server on
// this machine is there without one.
let isThere = false;
const isOffLine = () => !navigator.onLine && !isThere && Boolean($("#unreachable"));

async function stayOr(go) {
  isThere = Boolean(await fetch("/healthz", { cache: "no-store" }).catch(() => null));
  if (isThere) go();
  else complain("You are off line. This page stays until you are back.", go);
  isThere = false;
}

document.addEventListener("click", (event) => {
  const link = isOffLine() && leads(event);
  if (!link) return;
  event.preventDefault();
  stayOr(() => link.click());
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!isOffLine() || event.defaultPrevented || form.method === "dialog") return;
  event.preventDefault();
  stayOr(() => form.requestSubmit(event.submitter?.isConnected ? event.submitter : undefined));
});

// The link that a click follows away from this page, if it does.
function leads(event) {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return null;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return null;
  return link.hash && link.pathname === location.pathname && link.search === location.search ? null : link;
}
