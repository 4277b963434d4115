// Nothing typed is lost: forms with data-draft keep what is typed in this browser, for a week, for who typed it, until it is
// saved or discarded. What is kept carries the form's version and its key, so that a stale edit still asks and a second try
// still writes once. Each open form keeps its own, under draft:<whose>:<form>:<number>: two tabs do not write over each other.
// A form with data-tucked stands in a menu or a bar that is closed most of the time: it is offered (unsaved.js), not restored by
// itself. data-picks names the ticks of a list that go with a form: kept with what is typed for them, but no draft alone.
"use strict";

const WEEK = 7 * 24 * 3600 * 1000;
const WHOSE = $("#main")?.dataset.whose;
const HIDDEN = ["version", "once"]; // kept, though nobody types them
let pristine = new WeakMap(); // form → its fields before anybody typed
let finished = new WeakSet(); // forms that were saved, or whose draft was discarded
const names = new WeakMap(); // form → the name of what it keeps
const here = new Map(); // form's kind → the name that this page keeps it under, also while the form comes and goes
const waiting = new Map(); // form → timer
const typedLast = new WeakMap(); // form → the name of the field in which somebody typed last

// A browser may refuse to store: then forms work as they would without this file.
const store = (action) => { try { return action(localStorage); } catch { return null; } };
const number = () => Math.random().toString(36).slice(2);
const kindOf = (form) => `draft:${WHOSE}:${form.dataset.draft}`;
const isOf = (kind) => (name) => name === kind || name.startsWith(`${kind}:`);
const drafts = () => store((kept) => Object.keys(kept).filter((name) => name.startsWith("draft:"))) || [];
const draftOf = (name) => store((kept) => JSON.parse(kept.getItem(name)));
const forget = (name) => store((kept) => kept.removeItem(name));
const drop = (form) => { finished.add(form); forget(names.get(form)); };
const openForms = () => [...document.querySelectorAll("form[data-draft]")];
const openNames = () => openForms().map((form) => names.get(form)).filter(Boolean);

// Which tab it was: where the browser opens all of them again, each finds its own.
const TAB = (() => { try { return (sessionStorage.tab ||= number()); } catch { return ""; } })();

function keepable(field) {
  if (!field.name || field.name === "csrf_token" || field.name.startsWith("keep-")) return false;
  return field.type === "hidden" ? HIDDEN.includes(field.name) : !["password", "file", "submit", "button", "fieldset"].includes(field.type);
}
const isTick = (field) => field.type === "checkbox" || field.type === "radio";
const fieldsOf = (form) => [...form.elements].filter(keepable);
const typedIn = (form) => fieldsOf(form).filter((field) => !isTick(field) || field.checked).map((field) => [field.name, field.value]);
const picksOf = (form) => (form.dataset.picks || "").split(" ");
const asText = (form, fields) => JSON.stringify(fields.filter(([name, value]) => ![...HIDDEN, ...picksOf(form)].includes(name) && value).sort());

// As the page came, whatever was typed before this file was there.
function asItCame(form) {
  const chosen = (field) => ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value ?? "";
  const came = (field) => (isTick(field) ? field.value : field.options ? chosen(field) : field.defaultValue);
  return fieldsOf(form).filter((field) => !isTick(field) || field.defaultChecked).map((field) => [field.name, came(field)]);
}

// --- Keeping ----------------------------------------------------------------------------------------------------------
function keep(form) {
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  if (finished.has(form) || !names.has(form)) return;
  const fields = typedIn(form);
  if (asText(form, fields) === pristine.get(form)) return forget(names.get(form));
  const { says, alone } = form.dataset, before = draftOf(names.get(form));
  if (JSON.stringify(before?.fields) === JSON.stringify(fields)) return; // as old as it is
  const has = [...new Set(fieldsOf(form).map((field) => field.name))], last = typedLast.get(form) || before?.last;
  store((kept) => kept.setItem(names.get(form), JSON.stringify({ at: Date.now(), tab: TAB, says, alone, fields, has, last })));
}

function keepSoon(form) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(keep, 300, form));
}

for (const name of ["input", "change", "keyup"]) {
  document.addEventListener(name, (event) => {
    const { form } = event.target;
    // Keys that write nothing: a form that only stands there is no draft.
    if (!form?.matches("[data-draft]") || (name === "keyup" && !["Enter", ",", "Backspace"].includes(event.key))) return;
    if (event.target.name && !picksOf(form).includes(event.target.name)) typedLast.set(form, event.target.name);
    keepSoon(form);
  });
}
const keepAll = () => [...waiting.keys()].forEach(keep);
window.addEventListener("pagehide", keepAll);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepAll());
document.addEventListener("htmx:beforeRequest", keepAll);
window.addEventListener("pageshow", (event) => { if (event.persisted) finished = new WeakSet(); });

