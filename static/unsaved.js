// What was typed and is open nowhere, in a panel that was closed or before a sign-in ended: the page says so, and leads back.
"use strict";
{
  const OFFERED = 3; // at once, the newest first

  // Those that somebody has put aside for now: this tab does not ask again.
  const aside = () => { try { return JSON.parse(sessionStorage.aside || "[]"); } catch { return []; } };
  const putAside = (name) => { try { sessionStorage.aside = JSON.stringify([...aside(), name]); } catch { /* asked again */ } };

  let asking, looks = 0;
  function offerSoon() {
    clearTimeout(asking);
    asking = setTimeout(offer, 300);
  }

  const mine = () => (WHOSE ? drafts() : []).filter((name) => name.startsWith(`draft:${WHOSE}:`) && !openNames().includes(name) && !aside().includes(name) && draftOf(name)?.alone);

  async function offer() {
    const elsewhere = mine().length ? await openElsewhere() : new Set();
    if (elsewhere.size && looks++ < 1) setTimeout(offer, 2000); // a tab that is just being closed may have answered
    show(mine().filter((name) => !elsewhere.has(name)));
  }

  function show(left) {
    const box = $("#unsaved"), shown = left.sort((a, b) => draftOf(b).at - draftOf(a).at).slice(0, OFFERED);
    try { sessionStorage.offered = JSON.stringify(shown); } catch { /* the next page asks first */ }
    if (!shown.length) return box?.remove();
    const list = box || Object.assign(document.createElement("section"), { id: "unsaved", className: "unsaved" });
    list.setAttribute("aria-label", "Not saved");
    if (list.dataset.shown === String(shown)) return; // somebody may be about to press one of its buttons
    list.dataset.shown = String(shown);
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
    const go = made("a", "Continue", () => goOnWith(name));
    go.href = alone;
    row.append(words, go, made("button", "Discard", gone(forget)), made("button", "Later", gone(putAside)));
    return row;
  }

  // What the page before offered stands here from the start, so that nothing jumps; the rest once the page has restored its own.
  const before = (() => { try { return JSON.parse(sessionStorage.offered || "[]"); } catch { return []; } })();
  const hasForm = (name) => openForms().some((form) => restoresItself(form) && isOf(kindOf(form))(name));
  const known = mine().filter((name) => before.includes(name) && !hasForm(name));
  if (known.length) show(known);
  setTimeout(offer, 3 * PATIENCE);

  // A panel was closed, an edit in place given up.
  document.addEventListener("htmx:afterSettle", offerSoon);
  for (const part of document.querySelectorAll("#panel, #peek")) new MutationObserver(offerSoon).observe(part, { childList: true });
}
