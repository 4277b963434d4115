"""vCards: 3.0 as Apple writes it, 4.0 as in RFC 6350, 2.1 as phones do."""

from __future__ import annotations

from pathlib import Path

import pytest

from crm.services.imports.rows import Refused, Row, Unreadable
from crm.services.imports.text import open_text
from crm.services.imports.vcards import read_vcards, split_escaped, unescape

SAMPLES = Path(__file__).parents[2] / "samples"


def cards(source: str | bytes) -> list[Row | Refused]:
    with open_text(SAMPLES / source if isinstance(source, str) else source) as text:
        return list(read_vcards(text.stream))


def card(*lines: str) -> Row | Refused:
    (row,) = cards("\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""]).encode())
    return row


def test_version_3() -> None:
    ada, engines, unclosed, ann, broken, group = cards("apple.vcf")
    assert ada == Row(
        1,
        {
            "name": "Ada Lovelace",
            "emails": ["ada@analytical.example", "countess@lovelace.example"],
            "phones": ["+44 7700 900123", "+44 20 7946 0018"],
            "company": "Analytical Engines, Ltd.",
            "job_title": "Mathematician",
            "tags": ["Advisers", "Royal Society"],
            "notes": 'Met at the salon, twice.\nLikes "poetical science"; tea.',
        },
        "8f1e2d3c-ada",
    )
    assert engines == Row(23, {"name": "Analytical Engines", "company": "Analytical Engines", "phones": ["+44 20 7946 0000"]})
    assert unclosed == Refused(31, "the card has no END:VCARD", "VERSION:3.0 FN:Never closed EMAIL:lost@example.com")
    assert isinstance(ann, Row)
    assert ann.values["notes"] == "one, two, three"
    assert isinstance(broken, Refused)
    assert (broken.number, broken.reason) == (41, "the card cannot be read in line 44")
    assert isinstance(group, Refused)
    assert group.reason == "the card is a list of contacts, not a contact"


def test_version_4() -> None:
    simon, family, john = cards("vcard4.vcf")
    assert simon == Row(
        1,
        {
            "name": "Simon Perreault",
            "emails": ["simon@home.example", "simon.perreault@viagenie.example"],
            "phones": ["+1-418-656-9254 ext. 102", "+1-418-262-6501"],
            "company": "Viagénie",
            "job_title": "Research Scientist",
            "tags": ["INTERNET", "IETF", "A,B"],
            "notes": "This note is folded in the middle of a word and has a backslash \\ too.",
        },
        "urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
    )
    assert isinstance(family, Refused)
    assert john == Row(24, {"name": "Mr. John Quinlan Public Esq.", "emails": ["john@public.example"]})


def test_version_2_1() -> None:
    juergen, unknown = cards("phone21.vcf")
    assert juergen == Row(
        1,
        {
            "name": "Jürgen Müller, the baker with a very long name",
            "emails": ["juergen@hoess.example"],
            "phones": ["+49 (221) 4711-0", "+49 171 2345678"],
            "company": "Bäckerei Höß",
            "notes": "first line\nsecond, line",
        },
    )
    assert isinstance(unknown, Refused)
    assert (unknown.number, unknown.reason) == (27, "the card cannot be read: unknown encoding: X-UNHEARD-OF")


def test_names_without_fn() -> None:
    assert card("N:Lovelace;Ada;;Dr.\\, h.c.;") == Row(1, {"name": "Dr., h.c. Ada Lovelace"})
    assert card("N:;;;;", "EMAIL:a@b.example") == Row(1, {"name": "a@b.example", "emails": ["a@b.example"]})
    assert isinstance(card("NOTE:nobody"), Refused)


def test_an_encoding_that_stands_twice() -> None:
    assert isinstance(card("FN;ENCODING=QUOTED-PRINTABLE;ENCODING=8BIT:J=FCrgen"), Refused)


def test_an_address_that_stands_twice() -> None:
    assert card("FN:Ada", "EMAIL:a@b.example", "EMAIL:A@B.example") == Row(1, {"name": "Ada", "emails": ["a@b.example"]})


def test_other_encodings_and_line_ends() -> None:
    text = "BEGIN:VCARD\rVERSION:3.0\rFN:Jürgen\rEND:VCARD\r"
    assert cards(text.encode("utf-16")) == cards(text.encode("cp1252")) == [Row(1, {"name": "Jürgen"})]


def test_no_card() -> None:
    with pytest.raises(Unreadable, match="no vCard"):
        cards(b"name,company\nAda,Engines\n")


def test_escapes() -> None:
    assert unescape(r"a\, b\; c\n d\\n \:") == "a, b; c\n d\\n :"
    assert split_escaped(r"a\;b;c\\;;d", ";") == [r"a\;b", r"c\\", "", "d"]
