"""vCard files: 3.0 (RFC 2426), 4.0 (RFC 6350), and what phones and Outlook still write of 2.1.

vobject takes the lines apart: folding, groups, parameters, quoted-printable. Its behaviours above that are left out: they
cut a NOTE at the first comma that is not escaped, and refuse a card for a line that nobody asked for (a PHOTO, an
X-APPLE-STRUCTURED-LOCATION). Escapes are undone here, by RFC 6350 §3.4.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from vobject.base import ContentLine, VObjectError, getLogicalLines, textLineToContentLine

from crm.services.imports.contact_columns import NAMELESS, contact_values, google_tags
from crm.services.imports.rows import Refused, Row, Unreadable, excerpt

BEGIN = re.compile(r"^(?:[\w-]+\.)?BEGIN\s*:\s*VCARD\s*$", re.IGNORECASE)
END = re.compile(r"^(?:[\w-]+\.)?END\s*:\s*VCARD\s*$", re.IGNORECASE)
# The property's name, after its group ("item1.EMAIL") and before its parameters.
NAME = re.compile(r"^(?:[\w-]+\.)?([\w-]+)\s*[;:]")
QUOTED_PRINTABLE = re.compile(r"quoted-printable", re.IGNORECASE)
KINDS = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
WANTED = frozenset({"FN", "N", "NICKNAME", "EMAIL", "TEL", "ORG", "TITLE", "ROLE", "NOTE", "CATEGORIES", "UID", *KINDS})
ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(slots=True)
class Card:
    """The lines of one card, unread. `number` is that of its first line."""

    number: int
    lines: list[str] = field(default_factory=list)
    closed: bool = False


def read_vcards(lines: Iterable[str]) -> Iterator[Row | Refused]:
    """The contacts of a vCard file, one a card. A broken card is a `Refused` and the next one is read.

    Raises Unreadable where the file has no card at all.
    """
    none_yet = True
    for card in split_cards(lines):
        none_yet = False
        yield read_card(card)
    if none_yet:
        raise Unreadable("The file has no vCard: a line “BEGIN:VCARD” is missing.")


def split_cards(lines: Iterable[str]) -> Iterator[Card]:
    """The cards of a file. One that is not closed ends where the next begins; one within an AGENT is left out."""
    card: Card | None = None
    depth = 0
    for number, line in enumerate(lines, 1):
        if BEGIN.match(line):
            if card is None:
                card = Card(number)
            elif _is_agent(card):
                depth += 1
            else:
                yield card
                card, depth = Card(number), 0
        elif card is None:
            continue
        elif END.match(line):
            if depth:
                depth -= 1
            else:
                card.closed = True
                yield card
                card = None
        elif not depth:
            card.lines.append(line)
    if card is not None:
        yield card


def read_card(card: Card) -> Row | Refused:
    raw = excerpt("".join(card.lines))
    if not card.closed:
        return Refused(card.number, "the card has no END:VCARD", raw)
    try:
        lines = list(_content_lines(card))
    except VObjectError as error:
        at = f" in line {error.lineNumber}" if error.lineNumber else ""
        return Refused(card.number, f"the card cannot be read{at}", raw)
    except (LookupError, ValueError, TypeError) as error:  # an unknown CHARSET; bytes that do not fit it; two ENCODINGs
        return Refused(card.number, f"the card cannot be read: {error}", raw)
    found: dict[str, list[ContentLine]] = {}
    for line in lines:
        found.setdefault(line.name, []).append(line)
    for name in KINDS:
        if any(kind.value.strip().casefold() == "group" for kind in found.get(name, [])):
            return Refused(card.number, "the card is a list of contacts, not a contact", raw)
    values = _values(found)
    if "name" not in values:
        return Refused(card.number, NAMELESS, raw)
    return Row(card.number, values, next(_texts(found, "UID"), None))


def _values(found: dict[str, list[ContentLine]]) -> dict[str, object]:
    categories = [unescape(part).strip() for line in found.get("CATEGORIES", []) for part in split_escaped(line.value, ",")]
    company = next((unescape(split_escaped(line.value, ";")[0]).strip() for line in found.get("ORG", [])), "")
    return contact_values(
        name=next(_texts(found, "FN"), None),
        parts=_name_parts(found),
        aliases=[next(_texts(found, "NICKNAME"), None)],
        company=company or None,
        emails=[unescape(line.value) for line in _preferred(found.get("EMAIL", []))],
        phones=[_number(unescape(line.value)) for line in _preferred(found.get("TEL", [])) if not _is_fax(line)],
        tags=list(google_tags(categories)),
        job_title=next(_texts(found, "TITLE", "ROLE"), None),
        notes="\n\n".join(_texts(found, "NOTE")) or None,
    )


def split_escaped(value: str, separator: str) -> list[str]:
    """The parts of a list or a structured value, still with their escapes (RFC 6350 §3.4)."""
    # An escaped pair is taken over as it is, so only separators that stand alone are left to match.
    return re.sub(rf"(\\.)|{separator}", lambda match: match[1] or "\0", value, flags=re.DOTALL).split("\0")


def unescape(value: str) -> str:
    """A text without its escapes (RFC 6350 §3.4). What is escaped without need (Outlook's "\\:") loses its backslash."""
    return ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).replace("\r\n", "\n")


