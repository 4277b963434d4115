// The calendar: meetings are dragged, or moved with Alt and the arrow keys; a click on a free place schedules. All of it can be
// done without: a meeting's own page moves it, each day has a link that schedules.
"use strict";

const QUARTER = 15;
let carried = null;
let grip = 0;

function ready() {
  for (const event of document.querySelectorAll("[data-event]")) event.draggable = true;
}

const pad = (number) => String(number).padStart(2, "0");
const wall = (at) => `${at.getUTCFullYear()}-${pad(at.getUTCMonth() + 1)}-${pad(at.getUTCDate())}T${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}`;

// Wall-clock times, as if they were UTC: the server knows the zone.
const read = (text) => new Date(`${text}:00Z`);

function move(meeting, to) {
  if (to === meeting.dataset.at) return;
  const token = document.querySelector("#calendar-move [name=csrf_token]").value;
  send(`/meetings/${meeting.dataset.event}/move`, {
    source: document.querySelector("#calendar-move"),
    swap: "none",
    values: { csrf_token: token, scheduled_datetime: to, version: meeting.dataset.version },
  });
}

// The wall-clock time of a place in a week's column, in quarters of an hour.
function timeAt(slots, y) {
  const grid = slots.closest("[data-first]");
  const box = slots.getBoundingClientRect();
  const rows = Number(grid.dataset.rows);
  const row = Math.min(Math.max(Math.round(((y - box.top) / box.height) * rows), 0), rows - 1);
  const minutes = Number(grid.dataset.first) * 60 + row * QUARTER;
  return { row, time: `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}` };
}

// As the reader writes it.
function said(time, grid) {
  if (!("twelve" in grid.dataset)) return time;
  const hour = Number(time.slice(0, 2));
  return `${hour % 12 || 12}${time.slice(2)} ${hour < 12 ? "AM" : "PM"}`;
}

// --- Dragging -----------------------------------------------------------------------------------------------------------
document.addEventListener("dragstart", (event) => {
  const meeting = event.target.closest?.("[data-event]");
  if (!meeting) return;
  carried = meeting;
  grip = event.clientY - meeting.getBoundingClientRect().top;
  event.dataTransfer.effectAllowed = "move";
  meeting.classList.add("is-carried");
});

document.addEventListener("dragover", (event) => {
  if (!carried) return;
  const place = event.target.closest?.("[data-day]");
  aim(place, event.clientY);
  if (place) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const place = carried && event.target.closest?.("[data-day]");
  if (!place) return;
  event.preventDefault();
  const time = place.matches(".week-slots") ? timeAt(place, event.clientY - grip).time : carried.dataset.at.slice(11);
  move(carried, `${place.dataset.day}T${time}`);
});

document.addEventListener("dragend", () => {
  carried?.classList.remove("is-carried");
  carried = null;
  aim(null);
});

function aim(place, y) {
  for (const marked of document.querySelectorAll(".is-over")) if (marked !== place) marked.classList.remove("is-over");
  place?.classList.add("is-over");
  const old = document.querySelector(".week-aim");
  if (!place?.matches(".week-slots")) { old?.remove(); return; }
  const { row, time } = timeAt(place, y - grip);
  const line = old || Object.assign(document.createElement("span"), { className: "week-aim" });
  line.className = `week-aim at-${row}`;
  line.textContent = said(time, place.closest("[data-first]"));
  if (line.parentElement !== place) place.append(line);
}

// --- Keys ---------------------------------------------------------------------------------------------------------------
document.addEventListener("keydown", (event) => {
  const meeting = event.target.closest?.("[data-event]");
  if (!meeting || !event.altKey || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const inWeek = Boolean(meeting.closest(".week-slots"));
  const day = 24 * 60;
  const minutes = { ArrowLeft: -day, ArrowRight: day, ArrowUp: inWeek ? -QUARTER : -7 * day, ArrowDown: inWeek ? QUARTER : 7 * day }[event.key];
  move(meeting, wall(new Date(read(meeting.dataset.at).getTime() + minutes * 60_000)));
});

// --- A free place -------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  if (event.target.matches(".week-slots[data-new]")) {
    const { row, time } = timeAt(event.target, event.clientY);
    const half = row % 2 ? timeAt(event.target, event.clientY - event.target.getBoundingClientRect().height / Number(event.target.closest("[data-rows]").dataset.rows)).time : time;
    visit(`${event.target.dataset.new}?at=${event.target.dataset.day}T${half}`);
  } else if (event.target.matches("td[data-day]")) {
    event.target.querySelector(".cell-add")?.click();
  }
});

document.addEventListener("htmx:afterSettle", ready);
ready();
