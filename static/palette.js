// A text field that steers a list of options below it: the focus stays in the field, arrows choose, Enter takes (ARIA: combobox).
"use strict";
{
  let made = 0;
  const shown = (list) => [...list.querySelectorAll("[role=option]")].filter((option) => !option.closest("[hidden]"));
  const chosen = (list) => $("[role=option][aria-selected=true]", list);

  function choose(input, list, option) {
    chosen(list)?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.id ||= `option-${++made}`;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function move(event, input, list) {
    const options = shown(list);
    const at = options.indexOf(chosen(list));
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? options.length - 1 : at - 1, PageDown: Math.min(at + 8, options.length - 1), PageUp: Math.max(at - 8, 0) }[event.key];
    if (to === undefined || !options.length) return false;
    event.preventDefault();
    choose(input, list, options[(to + options.length) % options.length]);
    return true;
  }

  // --- The palette -----------------------------------------------------------------------------------------------------
  const palette = $("#palette");
  const list = $("#palette-list");
  const field = palette && $("input[role=combobox]", palette);
  let asked = ""; // the text whose contacts are on the list
  let waiting = false; // Enter came before the contacts did

  const words = () => field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);

  // Pages and actions are narrowed at once; the contacts come from the server a moment later.
  function narrow() {
    const terms = words();
    for (const option of list.querySelectorAll("[data-words]")) {
      const known = option.closest("#palette-contacts") && asked === field.value.trim();
      const wanted = terms.length ? terms.every((term) => option.dataset.words.includes(term)) : !("typed" in option.dataset);
      option.hidden = !known && !wanted;
    }
    for (const group of list.querySelectorAll("[role=group]")) group.hidden = ![...group.querySelectorAll("[role=option]")].some((option) => !option.hidden);
    // Who types the beginning of an action means it; who types anything else means somebody.
    const text = field.value.trim().toLowerCase();
    const action = text && shown(list).find((option) => !option.closest("#palette-contacts") && option.dataset.words.startsWith(text));
    const contacts = $("#palette-contacts");
    if (contacts) list[action ? "append" : "prepend"](contacts);
    choose(field, list, action || shown(list)[0]);
    const none = !shown(list).length && asked === field.value.trim();
    $(".palette-none", palette).hidden = !none;
    $("[role=status]", palette).textContent = none ? "Nothing matches." : "";
  }

  function startLog(type) {
    const button = $("#quick-log");
    if ($("#log")) {
      openLog();
      $(`#log input[name=type][value="${type}"]`)?.click();
    } else if (type) htmx.ajax("GET", `${button.getAttribute("hx-get")}&type=${type}`, { source: button, target: "#panel", swap: "innerHTML" });
    else button.click();
  }

  function take(option) {
    const start = option.dataset.start;
    if (start) {
      palette.close();
      if (start === "keys") openDialog("keys");
      else startLog(option.dataset.type);
    } else option.click();
  }

  if (palette) {
    // Each opening begins anew: fetched every time, so that those talked to last are.
    new MutationObserver(() => {
      if (!palette.open) return;
      field.value = asked = "";
      waiting = false;
      field.focus();
      list.setAttribute("aria-busy", "true");
      htmx.ajax("GET", field.dataset.url, { target: list, source: list, swap: "innerHTML" });
      narrow();
    }).observe(palette, { attributeFilter: ["open"] });

    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (move(event, field, list) || event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const option = chosen(list);
      const late = asked !== field.value.trim() || list.hasAttribute("aria-busy");
      if (late && !(option && !option.closest("#palette-contacts"))) waiting = true;
      else if (option) take(option);
    });
    document.addEventListener("htmx:beforeRequest", (event) => {
      if (event.detail.elt === field) event.detail.xhr.asked = field.value.trim();
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      if (![field, list].includes(event.detail.elt)) return;
      if (!event.detail.successful && palette.open && event.detail.xhr.status) palette.close(); // the message is behind it
    });
    document.addEventListener("htmx:afterSettle", (event) => {
      if (!palette.contains(event.detail.target) && event.detail.target.id !== "palette-contacts") return;
      list.removeAttribute("aria-busy");
      asked = event.detail.xhr?.asked ?? "";
      if (event.detail.target === list && field.value.trim()) htmx.trigger(field, "again"); // typed before the list was there
      narrow();
      if (waiting && asked === field.value.trim() && chosen(list)) { waiting = false; take(chosen(list)); }
    });
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-start]");
      if (option) take(option);
    });
    list.addEventListener("mousemove", (event) => {
      const option = event.target.closest("[role=option]");
      if (option && option !== chosen(list)) choose(field, list, option);
    });
  }

  // --- What is found below the search field ----------------------------------------------------------------------------
  const search = $("#search");
  const box = $("#search-found");

  function showFound(open) {
    box.hidden = !open;
    search.setAttribute("aria-expanded", String(open && Boolean($("#search-list"))));
    if (!open && $("#search-list")) choose(search, box, null);
  }

  if (search && box) {
    document.addEventListener("htmx:afterSettle", (event) => {
      if (event.detail.target !== box) return;
      search.removeAttribute("aria-activedescendant");
      showFound(document.activeElement === search && search.value.trim() !== "");
    });
    search.addEventListener("focus", () => { if (search.value.trim() && box.childElementCount) showFound(true); });
    search.addEventListener("input", () => { if (!search.value.trim()) showFound(false); });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !box.hidden) { event.preventDefault(); event.stopPropagation(); showFound(false); }
      else if (event.key === "Escape") { event.stopPropagation(); search.blur(); }
      else if (event.key === "ArrowDown" && box.hidden && box.childElementCount) { event.preventDefault(); showFound(true); }
      else if (!box.hidden && move(event, search, box)) return;
      else if (event.key === "Enter" && !box.hidden && chosen(box)) { event.preventDefault(); chosen(box).click(); }
    });
    search.form.addEventListener("focusout", (event) => { if (!search.form.contains(event.relatedTarget)) showFound(false); });
  }
}