def _content_lines(card: Card) -> Iterator[ContentLine]:
    """The wanted properties of a card. Raises what vobject raises, with the file's line number."""
    text = io.StringIO("".join(line.rstrip("\r\n") + "\n" for line in card.lines))
    for logical, number in getLogicalLines(text, allowQP=True):
        match = NAME.match(logical)
        if match is None or match[1].upper() not in WANTED:
            continue
        parameters, colon, value = logical.partition(":")
        # vobject knows the encoding in capitals only.
        line = QUOTED_PRINTABLE.sub("QUOTED-PRINTABLE", parameters) + colon + value
        yield textLineToContentLine(line, card.number + max(number, 1))


def _is_agent(card: Card) -> bool:
    """vCard 2.1 puts a whole card after "AGENT:"."""
    return bool(card.lines) and card.lines[-1].strip().upper() == "AGENT:"


def _texts(found: dict[str, list[ContentLine]], *names: str) -> Iterator[str]:
    for name in names:
        for line in found.get(name, []):
            if text := unescape(line.value).strip():
                yield text


def _name_parts(found: dict[str, list[ContentLine]]) -> list[str]:
    """N is family;given;additional;prefixes;suffixes (RFC 6350 §6.2.2), each perhaps a list: in the order they are said."""
    for line in found.get("N", []):
        parts = (split_escaped(line.value, ";") + [""] * 5)[:5]
        family, given, additional, prefixes, suffixes = (" ".join(map(unescape, split_escaped(part, ","))) for part in parts)
        return [prefixes, given, additional, family, suffixes]
    return []


def _preferred(lines: list[ContentLine]) -> list[ContentLine]:
    """The preferred one first: TYPE=PREF in 3.0, PREF=1…100 in 4.0 (RFC 6350 §5.3), a bare PREF in 2.1."""

    def rank(line: ContentLine) -> int:
        pref = line.params.get("PREF", [""])[0]
        if pref.isdecimal():
            return int(pref)
        return 1 if "PREF" in _types(line) or "PREF" in line.params else 101

    return sorted(lines, key=rank)


def _types(line: ContentLine) -> set[str]:
    listed = [part for value in line.params.get("TYPE", []) for part in value.split(",")]
    return {name.strip().upper() for name in (*listed, *line.singletonparams)}


def _is_fax(line: ContentLine) -> bool:
    types = _types(line)
    return bool(types & {"FAX", "PAGER"}) and not types & {"VOICE", "CELL", "TEXT"}


def _number(value: str) -> str:
    """A TEL value: text, or in 4.0 mostly a URI "tel:+1-418-656-9254;ext=102" (RFC 3966)."""
    if not value.casefold().startswith("tel:"):
        return value
    number, *parameters = unquote(value[4:]).split(";")
    extension = next((part[4:] for part in parameters if part.casefold().startswith("ext=")), "")
    return f"{number} ext. {extension}" if extension else number
