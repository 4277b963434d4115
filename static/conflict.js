// A stale edit: who goes on typing in a field means their own version of it.
"use strict";

document.addEventListener("input", (event) => {
  const here = event.target;
  if (!here.name || !here.form || here.closest("[data-conflict]")) return;
  for (const side of here.form.querySelectorAll("[data-conflict] [data-field][value=yours]")) {
    if (here.name.replace(/-new$/, "") === side.dataset.field) side.checked = true;
  }
});
