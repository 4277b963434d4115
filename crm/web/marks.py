"""Marking in a text what was searched for, whatever the case and the accents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from crm.services.folding import fold

if TYPE_CHECKING:
    from crm.models import Contact

AROUND = 60  # characters before the first match of an excerpt
LENGTH = 200


def marked(text: str | None, terms: Iterable[str]) -> Markup:
    """`text` with each of the folded `terms` in a <mark>."""
    text = text or ""
    shown, at = Markup(), 0
    for start, end in spans(text, terms):
        shown += escape(text[at:start]) + Markup("<mark>") + escape(text[start:end]) + Markup("</mark>")
        at = end
    return shown + escape(text[at:])


def excerpt(text: str | None, terms: Iterable[str]) -> Markup:
    """What stands around the first match in `text`, with its matches marked; nothing where there is none."""
    plain = " ".join((text or "").split())
    found = spans(plain, terms := list(terms))
    if not found:
        return Markup()
    start = max(0, found[0][0] - AROUND)
    start = plain.rfind(" ", 0, start) + 1 if start else 0
    part = plain[start : start + LENGTH]
    return Markup("…" if start else "") + marked(part, terms) + Markup("…" if start + LENGTH < len(plain) else "")


def particulars(contact: Contact, terms: Iterable[str]) -> list[str]:
    """Addresses, numbers and tags of `contact` in which a term is: why it was found, where its name does not say so."""
    terms = list(terms)
    texts = [email.address for email in contact.emails] + [phone.number for phone in contact.phones] + contact.tags
    return [text for text in texts if spans(text, terms)]


def spans(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Where the folded `terms` are in `text`, in its own characters; what overlaps is one."""
    folded, origin = "", []
    for place, character in enumerate(text):
        plain = fold(character) or (" " if character.isspace() else "")
        folded += plain
        origin += [place] * len(plain)
    found = []
    for term in terms:
        at = folded.find(term) if term else -1
        while at >= 0:
            found.append((origin[at], origin[at + len(term) - 1] + 1))
            at = folded.find(term, at + len(term))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