// --- Other tabs -------------------------------------------------------------------------------------------------------
// What is open in another tab is not restored here. Asked anew each time: a tab that was closed, or crashed, does not answer.
const PATIENCE = 120; // ms
let channel;

function listen() {
  if (!WHOSE || !window.BroadcastChannel) return;
  channel = new BroadcastChannel("drafts");
  channel.addEventListener("message", (event) => { if (event.data === "whose?" && openNames().length) channel.postMessage(openNames()); });
}
window.addEventListener("pagehide", () => channel?.close()); // a page with an open one is not kept for "Back"
window.addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
listen();

function openElsewhere() {
  return new Promise((done) => {
    if (!channel) return done(new Set());
    const found = new Set(), hear = (event) => { if (Array.isArray(event.data)) event.data.forEach((name) => found.add(name)); };
    channel.addEventListener("message", hear);
    channel.postMessage("whose?");
    setTimeout(() => { channel.removeEventListener("message", hear); done(found); }, PATIENCE);
  });
}

// --- Restoring --------------------------------------------------------------------------------------------------------
// Which draft somebody has chosen to go on with, on the page before; the sign-in page between them leaves it alone.
const goOnWith = (name) => { try { sessionStorage.draft = name; } catch { /* the newest is shown */ } };
const wanted = (() => { try { const name = sessionStorage.draft; if (WHOSE) delete sessionStorage.draft; return name; } catch { return null; } })();

const restoresItself = (form) => !form.matches("[data-tucked]") || (wanted && isOf(kindOf(form))(wanted));

function begin(form, isPage) {
  if (pristine.has(form) || !WHOSE) return;
  const kind = kindOf(form), before = here.get(kind);
  names.set(form, before && !openNames().includes(before) ? before : `${kind}:${number()}`);
  here.set(kind, names.get(form));
  form.setAttribute("autocomplete", "off"); // what browsers restore by themselves is a part of it, and says nothing
  // A form that came back refused has what was typed, and says what to do: it is compared with nothing.
  const cameBack = $("[aria-invalid], .form-problems, [data-conflict], .field-error", form);
  pristine.set(form, cameBack ? null : asText(form, isPage ? asItCame(form) : typedIn(form)));
  if (cameBack) return;
  if (asText(form, typedIn(form)) !== pristine.get(form)) return keepSoon(form);
  if (draftOf(names.get(form))) restore(form, names.get(form)); // it was closed on this page
  else if (drafts().some(isOf(kind)) && restoresItself(form)) return form;
}

function restoreAll(forms, isPage = false) {
  return look([...forms].map((form) => begin(form, isPage)).filter(Boolean));
}

// The newest that no form has open; others of the same form are offered (unsaved.js). A tab that is just being closed may still
// answer: who has found nothing looks once more.
async function look(forms, again = true) {
  const elsewhere = forms.length ? await openElsewhere() : null;
  const still = forms.filter((form) => form.isConnected && asText(form, typedIn(form)) === pristine.get(form));
  const empty = still.filter((form) => {
    const free = drafts().filter((name) => isOf(kindOf(form))(name) && !elsewhere.has(name) && !openNames().includes(name));
    const rank = (name) => [name === wanted, draftOf(name)?.tab === TAB, draftOf(name)?.at || 0];
    const [best] = free.sort((a, b) => rank(b).map((value, at) => value - rank(a)[at]).find(Boolean) || 0);
    if (best) restore(form, best);
    return !best;
  });
  if (again && empty.length) setTimeout(look, 1000, empty, false);
}

function restore(form, name) {
  const draft = draftOf(name);
  if (name !== names.get(form)) forget(name); // from here on it is kept under this form's own name
  if (!draft || asText(form, draft.fields) === pristine.get(form)) return forget(name);
  const before = form.cloneNode(true);
  fill(form, draft);
  store((kept) => kept.setItem(names.get(form), JSON.stringify({ ...draft, tab: TAB })));
  say(form, before, draft.at);
  if (name === wanted) focusOn(form, draft.last);
}

// Where somebody goes on: the field in which they typed, at the end of what is there.
function focusOn(form, last) {
  for (const part of [form, form.elements[last]]) part?.closest?.("details.menu")?.setAttribute("open", "");
  const seen = [...form.elements].filter((field) => keepable(field) && field.checkVisibility());
  const field = seen.find((one) => one.name === last && (one.type !== "radio" || one.checked)) ?? seen.find((one) => !isTick(one));
  field?.focus();
  if (field?.value && ["text", "textarea"].includes(field.type)) field.setSelectionRange(field.value.length, field.value.length);
}

