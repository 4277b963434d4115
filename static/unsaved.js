// What was typed and is open nowhere, in a panel that was closed or before a sign-in ended: the page says so, and leads back.
"use strict";

const OFFERED = 3; // at once, the newest first

// Those that somebody has put aside for now: this tab does not ask again.
const aside = () => { try { return JSON.parse(sessionStorage.aside || "[]"); } catch { return []; } };
const putAside = (name) => { try { sessionStorage.aside = JSON.stringify([...aside(), name]); } catch { /* asked again */ } };

let asking, looks = 0;
function offerSoon() {
  clearTimeout(asking);
  asking = setTimeout(offer, 300);
}

async function offer() {
  const mine = () => drafts().filter((name) => name.startsWith(`draft:${WHOSE}:`) && !openNames().includes(name) && !aside().includes(name));
  const elsewhere = WHOSE && mine().length ? await openElsewhere() : new Set();
  const left = (WHOSE ? mine() : []).filter((name) => !elsewhere.has(name) && draftOf(name)?.alone);
  if (elsewhere.size && looks++ < 1) setTimeout(offer, 2000); // a tab that is just being closed may have answered
  const box = $("#unsaved"), shown = left.sort((a, b) => draftOf(b).at - draftOf(a).at).slice(0, OFFERED);
  if (!shown.length) return box?.remove();
  const list = box || Object.assign(document.createElement("section"), { id: "unsaved", className: "unsaved" });
  list.setAttribute("aria-label", "Not saved");
  list.replaceChildren(...shown.map(line));
  if (!box) $("#main").prepend(list);
}

function line(name) {
  const { says, alone, at } = draftOf(name);
  const row = Object.assign(document.createElement("div"), { className: "draft-note" });
  const words = Object.assign(document.createElement("span"), { className: "unsaved-words", textContent: `Not saved: ${says}, ${ago(at)}` });
  const made = (tag, text, act) => {
    const one = Object.assign(document.createElement(tag), { className: "btn btn-link", textContent: text });
    one.setAttribute("aria-label", `${text}: ${says}`);
    one.addEventListener("click", act);
    return one;
  };
  const gone = (act) => () => { act(name); row.remove(); offer().then(() => ($("#unsaved a") ?? $("#main")).focus()); };
  const go = made("a", "Continue", () => { try { sessionStorage.draft = name; } catch { /* the newest is shown */ } });
  go.href = alone;
  row.append(words, go, made("button", "Discard", gone(forget)), made("button", "Later", gone(putAside)));
  return row;
}

// Once the page has restored its own.
setTimeout(offer, 3 * PATIENCE);

// A panel was closed, an edit in place given up.
document.addEventListener("htmx:afterSettle", offerSoon);
for (const part of document.querySelectorAll("#panel, #peek")) new MutationObserver(offerSoon).observe(part, { childList: true });
