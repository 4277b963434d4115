// A list with a panel beside it: arrow keys and j, k move along the rows, Enter opens one, e edits it, x ticks it, Escape closes.
"use strict";

{
  const find = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const links = () => all("[data-line] .row-link");
  const peek = () => find("#peek");
  const isOpen = () => peek()?.childElementCount > 0;
  const typing = (element) => element.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

  let opened = ""; // the row whose panel is open, by its id
  let returnTo; // the row that the focus goes back to

  const rowOf = (element) => element.closest?.("[data-line]");

  function mark() {
    for (const link of links()) link.toggleAttribute("aria-current", false);
    if (opened && isOpen()) find(`#${CSS.escape(opened)} .row-link`)?.setAttribute("aria-current", "true");
  }

  function open(link) {
    opened = rowOf(link).id;
    returnTo = opened;
    link.click();
  }

  function close() {
    peek().replaceChildren();
    const back = returnTo && find(`#${CSS.escape(returnTo)} .row-link`);
    opened = "";
    mark();
    back?.focus();
  }

  function move(by) {
    const rows = links();
    if (!rows.length) return;
    const here = rowOf(document.activeElement)?.id || opened;
    const at = rows.findIndex((link) => rowOf(link).id === here);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    if (isOpen() && rowOf(next).id !== opened) open(next);
  }

  // What is open is edited as a whole, a row in its cells (cells.js).
  function edit() {
    const pencil = find("#peek [data-edit]");
    if (pencil) pencil.click();
    else rowOf(document.activeElement)?.dispatchEvent(new Event("edit-cell", { bubbles: true }));
  }

  function tick() {
    const box = find(".tick input", rowOf(document.activeElement) || document.createElement("div"));
    if (box) { box.checked = !box.checked; count(); }
  }

  // --- Looking for a contact --------------------------------------------------------------------------------------------
  // Enter means the first that is found, though it may be on its way. Where it is one of several, the next is looked for then.
  let hasty; // the field in which Enter came before what it was meant for

  const isLate = (field, found) => "text" in found.dataset && found.dataset.text !== field.value.trim();

  function takeFirst(field, found) {
    const several = find("[type=checkbox]", found);
    const first = find("input:not(:checked)", found);
    if (!first || (!several && find(":checked", found))) return false;
    first.checked = true;
    if (several) field.value = "";
    return true;
  }

  document.addEventListener("input", () => { hasty = null; });
  document.addEventListener("htmx:afterSettle", () => {
    const found = hasty?.isConnected && find(hasty.getAttribute("hx-target"));
    if (!found || isLate(hasty, found)) return;
    takeFirst(hasty, found);
    hasty = null;
  });

  document.addEventListener("keydown", (event) => {
    const here = event.target;
    if (event.key === "Enter" && here.dataset?.enter) {
      event.preventDefault();
      find(`button[value="${here.dataset.enter}"]`, here.form).click();
      return;
    }
    if (event.key === "Enter" && here.name === "whom" && here.value.trim()) {
      const found = find(here.getAttribute("hx-target"));
      hasty = isLate(here, found) ? here : null;
      if (hasty || takeFirst(here, found)) { event.preventDefault(); return; }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !find("[data-browse]")) return;
    if (event.key === "Escape" && isOpen() && !find("details.menu[open]") && !find("#panel > *") && !here.closest("form")) {
      event.preventDefault();
      close();
      return;
    }
    if (event.key === "ArrowDown" && here.id === "interaction-q") { event.preventDefault(); return move(1); }
    if (typing(here) || here.closest(".menu-body, .cell-form, #panel")) return;
    if (event.key.length === 1 && document.documentElement.dataset.keys === "off") return;
    const inList = here === document.body || here.closest("main");
    const keys = { j: () => move(1), k: () => move(-1), e: edit, x: tick };
    if (here.closest(".browse") || here === document.body) Object.assign(keys, { ArrowDown: () => move(1), ArrowUp: () => move(-1) });
    if (inList && keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  document.addEventListener("click", (event) => {
    const here = event.target;
    const link = here.closest(".row-link");
    if (link && rowOf(link)) { opened = rowOf(link).id; returnTo = opened; }
    if (here.closest("[data-close-peek]")) close();
    if (here.closest("[data-close-menu]")) {
      const menu = here.closest("details");
      menu.open = false;
      find("summary", menu).focus();
    }
    if (here.closest("[data-none]")) setTimeout(count);
    const preset = here.closest("[data-from]");
    if (preset) {
      preset.form.elements.from.value = preset.dataset.from;
      preset.form.elements.to.value = preset.dataset.to;
    }
  });

  // --- What is ticked ---------------------------------------------------------------------------------------------------
  let last; // the box that was ticked last: Shift and a click tick all in between
  let shifted = false;
  document.addEventListener("mousedown", (event) => { shifted = event.shiftKey; });
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-all]")) for (const one of all("input[name=row]")) one.checked = box.checked;
    else if (box.name !== "row") return;
    else {
      const boxes = all("input[name=row]");
      if (shifted && last?.isConnected) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        for (const one of boxes.slice(from, to + 1)) one.checked = box.checked;
      }
      last = box;
    }
    count();
  });

  function count() {
    const boxes = all("input[name=row]");
    const ticked = boxes.filter((box) => box.checked).length;
    const said = find("[data-count]");
    if (said) said.textContent = `${ticked} selected`;
    const everything = find("[data-all]");
    if (everything) { everything.checked = ticked > 0 && ticked === boxes.length; everything.indeterminate = ticked > 0 && ticked < boxes.length; }
  }

  // --- After a part has come ----------------------------------------------------------------------------------------------
  // Where what had the focus is gone, the focus goes to what has come: the first of the rows that were added, or the count.
  let before = -1;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const more = event.detail.target;
    if (more?.id === "more" && more.contains(document.activeElement)) before = links().length;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (before >= 0) links()[before]?.focus();
    before = -1;
    if (["interactions", "found"].includes(event.detail.elt?.id) && document.activeElement === document.body) find(".browse-count")?.focus();
  });

  // On a narrow page the chosen view may be one of those that are out of sight.
  const showView = () => find(".view-bar .tab[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  showView();

  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.target;
    if (target?.id === "interactions") showView();
    if (target?.id === "peek" && !isOpen() && opened) {
      const rows = links();
      returnTo = find(`#${CSS.escape(opened)}`) ? opened : rows.length ? rowOf(rows[0]).id : "";
      close();
    }
    if (!opened && isOpen() && find("#peek [data-detail]")) opened = `line-${find("#peek [data-detail]").dataset.detail}`;
    mark();
    count();
  });
}
