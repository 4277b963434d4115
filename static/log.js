// Logging: finding whom it is about without the mouse, and saying when what is typed lies ahead.
"use strict";
{
  // --- With whom? Enter takes the first that is found, arrows another one. ---------------------------------------------
  const offered = () => [...document.querySelectorAll("#picked .pick-item, #picked .empty-acts a")];
  let hasty; // Enter came before what it was meant for: the field it was pressed in

  // Whether what is shown has been found by what is typed.
  const isShown = (field) => ($("#picked")?.dataset.search ?? field.value.trim()) === field.value.trim();

  document.addEventListener("keydown", (event) => {
    const here = event.target;
    const field = here.closest("form[data-first]") && here.matches("input") ? here : null;
    const item = here.closest("#picked a");
    if (event.key === "Enter" && field?.value.trim()) {
      event.preventDefault();
      if (isShown(field)) offered()[0]?.click();
      else hasty = field;
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (field || item)) {
      const items = offered();
      const to = items.indexOf(item) + (event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
      (items[Math.min(to, items.length - 1)] || (item && $("form[data-first] input[type=search]")))?.focus();
    }
  });
  document.addEventListener("input", () => { hasty = null; });
  document.addEventListener("htmx:afterSettle", () => {
    const field = hasty;
    if (!field || !isShown(field)) return;
    hasty = null;
    if (field.isConnected) offered()[0]?.click();
  });

  // --- When? What begins later is a plan, and says so before it is saved. ----------------------------------------------
  const opened = Date.now();
  const NEARLY = 5 * 60000; // clocks differ: crm/clock.py

  function lookAhead(form) {
    const { at, when } = form.elements;
    const says = $("[data-ahead]", form);
    // The form says what time it was, in the person's zone, when it was written.
    const now = Date.parse(form.dataset.now) + (Date.now() - (Number(form.dataset.since) || opened));
    const ahead = when?.value === "at" && Date.parse(at.value) > now + NEARLY;
    const button = $(".btn-primary", form);
    button.dataset.words ||= button.textContent;
    button.textContent = ahead ? "Plan it" : button.dataset.words;
    if (says.hidden === !ahead) return;
    says.hidden = !ahead;
    says.textContent = ahead ? says.dataset.ahead : "";
  }

  document.addEventListener("htmx:load", (event) => {
    for (const form of event.detail.elt.parentElement?.querySelectorAll("form[data-now]") || []) form.dataset.since ||= Date.now();
  });
  for (const name of ["input", "change"]) {
    document.addEventListener(name, (event) => {
      const form = event.target.form;
      if (form?.dataset.now && ["at", "when"].includes(event.target.name)) lookAhead(form);
    });
  }
}
