// Nothing typed is lost: forms with data-draft keep what is typed in this browser, for a week, for who typed it, until it is
// saved or discarded. What is kept carries the form's version and its key, so that a stale edit still asks and a second try
// still writes once.
"use strict";

const WEEK = 7 * 24 * 3600 * 1000;
const WHOSE = $("#main")?.dataset.whose;
const HIDDEN = ["version", "once"]; // kept, though nobody types them
let pristine = new WeakMap(); // form → its fields before anybody typed
let finished = new WeakSet(); // forms that were saved, or whose draft was discarded
const waiting = new Map(); // form → timer

// A browser may refuse to store: then forms work as they would without this file.
const store = (action) => { try { return action(localStorage); } catch { return null; } };
const nameOf = (form) => `draft:${WHOSE}:${form.dataset.draft}`;
const drafts = () => store((kept) => Object.keys(kept).filter((name) => name.startsWith("draft:"))) || [];
const forget = (name) => store((kept) => kept.removeItem(name));

function keepable(field) {
  if (!field.name || field.name === "csrf_token" || field.name.startsWith("keep-")) return false;
  return field.type === "hidden" ? HIDDEN.includes(field.name) : !["password", "file", "submit", "button", "fieldset"].includes(field.type);
}
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const fieldsOf = (form) => [...form.elements].filter(keepable);
const typedIn = (form) => fieldsOf(form).filter((field) => !isTick(field) || field.checked).map((field) => [field.name, field.value]);
const asText = (fields) => JSON.stringify(fields.filter(([name, value]) => !HIDDEN.includes(name) && value).sort());

// --- Keeping ----------------------------------------------------------------------------------------------------------
function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (finished.has(form) || !WHOSE) return;
  const fields = typedIn(form);
  if (asText(fields) === pristine.get(form)) forget(nameOf(form));
  else store((kept) => kept.setItem(nameOf(form), JSON.stringify({ at: Date.now(), fields })));
}

function keepSoon(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(keep, 300, form));
}

for (const name of ["input", "change", "keyup"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form[data-draft]");
    // Keys that write nothing: a form that only stands there is no draft.
    if (form && (name !== "keyup" || ["Enter", ",", "Backspace"].includes(event.key))) keepSoon(form);
  });
}
const keepAll = () => [...waiting.keys()].forEach(keep);
window.addEventListener("pagehide", keepAll);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepAll());
document.addEventListener("htmx:beforeRequest", keepAll);
window.addEventListener("pageshow", (event) => { if (event.persisted) finished = new WeakSet(); });

// --- Restoring --------------------------------------------------------------------------------------------------------
function restore(form) {
  if (pristine.has(form) || !WHOSE) return;
  // A form that came back refused has what was typed, and says what to do: it is compared with nothing.
  const cameBack = $("[aria-invalid], .form-problems, [data-conflict], .field-error", form);
  pristine.set(form, cameBack ? null : asText(typedIn(form)));
  if (cameBack) return;
  const draft = JSON.parse(store((kept) => kept.getItem(nameOf(form))) || "null");
  if (!draft || asText(draft.fields) === pristine.get(form)) return;
  const before = form.cloneNode(true);
  fill(form, draft.fields);
  say(form, before, draft.at);
}

function fill(form, fields) {
  const values = {};
  for (const [name, value] of fields) (values[name] ||= []).push(value);
  for (const box of form.querySelectorAll("[data-rows]")) {
    const wanted = Math.max(...[...box.querySelectorAll("[name]")].map((field) => values[field.name]?.length || 0));
    while (rowsOf(box).length < wanted) rowsOf(box).at(-1).after(emptyCopy(rowsOf(box).at(-1)));
  }
  for (const box of form.querySelectorAll("[data-tokens]")) {
    const known = [...box.querySelectorAll("input[type=checkbox]")].map((tick) => tick.value);
    const input = $(".token-input", box);
    input.value = (values[box.dataset.tokens] || []).filter((value) => !known.includes(value)).join(",");
    tokenize(input);
  }
  for (const field of fieldsOf(form)) {
    const was = isTick(field) ? field.checked : field.value;
    if (field.type === "radio") { if (values[field.name]) field.checked = values[field.name].includes(field.value); }
    else if (field.type === "checkbox") field.checked = Boolean(values[field.name]?.includes(field.value));
    else if (values[field.name]?.length) field.value = values[field.name].shift();
    const more = field.closest("details.more");
    if (more && was !== (isTick(field) ? field.checked : field.value)) more.open = true;
  }
}

