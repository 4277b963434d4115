// Keys that work everywhere. None of them fires while somebody types, and those without Ctrl can be switched off (WCAG 2.1.4).
"use strict";
{
  let going = 0; // when `g` was pressed: the next key says where to

  const single = {
    "/": () => $("#search")?.focus(),
    "?": () => openDialog("keys"),
    n: () => ($("#log") ? openLog() : $("#quick-log")?.click()),
    f: () => $("#contact-search, [data-filter]")?.focus(),
    z: () => [...document.querySelectorAll("#toasts form .toast-act")].at(-1)?.click(),
    g: () => { going = Date.now(); },
  };

  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openDialog("palette");
    } else if (plain && document.documentElement.dataset.keys !== "off" && !typing(event.target) && !$("dialog[open]") && !event.repeat) {
      const place = Date.now() - going < 1500 && $(`[data-go="${CSS.escape(event.key)}"]`);
      going = 0;
      const act = place ? () => place.click() : single[event.key];
      if (act) { event.preventDefault(); act(); }
    }
  });

  document.addEventListener("click", (event) => {
    const door = event.target.closest("[data-open]");
    const menu = door?.closest("details.menu");
    if (menu) { menu.open = false; $("summary", menu).focus(); } // where the focus comes back to
    if (door) openDialog(door.dataset.open);
    // A click beside a dialog is on its backdrop.
    if (event.target.matches("dialog[open]")) event.target.close();
  });
}

// The focus comes back, when it closes, to where it was.
function openDialog(id) {
  const dialog = document.getElementById(id);
  const open = $("dialog[open]");
  if (!dialog || open === dialog) return;
  open?.close();
  dialog.showModal();
}
