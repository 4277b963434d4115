// The board: a follow-up is dragged into another column. Without it, or by keyboard, the menu of each does the same.
"use strict";

let carried = null;

function ready() {
  for (const row of document.querySelectorAll(".board [data-follow-up]")) row.draggable = true;
}

document.addEventListener("dragstart", (event) => {
  const row = event.target.closest?.(".board [data-follow-up]");
  if (!row) return;
  carried = row;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", row.querySelector(".todo-title").textContent);
  row.classList.add("is-carried");
});

document.addEventListener("dragover", (event) => {
  const column = carried && event.target.closest?.("[data-column]");
  mark(column);
  if (column) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const column = carried && event.target.closest?.("[data-column]");
  if (!column) return;
  event.preventDefault();
  if (column.contains(carried)) return;
  send(`/follow-ups/${carried.dataset.followUp}/column`, {
    source: column,
    swap: "none",
    values: { csrf_token: carried.querySelector("[name=csrf_token]").value, column: column.dataset.column },
  });
});

document.addEventListener("dragend", () => {
  carried?.classList.remove("is-carried");
  carried = null;
  mark(null);
});

function mark(column) {
  for (const marked of document.querySelectorAll(".is-over")) if (marked !== column) marked.classList.remove("is-over");
  column?.classList.add("is-over");
}

// --- Adding one -----------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const plan = document.querySelector("#plan");
  if (event.target.closest("[data-open-plan]")) {
    event.preventDefault();
    plan.open = true;
    plan.querySelector("#plan-title").focus();
  }
});

document.addEventListener("htmx:afterSettle", ready);
ready();
