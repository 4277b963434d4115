// What takes longer than a moment says that it is on its way: to the eye by the bar at the top (base.css), to others by aria-busy.
"use strict";
{
  const root = document.documentElement;
  let hurry;

  // A page that is being left. What turns out to be a download leaves nothing: the bar goes by itself.
  const leave = (atMost = 60000) => {
    root.classList.add("is-leaving");
    $("#main")?.setAttribute("aria-busy", "true");
    clearTimeout(hurry);
    hurry = setTimeout(stay, atMost);
  };
  const stay = () => {
    root.classList.remove("is-leaving");
    $("#main")?.removeAttribute("aria-busy");
  };
  addEventListener("pageshow", stay);

  document.addEventListener("click", (event) => {
    if (leads(event)) setTimeout(() => event.defaultPrevented || leave());
  });
  document.addEventListener("submit", (event) => {
    const method = event.submitter?.getAttribute("formmethod") || event.target.method;
    if (method !== "dialog") setTimeout(() => event.defaultPrevented || leave(method === "get" ? 15000 : undefined));
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && stay()); // it stops what is being loaded
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (event.detail.xhr.getResponseHeader("HX-Redirect")) leave();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!event.detail.elt.matches("[data-quiet]")) event.detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target.removeAttribute("aria-busy"));

  // Readers announce what is put into a live region, not what the page brought along in it.
  const toasts = $("#toasts");
  if (toasts?.childElementCount) {
    const brought = [...toasts.children];
    toasts.replaceChildren();
    setTimeout(() => { toasts.append(...brought); htmx.process(toasts); }, 100);
  }

  // What others do meanwhile: parts that listen for "look-again" load themselves anew, each minute that somebody may be looking.
  const look = () => {
    const parts = [...document.querySelectorAll("[hx-trigger*=look-again]")];
    if (document.visibilityState !== "visible" || !parts.length || parts.some((part) => part.contains(document.activeElement))) return;
    htmx.trigger(document.body, "look-again");
  };
  setInterval(look, 60000);
  document.addEventListener("visibilitychange", look);
}
