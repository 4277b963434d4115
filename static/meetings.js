// Names that are picked from the suggestions become tokens at once. The page works without it.
"use strict";

document.addEventListener("input", (event) => {
  const here = event.target;
  if (!here.matches("[data-tokens] [list]") || !here.value.trim()) return;
  // Picked, not typed: browsers say so in one of two ways.
  if (event instanceof InputEvent && event.inputType !== "insertReplacementText") return;
  here.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
});

// --- The agenda is put in order by dragging; its buttons do the same ----------------------------------------------------
let point = null;

function agenda() {
  for (const row of document.querySelectorAll("[data-point]")) row.draggable = true;
}

function aim(row) {
  for (const marked of document.querySelectorAll(".is-before")) if (marked !== row) marked.classList.remove("is-before");
  row?.classList.add("is-before");
}

document.addEventListener("dragstart", (event) => {
  point = event.target.closest?.("[data-point]");
  if (!point) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", point.dataset.point);
  point.classList.add("is-carried");
});

document.addEventListener("dragover", (event) => {
  const row = point && event.target.closest?.("[data-point]");
  if (row) event.preventDefault();
  aim(row);
});

document.addEventListener("drop", (event) => {
  const row = point && event.target.closest?.("[data-point]");
  if (!row) return;
  event.preventDefault();
  const list = row.parentElement;
  const to = [...list.children].indexOf(row);
  if (row === point) return;
  send(list.dataset.agenda, {
    target: "#agenda",
    swap: "outerHTML",
    values: { csrf_token: document.querySelector("#agenda [name=csrf_token]").value, version: list.dataset.version, point: point.dataset.point, to },
  });
});

document.addEventListener("dragend", () => {
  point?.classList.remove("is-carried");
  point = null;
  aim(null);
});

// The focus goes along with the point that was moved.
document.addEventListener("htmx:configRequest", (event) => {
  const focus = event.detail.triggeringEvent?.submitter?.dataset.focus;
  if (focus) event.detail.parameters.focus = focus;
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("htmx:afterSettle", agenda);
agenda();
