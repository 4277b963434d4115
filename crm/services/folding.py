"""Comparing texts as people do: without case, without accents. What is folded is stored folded, so that every database
compares the same characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from crm.errors import Invalid

# More would be too much for SQLite: for one pattern, or for as many as there are words.
LONGEST_SEARCH = 500

# An interaction's texts are kept folded in two columns, a line for each field. In the first is what a search by text looks
# at, in the second what only a filter does. The topics stand last, each between two tabs.
LINES = {
    "search_text": ("title", "lead", "location", "description", "notes", "topics_discussed"),
    "other_text": ("medium", "follow_up_notes"),
}

# The texts of a meeting that a search looks at, a line for each.
MEETING_TEXTS = (
    "purpose",
    "location",
    "preparation_notes",
    "outcomes",
    "next_steps",
    "agenda_items",
    "topics_covered",
)


def fold(text: str | None) -> str:
    """`text` without case, accents and superfluous space, the same on every database: "Étienne" → "etienne".

    No white space but single spaces is left, so a line break or a tab can part folded texts.
    """
    plain = unicodedata.normalize("NFKD", (text or "").casefold())
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).casefold().split())


def folded_texts(values: Mapping[str, Any]) -> dict[str, str]:
    """The columns of LINES for an interaction with these `values`."""
    return {column: "\n".join(_line(values[name]) for name in names) for column, names in LINES.items()}


def folded_meeting(values: Mapping[str, Any]) -> str:
    """`search_text` of a meeting with these `values`."""
    return "\n".join(_line(values[name]) for name in MEETING_TEXTS)


def folded_topics(topics: Iterable[str]) -> str:
    """ "\tbudget\tterms\t", and "" where there are none."""
    line = "".join(f"\t{fold(topic)}" for topic in topics)
    return line and f"{line}\t"


def terms(search: str, field: str = "search") -> list[str]:
    """The folded words of `search`, each once. Raises Invalid on `field`."""
    storable(search, field)
    return list(dict.fromkeys(fold(search).split()))


def anywhere(folded: str) -> str:
    """The LIKE pattern that finds `folded` anywhere; its own % and _ are ordinary characters (escape: backslash)."""
    escaped = folded.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def storable(text: str, field: str) -> None:
    """Raises Invalid on `field` for what no row can have in it, and what the database would choke on."""
    if len(text) > LONGEST_SEARCH:
        raise Invalid({field: f"must have at most {LONGEST_SEARCH} characters"})
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid({field: "has characters that cannot be searched for"})


def _line(value: str | list[str] | None) -> str:
    return folded_topics(value) if isinstance(value, list) else fold(value)
