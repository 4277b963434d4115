"""Comparing texts as people do: without case, without accents."""

from __future__ import annotations

import unicodedata

from crm.errors import Invalid

# More would be too much for SQLite: for one pattern, or for as many as there are words.
LONGEST_SEARCH = 500


def fold(text: str | None) -> str:
    """`text` without case, accents and superfluous space, the same on every database: "Étienne" → "etienne"."""
    plain = unicodedata.normalize("NFKD", (text or "").casefold())
    return " ".join("".join(character for character in plain if not unicodedata.combining(character)).casefold().split())


def patterns(search: str) -> list[str]:
    """The terms of `search`, each as a LIKE pattern that finds it anywhere in a folded text; its own % and _ are ordinary
    characters (escape: backslash).

    Raises Invalid on `search`.
    """
    storable(search, "search")
    return [f"%{_escaped(term)}%" for term in dict.fromkeys(fold(search).split())]


def storable(text: str, field: str) -> None:
    """Raises Invalid on `field` for what no row can have in it, and what the database would choke on."""
    if len(text) > LONGEST_SEARCH:
        raise Invalid({field: f"must have at most {LONGEST_SEARCH} characters"})
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid({field: "has characters that cannot be searched for"})


def _escaped(term: str) -> str:
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
