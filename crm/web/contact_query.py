"""The filter of a list of contacts, as it stands in an address or in a form, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from flask import url_for
from werkzeug.datastructures import MultiDict

from crm.services.contact_filters import EVERYBODY, LAST, NEXT, NOBODY, Asked, Chosen

if TYPE_CHECKING:
    from crm.services.members import Person

LAST_WORDS = {
    "within-7": "In the last 7 days",
    "within-30": "In the last 30 days",
    "within-90": "In the last 90 days",
    "not-30": "Not for 30 days",
    "not-90": "Not for 90 days",
    "not-365": "Not for a year",
    "never": "Never",
    "cold": "Longer ago than it should be",
}
NEXT_WORDS = {"some": "Has one", "none": "Has none"}

# What a list can be sorted by, and what each begins with: names from A, instants from the latest.
SORTS = {"name": False, "company": False, "last_interaction_at": True, "next_meeting_at": False}


class Chip(NamedTuple):
    """A part of the filter in words, and the address of the list without it."""

    sign: str
    said: str
    without: str


class Listed(NamedTuple):
    """What a list shows: which contacts, in which order."""

    asked: Asked
    sort: str
    order: str

    def args(self, **changes: Any) -> dict[str, Any]:
        """For url_for: what is not usual."""
        usual = self.sort == "name" and self.order == "asc"
        return fields(self.asked) | ({} if usual else {"sort": self.sort, "order": self.order}) | changes


def read(values: MultiDict[str, str]) -> Asked:
    """What nobody offers asks for nothing."""
    last, next, owner = (values.get(name, "") for name in ("last", "next", "owner"))
    return Asked(
        search=values.get("search", "").strip(),
        tags=tuple(dict.fromkeys(tag for tag in values.getlist("tag") if tag)),
        owner=owner if owner == NOBODY or owner.isdecimal() else "",
        last=last if last in LAST else "",
        next=next if next in NEXT else "",
    )


def listed(values: MultiDict[str, str]) -> Listed:
    sort = values.get("sort", "name")
    sort = sort if sort in SORTS else "name"
    order = values.get("order", "")
    return Listed(read(values), sort, order if order in ("asc", "desc") else "desc" if SORTS[sort] else "asc")


def chosen(values: MultiDict[str, str]) -> Chosen:
    """The contacts that are ticked, or all that the filter finds."""
    if "all" in values:
        return Chosen(all=read(values) or EVERYBODY)
    return Chosen(tuple(_uids(values.getlist("contact"))))


def fields(asked: Asked) -> dict[str, Any]:
    """For url_for, and for hidden fields."""
    named = {"search": asked.search, "tag": list(asked.tags), "owner": asked.owner, "last": asked.last, "next": asked.next}
    return {name: value for name, value in named.items() if value}


def chips(shown: Listed, colleagues: Iterable[Person]) -> list[Chip]:
    args = shown.args()
    people = {str(user.id): user.name for user in colleagues} | {NOBODY: "nobody"}

    def chip(sign: str, said: str, **left: Any) -> Chip:
        return Chip(sign, said, url_for("web.contacts.index", **(args | left)))

    asked = shown.asked
    made = [chip("tag", tag, tag=[other for other in asked.tags if other != tag]) for tag in asked.tags]
    if asked.owner:
        made.append(chip("user", f"Owner: {people.get(asked.owner, 'somebody else')}", owner=None))
    if asked.last:
        made.append(chip("clock", f"Last contact: {LAST_WORDS[asked.last].lower()}", last=None))
    if asked.next:
        made.append(chip("calendar-event", f"Next meeting: {NEXT_WORDS[asked.next].lower()}", next=None))
    return made


def _uids(texts: Iterable[str]) -> Iterable[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