// A draft may be of a part of this form only (a cell of a list): the other fields stay as they are.
function fill(form, { fields, has }) {
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
    else if (field.type === "checkbox") { if (!has || has.includes(field.name)) field.checked = Boolean(values[field.name]?.includes(field.value)); }
    else if (values[field.name]?.length) field.value = values[field.name].shift();
    if (field.name === "duration" && field.value !== was) field.dispatchEvent(new Event("input", { bubbles: true })); // the chips beside it
    if (picksOf(form).includes(field.name) && field.checked !== was) field.dispatchEvent(new Event("change", { bubbles: true })); // their number
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
  const minutes = Math.floor((Date.now() - at) / 60000);
  if (minutes < 1) return "a moment ago";
  const [count, unit] = minutes < 60 ? [minutes, "minute"] : minutes < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
  return new Intl.RelativeTimeFormat("en").format(-count, unit);
}

function discard(form, before) {
  if (form.matches("[data-picks]")) { // with its ticks, and its bar
    forget(names.get(form));
    $(".draft-note", form).remove();
    form.reset();
    return $("#main").focus();
  }
  drop(form);
  const token = form.elements.csrf_token?.value; // it may have been renewed
  form.replaceWith(before);
  if (token) before.elements.csrf_token.value = token;
  htmx.process(before);
  begin(before); // nothing is kept: from here on it is a form like any other
  const field = [...before.elements].find((one) => keepable(one) && one.type !== "hidden" && (one.type !== "radio" || one.checked));
  field?.focus();
}

// --- Sending ----------------------------------------------------------------------------------------------------------
const sentBy = (event) => event.detail.requestConfig?.elt?.closest?.("form[data-draft]");

// By itself, or by one of its buttons. What is typed in one menu of it is not sent by another.
function isSent(form, { elt, triggeringEvent }) {
  const button = elt === form ? triggeringEvent?.submitter : elt, menu = button?.closest("form details.menu");
  return (elt === form || elt.form === form) && (!menu || [...menu.querySelectorAll("input, select")].some(isChanged));
}

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = sentBy(event), answer = event.detail.xhr;
  if (!form || event.detail.requestConfig.verb === "get" || !isSent(form, event.detail.requestConfig)) return;
  if (answer.status >= 200 && answer.status < 400) drop(form);
  const key = answer.getResponseHeader("X-Once"); // what was sent before stands: the next try is another one
  if (key && form.elements.once) { form.elements.once.value = key; keep(form); }
});

const isChanged = (field) => (field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected) : field.matches("textarea, input:not([type=hidden])") && (field.value !== field.defaultValue || field.checked !== field.defaultChecked));
const isTyped = ({ elements = [] }) => [...elements].some(isChanged);

// Signed out meanwhile: says that the text is kept, and leads back to a page that shows the form by itself. A form that keeps no
// draft, of a word or two, stays as it is: who signs in does it in another tab.
document.addEventListener("htmx:afterRequest", (event) => {
  const link = $("#toasts a.toast-act"), { elt } = event.detail.requestConfig;
  if (!link || event.detail.xhr.status !== 401) return;
  const form = sentBy(event), says = $("#toasts .toast-text");
  if (form && draftOf(names.get(form))) {
    says.textContent = "You have been signed out. What you wrote is kept: sign in, and it is here again.";
    link.addEventListener("click", () => goOnWith(names.get(form)));
    const inPlace = form.closest("#panel, #peek, .entry-edit, .todo-edit, .cell-form, [data-tucked]");
    if (inPlace) link.search = `?next=${encodeURIComponent(form.dataset.alone)}`;
  } else if (isTyped(elt.form ?? elt)) {
    says.textContent = "You have been signed out. Sign in in another tab, then repeat what you did: what you typed stays here.";
    link.target = "_blank";
    link.addEventListener("click", () => setTimeout(() => link.closest(".toast-note")?.remove())); // it may lie over the form
  }
});

// --- Leaving ----------------------------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  if (!WHOSE || !event.target.action?.endsWith?.("/sign-out") || event.defaultPrevented) return;
  waiting.forEach((timer) => clearTimeout(timer));
  waiting.clear();
  const mine = `draft:${WHOSE.split(".")[0]}.`;
  drafts().filter((name) => name.startsWith(mine)).forEach(forget);
});

for (const name of drafts()) if (!(draftOf(name)?.at > Date.now() - WEEK)) forget(name);

document.addEventListener("htmx:load", (event) => {
  const part = event.detail.elt;
  if (part.matches?.("form[data-draft]")) restoreAll([part]);
  else if (part.querySelectorAll && part !== document.body) restoreAll(part.querySelectorAll("form[data-draft]"));
});
restoreAll(openForms(), true);