function say(form, before, at) {
  const note = document.createElement("div");
  note.className = "draft-note";
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-link", textContent: "Discard" });
  button.addEventListener("click", () => discard(form, before));
  note.append(words, button);
  form.prepend(note);
  const around = form.closest("details.log, details.plan");
  if (around) around.open = true;
  // Said once the part is there: what comes with its words in it is not announced.
  setTimeout(() => { words.textContent = `Restored what you typed ${ago(at)}.`; });
}

function ago(at) {
  const minutes = Math.round((Date.now() - at) / 60000);
  if (minutes < 1) return "a moment ago";
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en").format(-count, unit);
}

function discard(form, before) {
  finished.add(form);
  forget(nameOf(form));
  const token = form.elements.csrf_token?.value; // it may have been renewed
  form.replaceWith(before);
  if (token) before.elements.csrf_token.value = token;
  htmx.process(before);
  restore(before); // nothing is kept: from here on it is a form like any other
  const field = [...before.elements].find((one) => keepable(one) && one.type !== "hidden" && (one.type !== "radio" || one.checked));
  field?.focus();
}

// --- Sending ----------------------------------------------------------------------------------------------------------
const sentBy = (event) => event.detail.requestConfig?.elt?.closest?.("form[data-draft]");

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = sentBy(event), answer = event.detail.xhr;
  if (!form || event.detail.requestConfig.verb === "get" || event.detail.requestConfig.elt !== form) return;
  if (answer.status >= 200 && answer.status < 400) { finished.add(form); forget(nameOf(form)); }
  const key = answer.getResponseHeader("X-Once"); // what was sent before stands: the next try is another one
  if (key) { form.elements.once.value = key; keep(form); }
});

// Signed out meanwhile: says that the text is kept, and leads back to a page that shows the form by itself.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = sentBy(event), link = $("#toasts a.toast-act");
  if (!form || !link || event.detail.xhr.status !== 401 || !store((kept) => kept.getItem(nameOf(form)))) return;
  $("#toasts .toast-text").textContent = "You have been signed out. What you wrote is kept: sign in, and it is here again.";
  const inPlace = form.closest("#panel, #peek, .entry-edit, .todo-edit");
  if (inPlace) link.search = `?next=${encodeURIComponent(form.dataset.alone)}`;
});

// Not reached: the message offers another try. The form's key makes it safe, even if only the answer was lost.
for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    const form = sentBy(event), note = $("#toasts .toast-failed");
    if (!form || event.detail.requestConfig.elt !== form || !note) return;
    const again = Object.assign(document.createElement("button"), { type: "button", className: "toast-act", textContent: "Try again" });
    again.addEventListener("click", () => { $("#toasts").replaceChildren(); form.requestSubmit($(".btn-primary", form)); });
    $(".toast-close", note).before(again);
  });
}

// --- Leaving ----------------------------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  if (!WHOSE || !event.target.action?.endsWith?.("/sign-out")) return;
  waiting.forEach((timer) => clearTimeout(timer));
  waiting.clear();
  const mine = `draft:${WHOSE.split(".")[0]}.`;
  drafts().filter((name) => name.startsWith(mine)).forEach(forget);
});

for (const name of drafts()) {
  const at = store((kept) => JSON.parse(kept.getItem(name)).at);
  if (!(at > Date.now() - WEEK)) forget(name);
}
const restoreAll = (root) => { for (const form of root.querySelectorAll("form[data-draft]")) restore(form); };
document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  if (part.matches?.("form[data-draft]")) restore(part);
  if (part.querySelectorAll) restoreAll(part);
});
restoreAll(document);
