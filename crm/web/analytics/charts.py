"""From figures to shapes. Everything is in percent of the plot, so that it is drawn by the browser at any width."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from crm.services.overview import Bucket, Overview, Span, Totals
from crm.web import times, words
from crm.web.analytics.asked import Asked
from crm.web.locales import number, percent

LABELS = 12  # that fit under a plot; on a phone half as many
MANY = 60  # bars, or rows of a table; more would be most of a long page


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: `y` and `height` from the top of the plot."""

    key: str
    word: str
    count: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """`label` stands under it, or nothing; `wide`: only where there is room."""

    x: float
    width: float
    parts: list[Part]
    title: str
    note: str
    label: str
    wide: bool
    url: str

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Dense:
    """Many bars in few bytes. `paths`: for each key, the highest first, all the bars up to it as one outline, in a plot that is
    HEIGHT high and a bar wide for each. `series`: for each key its counts, out of which analytics.js makes bars of them, up to
    `top`, or to their own sum where it is None."""

    paths: list[tuple[str, str]]
    series: dict[str, list[int]]
    top: int | None

    HEIGHT = 240


@dataclass(frozen=True, slots=True)
class Chart:
    """`lines`: (how far from the top, what it stands for). `dense`, where there are MANY bars."""

    bars: list[Bar]
    lines: list[tuple[float, str]]
    legend: list[tuple[str, str, int]]
    dense: Dense | None


@dataclass(frozen=True, slots=True)
class Number:
    """One of the four: its value, the change against the period before, and what it was then. `change` is in percent, or
    in points where the value is one; None where there was nothing to compare with."""

    word: str
    value: str
    change: int | None
    points: bool
    was: str


def by_type(overview: Overview, asked: Asked) -> Chart:
    top = _round_up(max((bucket.count for bucket in overview.buckets), default=0))
    step = top // 4 if top % 4 == 0 else top // 2 if top % 2 == 0 else top
    lines = [(100 - 100 * value / top, number(value)) for value in range(0, top + 1, step)]
    return _chart(overview, asked, lambda bucket: bucket.types, top, words.labels(words.TYPES), lines)


def by_mood(overview: Overview, asked: Asked) -> Chart:
    lines = [(100.0 - share, percent(share)) for share in (0, 50, 100)]
    named = {mood: words.MOODS[mood].label for mood in ("negative", "neutral", "positive")}
    return _chart(overview, asked, lambda bucket: bucket.moods, None, named, lines)


def _chart(
    overview: Overview,
    asked: Asked,
    counted: Callable[[Bucket], Counter[str]],
    top: int | None,
    named: Mapping[str, str],
    lines: list[tuple[float, str]],
) -> Chart:
    """`top`: what a bar as high as the plot would count; None where each is its own sum."""
    buckets = overview.buckets
    slot = 100 / max(len(buckets), 1)
    gap = slot * (0.3 if len(buckets) < 60 else 0.12)
    every = -(-len(buckets) // LABELS)
    bars = []
    for place, bucket in enumerate(buckets):
        counts = counted(bucket)
        labelled = place % every == 0
        bars.append(
            Bar(
                place * slot + gap / 2,
                slot - gap,
                _stack(counts, top or counts.total(), named),
                span_words(bucket.span, overview.unit, asked.today),
                _note(counts, named),
                _label(bucket.span, overview.unit, place == 0) if labelled else "",
                (place // every) % 2 == 1,
                asked.rows(bucket.span),
            )
        )
    sums = sum((counted(bucket) for bucket in buckets), Counter[str]())
    legend = [(key, word, sums[key]) for key, word in named.items() if sums[key]]
    dense = _dense([counted(bucket) for bucket in buckets], [key for key, _, _ in legend], top) if len(buckets) > MANY else None
    return Chart(bars, lines, legend, dense)


def _dense(counts: list[Counter[str]], keys: list[str], top: int | None) -> Dense:
    below = [0] * len(counts)
    paths = []
    for key in keys:
        below = [under + count[key] for under, count in zip(below, counts, strict=True)]
        paths.append((key, _outline([under / (top or count.total() or 1) for under, count in zip(below, counts, strict=True)])))
    return Dense(paths[::-1], {key: [count[key] for count in counts] for key in keys}, top)


def _outline(shares: Iterable[float]) -> str:
    """An SVG path from the bottom left over the tops, each a share of the height, to the bottom right."""
    path, last = [f"M0 {Dense.HEIGHT}"], Dense.HEIGHT
    for share in shares:
        y = round(Dense.HEIGHT * (1 - share))
        path.append(f"V{y}h1" if y != last else "h1")
        last = y
    return "".join([*path, f"V{Dense.HEIGHT}z"])


def _stack(counts: Counter[str], full: int, named: Mapping[str, str]) -> list[Part]:
    parts, below = [], 0
    for key, word in named.items():
        if counts[key]:
            below += counts[key]
            parts.append(Part(key, word, counts[key], 100 - 100 * below / full, 100 * counts[key] / full))
    return parts


def _note(counts: Counter[str], named: Mapping[str, str]) -> str:
    said = [f"{word} {number(counts[key])}" for key, word in named.items() if counts[key]]
    return ", ".join(said) or "nothing"


def _round_up(most: int) -> int:
    """The next number that reads well on an axis, and can be halved twice where there is something to halve."""
    if most <= 4:
        return 4
    unit = 1
    while True:
        for step in (4, 8, 12, 20, 24, 32, 40):
            if step * unit >= most:
                return step * unit
        unit *= 10


def _label(span: Span, unit: str, first: bool) -> str:
    day = span.first
    if unit == "month":
        return times.short_month(day, with_year=first or day.month == 1)
    return times.short_day(day)


def span_words(span: Span, unit: str, today: date) -> str:
    if unit == "month":
        return times.month(span.first)
    if unit == "week":
        return f"Week of {times.day(span.first, today)}"
    return times.day(span.first, today)


def numbers(overview: Overview) -> list[Number]:
    now, was = overview.totals, overview.before

    def mood(totals: Totals) -> int | None:
        return round(100 * totals.good / totals.judged) if totals.judged else None

    return [
        _number("Interactions", now.count, was.count, number),
        _number("People talked to", now.contacts, was.contacts, number),
        _number("Average duration", now.average, was.average, times.minutes),
        _number("Good mood", mood(now), mood(was), percent, points=True),
    ]


def _number(word: str, now: int | None, was: int | None, say: Callable[[int], str], *, points: bool = False) -> Number:
    change = None
    if now is not None and was is not None and (was or points):
        change = now - was if points else round(100 * (now - was) / was)
    return Number(word, "–" if now is None else say(now), change, points, "–" if was is None else say(was))


@dataclass(frozen=True, slots=True)
class Heat:
    """`rows`: each weekday (0 is Monday), in the reader's order, and for each of `hours` (level from 0 to 5, count)."""

    hours: list[int]
    rows: list[tuple[int, list[tuple[int, int]]]]


def heat(counts: Counter[tuple[int, int]]) -> Heat:
    """The hours from the first to the last that has something, at least the usual working day."""
    there = [hour for (_, hour), count in counts.items() if count]
    hours = list(range(min([8, *there]), max([17, *there]) + 1))
    most = max(counts.values(), default=0)
    return Heat(hours, [(day, _levels(counts, day, hours, most)) for day in times.weekdays()])


def _levels(counts: Counter[tuple[int, int]], day: int, hours: Iterable[int], most: int) -> list[tuple[int, int]]:
    return [(-(-5 * count // most) if count else 0, count) for count in (counts[day, hour] for hour in hours)]
