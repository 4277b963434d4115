// Cells of a list that are edited where they stand: a click or `e` puts a form over the cell. Enter, Tab and a click elsewhere save,
// Escape leaves it as it was.
"use strict";

{
  const find = (selector, root = document) => root.querySelector(selector);
  const form = () => find(".cell-form");
  const typed = (form) => new URLSearchParams(new FormData(form)).toString();
  const isDirty = (form) => typed(form) !== form.dataset.was;
  const cellsOf = (row) => [...row.querySelectorAll("[data-cell]")].filter((cell) => cell.checkVisibility());
  // Where there is no pointer that hovers, a tap opens the row.
  const pointed = matchMedia("(hover: hover) and (pointer: fine)");

  let coming; // the cell whose form has been asked for
  let after; // where to go when it is saved: the id of a row, and the name of a cell or nothing

  function open(cell) {
    if (!cell || coming === cell || cell.contains(form())) return;
    coming = cell;
    const row = cell.closest("[data-line]");
    const address = `${row.dataset.line}/cell?of=${cell.dataset.cell}`;
    const came = () => { if (coming === cell) coming = null; };
    htmx.ajax("GET", address, { source: cell, target: cell, swap: "beforeend" }).then(came, came); // what went wrong is told (sending.js)
  }

  // What a message about the form offers is still there when it is pressed: to press it is not to leave.
  const isToast = (element) => element.closest("#toasts");

  // Away from the form: what was changed is saved, what was not is left. One that asks something stays.
  function leave(there, to) {
    if (there.matches("[data-asks]") || there.matches(".htmx-request")) return;
    after = to;
    if (isDirty(there)) there.requestSubmit();
    else close(there);
  }

  function close(there) {
    const row = there.closest("[data-line]");
    const [id, name] = after || [row.id];
    after = null;
    drop(there); // left as it was: nothing of it is offered again (drafts.js)
    there.remove();
    go(id, name);
  }

  function go(id, name) {
    const row = id && document.getElementById(id);
    if (!row) return;
    const cell = name && find(`[data-cell="${name}"]`, row);
    if (cell) open(cell);
    else if (document.activeElement === document.body || row.contains(document.activeElement)) find(".row-link", row).focus();
  }

  // The cell with the row's link; the key `e` (browse.js, contacts.js).
  document.addEventListener("edit-cell", (event) => open(find("[data-cell]:has(.row-link)", event.target)));

  document.addEventListener("click", (event) => {
    const here = event.target;
    if (here.closest("[data-close-cell]")) { close(here.closest(".cell-form")); return; }
    if (here.closest(".cell-form") || isToast(here)) return;
    const there = form();
    const cell = here.closest("[data-cell]");
    const wanted = here.closest("[data-edit-cell]") || (pointed.matches && cell && !find(".row-link", cell) && !here.closest("a"));
    if (there) leave(there, ["", ""]);
    if (wanted) open(cell);
  });

  document.addEventListener("focusout", (event) => {
    const there = event.target.closest?.(".cell-form");
    // A click has been dealt with; a window that loses the focus gets it back.
    if (there && event.relatedTarget && !there.contains(event.relatedTarget) && !isToast(event.relatedTarget)) leave(there, ["", ""]);
  });

  document.addEventListener("keydown", (event) => {
    const here = event.target;
    const there = here.closest?.(".cell-form");
    if (!there) return;
    const stops = [...there.querySelectorAll("input:not([type=hidden]), button:not([tabindex='-1']), select")].filter((one) => one.checkVisibility());
    const menu = here.closest(".cell-menu");
    if (event.key === "Escape") {
      after = null;
      close(there);
    } else if (event.key === "Tab") {
      const inside = stops[stops.indexOf(here) + (event.shiftKey ? -1 : 1)];
      if (inside && !menu) return; // the next field of the same form
      if (there.matches("[data-asks]")) return;
      const row = there.closest("[data-line]");
      const cells = cellsOf(row);
      const next = cells[cells.indexOf(there.closest("[data-cell]")) + (event.shiftKey ? -1 : 1)];
      leave(there, [row.id, next?.dataset.cell]);
    } else if (menu && ["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) {
      const at = stops.indexOf(here);
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
      stops.at(to % stops.length).focus();
    } else if (menu && event.key.length === 1 && /\p{L}/u.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      stops.find((one) => one.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
    } else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);

  document.addEventListener("htmx:afterSwap", (event) => {
    const there = event.detail.target.matches?.("[data-cell]") ? find(".cell-form", event.detail.target) : null;
    if (!there) return;
    if (coming && coming !== event.detail.target) { there.remove(); return; } // another one has been asked for since
    there.dataset.was = typed(there);
    there.scrollIntoView({ block: "nearest" });
    find("input[type=text], input[type=number]", there)?.select();
  });

  // Saved: the line is a new one. What was ticked stays so, and the panel beside it tells the new state.
  document.addEventListener("htmx:afterRequest", (event) => {
    const asked = event.detail.requestConfig.elt;
    if (!asked.matches(".cell-form") || !event.detail.successful || event.detail.xhr.status >= 400) return; // refused: it stays
    const was = asked.closest("[data-line]");
    const row = document.getElementById(was.id);
    const box = row && find("[type=checkbox]", row);
    if (box && find("[type=checkbox]", was).checked) { box.checked = true; box.dispatchEvent(new Event("change", { bubbles: true })); }
    const [id, name] = after || [was.id];
    after = null;
    go(id, name);
    const panel = find("#peek [data-detail]");
    if (row && panel && !find("#peek form.log-form") && row.id === `line-${panel.dataset.detail}`) htmx.ajax("GET", `/interactions/${panel.dataset.detail}/panel`, { target: "#peek", swap: "innerHTML" });
  });
}
