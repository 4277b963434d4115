"""What the header maps of contacts and interactions share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from crm.services.imports.rows import Unreadable

Known = Callable[[str], str | None]

SPACE = re.compile(r"[\s_]+")
LIST_SEPARATOR = re.compile(r"[;\n]")


def plain(header: str) -> str:
    """A header for comparing: the case, the spaces around it, "e-mail" or "email", "job_title" or "Job Title" are alike."""
    name = SPACE.sub(" ", header.strip("\ufeff \t\r\n").casefold()).strip()
    return name.replace("e-mail", "email").replace("\u2019", "'")


def recognised(header: Sequence[str], known: Known) -> dict[str, str]:
    """Which of the header's columns mean what: column → target. A column that stands twice counts once."""
    return {name: target for name in header if (target := known(plain(name)))}


def require(header: Sequence[str], columns: Mapping[str, str], understood: Sequence[str], needs: str) -> None:
    """Refuses a file in which no column is understood, with what was found and what would have been."""
    if columns:
        return
    found = ", ".join(f"“{name}”" for name in header[:20] if name) or "nothing"
    if len(header) > 20:
        found += f" and {len(header) - 20} more"
    raise Unreadable(f"No column is understood. Found: {found}. {needs} Understood: {', '.join(understood)}.")


def split_list(value: str) -> list[str]:
    """ "a; b" or one a line: the separator of HubSpot, Outlook's categories, and our own files."""
    return [part for piece in LIST_SEPARATOR.split(value) if (part := piece.strip())]


def unique(values: Sequence[str], key: Callable[[str], str] = str.casefold) -> list[str]:
    """Without repetitions, in order."""
    seen: dict[str, str] = {}
    for value in values:
        seen.setdefault(key(value), value)
    return list(seen.values())
