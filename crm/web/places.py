"""Where one can go from everywhere: the sidebar, the bar at a phone's bottom, the palette and the keys know the same places."""

from __future__ import annotations

from typing import NamedTuple

from flask import request, url_for


class Place(NamedTuple):
    """`key` goes there when it is pressed after `g`."""

    endpoint: str
    icon: str
    label: str
    key: str

    @property
    def url(self) -> str:
        return url_for(self.endpoint)

    @property
    def counted(self) -> bool:
        """Whether a number stands beside it: how much is due there."""
        return self.endpoint == "web.follow_ups.index"

    @property
    def is_here(self) -> bool:
        here = request.blueprint or ""
        return _BELOW.get(here, here) == self.endpoint.rpartition(".")[0]


ALL = (
    Place("web.today.index", "home", "Today", "t"),
    Place("web.contacts.index", "address-book", "Contacts", "c"),
    Place("web.interactions.index", "messages", "Interactions", "i"),
    Place("web.meetings.index", "calendar-event", "Meetings", "m"),
    Place("web.follow_ups.index", "circle-check", "Follow-ups", "f"),
    Place("web.analytics.index", "chart-bar", "Analytics", "a"),
)


# Whose pages hang below another noun's.
_BELOW = {
    "web.contact_bulk": "web.contacts",
    "web.contact_imports": "web.contacts",
    "web.contact_merges": "web.contacts",
    "web.several": "web.interactions",
    "web.views": "web.interactions",
    "web.promises": "web.contacts",
}


def single_keys() -> bool:
    """Whether keys without Ctrl do something: who speaks to the machine may not want that (WCAG 2.1.4)."""
    return request.cookies.get("keys") != "off"
