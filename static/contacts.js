// The list of contacts: ticking rows, and going through them by keys. The page works without it.
"use strict";

{
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ticks = () => all("#contacts .pick-row");

  function count() {
    const bulk = document.querySelector("[data-bulk]");
    if (!bulk) return;
    const boxes = ticks();
    const picked = boxes.filter((box) => box.checked).length;
    const everything = bulk.querySelector("[data-bulk-all]");
    bulk.querySelector("[data-picked]").textContent = everything?.checked ? everything.nextElementSibling.textContent.replace(/\D+/, "") : picked;
    const head = document.querySelector("[data-pick-all]");
    head.checked = picked === boxes.length;
    head.indeterminate = picked > 0 && picked < boxes.length;
  }

  let last = null;
  document.addEventListener("click", (event) => {
    if (!event.target.matches("#contacts .pick-row")) return;
    const boxes = ticks();
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
      for (const box of boxes.slice(from, to + 1)) box.checked = event.target.checked;
    }
    last = event.target;
  });

  document.addEventListener("change", (event) => {
    const everything = document.querySelector("[data-bulk-all]");
    if (event.target.matches("[data-pick-all]") || (event.target === everything && everything.checked)) {
      for (const box of ticks()) box.checked = event.target.checked;
    }
    // Whoever takes one out does not mean all of them any more.
    if (everything && ticks().some((box) => !box.checked)) everything.checked = false;
    count();
  });
  document.addEventListener("reset", () => setTimeout(count));
  document.addEventListener("htmx:afterSettle", count);
  window.addEventListener("pageshow", count);

  document.addEventListener("keydown", (event) => {
    const here = event.target;
    if (here.matches("input:not([type=checkbox]), textarea, select") || here.closest(".cell-form") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.length === 1 && document.documentElement.dataset.keys === "off") return;
    const links = all("#contacts .row-link");
    const row = here.closest("#contacts tbody tr");
    const at = row ? links.findIndex((link) => row.contains(link)) : -1;
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (step && links.length && (row || event.key === "j" || event.key === "k")) {
      event.preventDefault();
      links[Math.min(Math.max(at + step, 0), links.length - 1)].focus();
    } else if (event.key === "x" && row) {
      event.preventDefault();
      const box = row.querySelector(".pick-row");
      box.checked = !box.checked;
      count();
    } else if (event.key === "e" && row) {
      event.preventDefault();
      row.dispatchEvent(new Event("edit-cell", { bubbles: true })); // cells.js
    } else if (event.key === "b" && ticks().some((box) => box.checked)) {
      event.preventDefault();
      document.querySelector("[data-bulk] summary").focus();
    } else if (event.key === "Escape" && ticks().some((box) => box.checked) && !document.querySelector("details.menu[open]")) {
      const left = here.closest("[data-bulk]") && ticks().findLast((box) => box.checked);
      document.querySelector("[data-bulk]").reset();
      if (left) left.closest("tr").querySelector(".row-link").focus(); // the bar goes, and the focus with it
    }
  });
}
