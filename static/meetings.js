// Names that are picked from the suggestions become tokens at once. The page works without it.
"use strict";

document.addEventListener("input", (event) => {
  const here = event.target;
  if (!here.matches("[data-tokens] [list]") || !here.value.trim()) return;
  // Picked, not typed: browsers say so in one of two ways.
  if (event instanceof InputEvent && event.inputType !== "insertReplacementText") return;
  here.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
});
