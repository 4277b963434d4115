"""The same figures as rows, for the table beside each chart and for its file; and as a sentence."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from typing import Any, NamedTuple

from flask import Response as Answer

from crm.services.overview import Overview
from crm.services.response import Response
from crm.services.touches import Cold
from crm.web import sheets, times, words
from crm.web.locales import number, percent


class GoingCold(NamedTuple):
    """`items`, the most neglected ones; `total`, how many there are in all."""

    items: list[Cold]
    total: int


class Found(NamedTuple):
    overview: Overview
    response: Response
    cold: GoingCold


class Table(NamedTuple):
    head: list[str]
    rows: list[list[Any]]


def frequency(found: Found) -> Table:
    kinds = [kind for kind in words.TYPES if any(bucket.types[kind] for bucket in found.overview.buckets)]
    head = ["From", "To", *(words.TYPES[kind].label for kind in kinds), "All"]
    rows = [
        [bucket.span.first, bucket.span.last, *(bucket.types[kind] for kind in kinds), bucket.count]
        for bucket in found.overview.buckets
    ]
    return Table(head, rows)


def mood(found: Found) -> Table:
    head = ["From", "To", *(word.label for word in words.MOODS.values()), "Not said"]
    rows = [
        [
            bucket.span.first,
            bucket.span.last,
            *(bucket.moods[code] for code in words.MOODS),
            bucket.count - bucket.moods.total(),
        ]
        for bucket in found.overview.buckets
    ]
    return Table(head, rows)


def hours(found: Found) -> Table:
    counts = found.overview.hours
    return Table(
        ["Hour", *words.WEEKDAYS],
        [[time(hour), *(counts[day, hour] for day in range(7))] for hour in range(24)],
    )


def durations(found: Found) -> Table:
    lengths = found.overview.durations
    return Table(
        ["Type", "With a duration", "Average, minutes", "Together, minutes"],
        [
            [words.TYPES[kind].label, timed, average(timed, minutes), minutes]
            for kind, (timed, minutes) in longest_first(lengths)
        ],
    )


def contacts(found: Found) -> Table:
    return Table(["Contact", "Interactions"], [[top.contact.name, top.count] for top in found.overview.top_contacts])


def leads(found: Found) -> Table:
    return Table(["Lead", "Interactions"], [[name, count] for name, count in found.overview.leads.items()])


def cold(found: Found) -> Table:
    head = ["Contact", "Owner", "Days since the last talk", "Every … days"]
    rows = [
        [one.contact.name, one.contact.owner.name if one.contact.owner else "", one.days, one.contact.keep_in_touch_days]
        for one in found.cold.items
    ]
    return Table(head, rows)


def promises(found: Found) -> Table:
    one = found.response
    if not one.count:
        return Table(["Follow-ups", "How many"], [])
    kept = [
        ["Done on time", one.on_time],
        ["Done late", one.late],
        ["Overdue", one.overdue],
        ["Open, with time left", one.open],
    ]
    took = [[f"Done after {times_of(days, 'day')}", count] for days, count in sorted(one.took.items())]
    return Table(["Follow-ups", "How many"], kept + took)


TABLES: dict[str, Callable[[Found], Table]] = {
    "frequency": frequency,
    "mood": mood,
    "hours": hours,
    "durations": durations,
    "contacts": contacts,
    "leads": leads,
    "cold": cold,
    "follow-ups": promises,
}


def as_file(name: str, table: Table) -> Answer:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([sheets.safe(_iso(value)) for value in row] for row in [table.head, *table.rows])
    # With a mark at its start, or spreadsheets take it for another encoding.
    return sheets.download("\ufeff" + text.getvalue(), name)


def cell(value: Any) -> str:
    """A value as the reader writes it. The file has it as programs read it."""
    if isinstance(value, date):
        return times.short_day(value, with_year=True)
    if isinstance(value, time):
        return times.full_hour(value.hour)
    return number(value) if isinstance(value, int | float) else str(value)


def _iso(value: Any) -> Any:
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value


# In a sentence.


def say_frequency(found: Found) -> str:
    one = found.overview
    if not one.totals.count:
        return "Nothing was logged in this time."
    kinds = sum((bucket.types for bucket in one.buckets), Counter[str]())
    kind, count = kinds.most_common(1)[0]
    busiest = max(one.buckets, key=lambda bucket: bucket.count)
    what = (
        f"{number(count)} of {number(one.totals.count)} were {_plural(kind)}"
        if len(kinds) > 1
        else f"All {number(count)} were {_plural(kind)}"
    )
    if len(one.buckets) == 1:
        return f"{what}."
    at = busiest.span.first
    when = (
        times.month(at)
        if one.unit == "month"
        else f"the week of {times.month_day(at)}"
        if one.unit == "week"
        else times.month_day(at)
    )
    mean = one.totals.count / len(one.buckets)
    usual = f"on average there were {number(round(mean, 1))} a {one.unit}"
    return f"{what}. The busiest was {when}, with {number(busiest.count)}; {usual}."


def say_mood(found: Found) -> str:
    totals = found.overview.totals
    if not totals.judged:
        return "Nobody has noted a mood in this time."
    moods = sum((bucket.moods for bucket in found.overview.buckets), Counter[str]())
    good, bad = (round(100 * moods[code] / totals.judged) for code in ("positive", "negative"))
    return f"Of {number(totals.judged)} whose mood was noted, {percent(good)} went well and {percent(bad)} were difficult."


def say_hours(found: Found) -> str:
    counts = found.overview.hours
    if not counts:
        return "Nothing was logged in this time."
    (day, hour), count = max(counts.items(), key=lambda entry: (entry[1], -entry[0][0], -entry[0][1]))
    between = f"between {times.full_hour(hour)} and {times.full_hour(hour + 1)}"
    return f"Most happens on {words.WEEKDAYS[day]}s {between}: {number(count)} of {number(counts.total())}."


def say_durations(found: Found) -> str:
    lengths = longest_first(found.overview.durations)
    average_of_all = found.overview.totals.average
    if average_of_all is None:
        return "No interaction of this time has a duration."
    said = f"{number(found.overview.totals.timed)} have a duration, {times.minutes(average_of_all)} on average"
    (longest, its), (shortest, other) = lengths[0], lengths[-1]
    if longest == shortest:
        return f"{said}."
    return (
        f"{said}: {_plural(longest)} take {times.minutes(average(*its))}, {_plural(shortest)} {times.minutes(average(*other))}."
    )


def say_contacts(found: Found) -> str:
    tops, total = found.overview.top_contacts, found.overview.totals.count
    if not tops:
        return "Nobody was talked to in this time."
    together = round(100 * sum(top.count for top in tops) / total)
    said = f"{tops[0].contact.name} comes first, with {number(tops[0].count)}"
    return f"{said}." if len(tops) == 1 else f"{said}. These {len(tops)} make up {percent(together)} of all {number(total)}."


def say_leads(found: Found) -> str:
    leads = found.overview.leads
    if not leads:
        return "Nobody has led a talk in this time."
    name, count = next(iter(leads.items()))
    return f"{name} led {number(count)} of {number(found.overview.totals.count)}" + (
        f"; {times_of(len(leads), 'person', 'people')} led some." if len(leads) > 1 else "."
    )


def say_cold(found: Found) -> str:
    if not found.cold.total:
        return "Nobody has waited longer than they should."
    worst = found.cold.items[0]
    return (
        f"{times_of(found.cold.total, 'contact has', 'contacts have')} waited too long, whatever the range; "
        f"{worst.contact.name} the longest, {times_of(worst.late, 'day')} more than planned."
    )


def say_promises(found: Found) -> str:
    one = found.response
    if not one.count:
        return "No follow-up fell due in this time."
    median = one.median_days
    if median is None:
        return f"{times_of(one.count, 'follow-up')} fell due in this time, and none is done yet."
    done = f"{number(one.on_time)} {'was' if one.on_time == 1 else 'were'} done by the day"
    said = f"Of {times_of(one.count, 'follow-up')} due in this time, {done}"
    return f"{said}; half of what is done took {_days(median)} at most."


SAYS: dict[str, Callable[[Found], str]] = {
    "frequency": say_frequency,
    "mood": say_mood,
    "hours": say_hours,
    "durations": say_durations,
    "contacts": say_contacts,
    "leads": say_leads,
    "cold": say_cold,
    "follow-ups": say_promises,
}


def average(timed: int, minutes: int) -> int:
    """Half a minute is rounded up."""
    return (2 * minutes + timed) // (2 * timed)


def longest_first(lengths: dict[str, tuple[int, int]]) -> list[tuple[str, tuple[int, int]]]:
    return sorted(lengths.items(), key=lambda entry: (-entry[1][1] / entry[1][0], entry[0]))


def times_of(count: int, word: str, more: str = "") -> str:
    return f"{number(count)} {word if count == 1 else more or word + 's'}"


def _days(count: float) -> str:
    return f"{number(count)} day{'s' if count != 1 else ''}"


def _plural(kind: str) -> str:
    return {
        "call": "calls",
        "meeting": "meetings",
        "email": "e-mails",
        "message": "messages",
        "coffee": "coffees",
        "lunch": "lunches",
        "conference": "conferences",
        "other": "others",
    }[kind]
