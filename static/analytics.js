// Charts: what is under the pointer or has the focus says its numbers; the arrows go from bar to bar; a click on a piece of a
// bar shows its rows. Without it each bar is a link with a title.
"use strict";

const barsOf = (plot) => [...plot.querySelectorAll(".bar")];
const hoursOf = (table) => [...table.querySelectorAll("tbody a")];

// Of many bars come the figures alone, and one outline for each kind.
const drawn = (tag, attributes) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
};
const part = (share) => `${Math.round(share * 100) / 100}%`;

function makeBars() {
  for (const plot of document.querySelectorAll(".plot[data-series]")) {
    const [titles, urls] = JSON.parse(document.querySelector("[data-bars]").dataset.bars);
    const series = Object.entries(JSON.parse(plot.dataset.series));
    const box = plot.closest("[data-plot]"), asks = box.dataset.plot, slot = 100 / titles.length;
    const bars = titles.map((title, at) => {
      const there = series.map(([key, counts]) => [key, counts[at]]).filter(([, count]) => count);
      if (!there.length) return "";
      const full = Number(plot.dataset.top) || there.reduce((sum, [, count]) => sum + count, 0);
      const note = there.map(([key, count]) => `${wordOf(box, key)} ${written(count, box)}`).join(", ");
      const bar = drawn("a", { href: urls[at], class: "bar", "aria-label": `${title}: ${note}` });
      bar.append(drawn("rect", { class: "bar-back", x: part(at * slot), width: part(slot), height: "100%" }));
      let below = 0;
      for (const [key, count] of there) {
        below += count;
        const place = { x: part((at + 0.06) * slot), y: part(100 - 100 * below / full), width: part(0.88 * slot), height: part(100 * count / full) };
        bar.append(drawn("rect", { class: `${asks}-fill ${asks}-${key}`, ...place, "data-key": key, "data-count": count }));
      }
      return bar;
    });
    plot.querySelector(".plot-area").replaceWith(...bars);
    plot.removeAttribute("data-series");
    plot.setAttribute("role", "group");
  }
}

function oneStopEach() {
  makeBars();
  for (const table of document.querySelectorAll(".heat")) hoursOf(table).forEach((hour, at) => hour.setAttribute("tabindex", at ? "-1" : "0"));
  for (const plot of document.querySelectorAll(".plot")) {
    const bars = barsOf(plot);
    for (const bar of bars) { bar.querySelector("title")?.remove(); bar.setAttribute("tabindex", "-1"); }
    bars.at(-1)?.setAttribute("tabindex", "0");
  }
}

function made(tag, text, className) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
}

// Outside of what HTMX swaps: it would copy the style attribute, which the security policy refuses.
const tip = made("div", "", "chart-tip");
tip.hidden = true;
document.body.append(tip);

const wordOf = (box, key) => box.querySelector(`[data-named="${key}"] > :nth-child(2)`).textContent;
const named = (part) => wordOf(part.closest("[data-plot]"), part.dataset.key);

const written = (count, bar) => Number(count).toLocaleString(bar.closest("[data-locale]").dataset.locale);

function tell(bar, x, y) {
  const parts = [...bar.querySelectorAll("[data-key]")].reverse();
  const sum = parts.reduce((all, part) => all + Number(part.dataset.count), 0);
  const head = made("strong");
  head.append(made("span", bar.getAttribute("aria-label").split(": ")[0]), made("span", written(sum, bar)));
  tip.replaceChildren(head, ...parts.map((part) => {
    const line = made("p");
    line.append(made("span", "", `dot ${part.getAttribute("class")}`), made("span", named(part)), made("span", written(part.dataset.count, bar)));
    return line;
  }));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const left = x + 16 + box.width > innerWidth ? x - 16 - box.width : x + 16;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, Math.min(y - box.height / 2, innerHeight - box.height - 8))}px`;
}

const hush = () => { tip.hidden = true; };

document.addEventListener("pointermove", (event) => {
  const bar = event.target.closest?.(".bar");
  if (bar) tell(bar, event.clientX, event.clientY);
  else if (!document.activeElement?.matches(".bar:focus-visible")) hush();
});

function tellFocused() {
  const bar = document.activeElement?.closest(".bar:focus-visible");
  if (!bar) { hush(); return; }
  const back = bar.querySelector(".bar-back").getBoundingClientRect();
  tell(bar, back.right, back.top + back.height / 2);
}

// A bar that gets the focus may have to be scrolled to, which takes its time.
document.addEventListener("focusin", tellFocused);
document.addEventListener("scroll", tellFocused, { passive: true });

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.(".bar");
  if (event.key === "Escape") hush();
  if (!bar || event.ctrlKey || event.metaKey || event.altKey) return;
  const bars = barsOf(bar.closest(".plot"));
  const at = bars.indexOf(bar);
  const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: bars.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  step(bar, bars[Math.max(0, Math.min(to, bars.length - 1))]);
});

function step(from, to) {
  from.setAttribute("tabindex", "-1");
  to.setAttribute("tabindex", "0");
  to.focus();
}

// In the heat map the arrows go to the next hour that has something, in their direction: by days, by hours.
document.addEventListener("keydown", (event) => {
  const here = event.target.closest?.(".heat a");
  const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const all = hoursOf(here.closest(".heat"));
  const to = way ? nearest(all, here, way) : { Home: all[0], End: all.at(-1) }[event.key];
  if (!way && !to) return;
  event.preventDefault();
  if (to) step(here, to);
});

function nearest(all, here, [down, right]) {
  const place = (hour) => [hour.closest("tr").rowIndex, hour.closest("td").cellIndex];
  const [row, column] = place(here);
  let found, least = Infinity;
  for (const hour of all) {
    const [rows, columns] = [place(hour)[0] - row, place(hour)[1] - column];
    const ahead = rows * down + columns * right, aside = Math.abs(rows * right) + Math.abs(columns * down);
    // Along a row nothing beside it counts; up and down the column that is nearest.
    const far = right && aside ? Infinity : 100 * ahead + aside;
    if (ahead > 0 && far < least) [found, least] = [hour, far];
  }
  return found;
}

document.addEventListener("click", (event) => {
  const part = event.target.closest?.(".plot [data-key]");
  if (!part || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const asks = part.closest("[data-plot]").dataset.plot;
  visit(`${part.closest("a").getAttribute("href")}&${asks}=${encodeURIComponent(part.dataset.key)}`);
});

document.addEventListener("htmx:afterSettle", () => { hush(); oneStopEach(); });
oneStopEach();
