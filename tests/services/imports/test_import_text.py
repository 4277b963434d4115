"""Bytes to text: every encoding that spreadsheets and address books write, and what is no text at all."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from crm.services.imports.rows import Unreadable
from crm.services.imports.text import CHUNK, SAMPLE, open_text

WORDS = "name,company\nJürgen Müller,Bäckerei Höß\nÑandú,“Café”\n"


def text_of(source: bytes, encoding: str | None = None) -> tuple[str, str]:
    with open_text(source, encoding) as text:
        return text.stream.read(), text.encoding


@pytest.mark.parametrize(
    ("source", "encoding"),
    [
        (WORDS.encode("utf-8"), "utf-8"),
        (WORDS.encode("utf-8-sig"), "utf-8-sig"),
        (WORDS.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), "utf-16"),
        (WORDS.encode("utf-16-le"), "utf-16-le"),
        (WORDS.encode("utf-16-be"), "utf-16-be"),
        (WORDS.encode("utf-32"), "utf-32"),
        (WORDS.encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_that_show(source: bytes, encoding: str) -> None:
    assert text_of(source) == (WORDS, encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_evidence_far_into_a_large_file(encoding: str) -> None:
    source = ("name\n" + "plain ascii\n" * (2 * CHUNK // 12) + "Müller\n").encode(encoding)
    with open_text(source) as text:
        *_, last = text.stream
        assert (last, text.encoding, text.position) == ("Müller\n", encoding, len(source))


def test_a_character_over_the_edge_of_a_piece() -> None:
    source = ("x" * (SAMPLE - 1) + "ü\n").encode()
    assert text_of(source)[1] == "utf-8"


def test_a_named_encoding() -> None:
    assert text_of("Żółć".encode("cp1250"), "windows-1250") == ("Żółć", "cp1250")
    assert text_of("Żółć".encode("utf-8-sig"), "utf-8")[0] == "Żółć"
    with pytest.raises(Unreadable, match="no encoding “klingon”"):
        text_of(b"x", "klingon")
    with pytest.raises(Unreadable, match="not ascii throughout"):
        text_of("ü".encode(), "ascii")


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\x14\0\x06\0", "Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
        (b"name\nAda\nGra\0ce\n", "Line 3 has NUL bytes"),
        ("name\nMüller, Köln, Düren\nJ".encode() + b"\xfcrgen\n", "is UTF-8, but line 3"),
        (b"name\nM\xfcller \x81\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_refused(source: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        text_of(source)


def test_a_nul_in_utf_16_reaches_the_table() -> None:
    assert "\0" in text_of("a\0b, and more text".encode("utf-16"))[0]


def test_sources(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_bytes(WORDS.encode("cp1252"))
    with open_text(path) as text:
        assert text.stream.read() == WORDS
    with path.open("rb") as file:
        with open_text(file) as text:
            assert text.stream.read() == WORDS
        assert not file.closed
    with open_text(Pipe(WORDS.encode("cp1252"))) as text:
        assert text.stream.read() == WORDS
    with pytest.raises(Unreadable, match=r"gone\.csv: No such file"), open_text(tmp_path / "gone.csv"):
        pass
    with pytest.raises(Unreadable, match="directory"), open_text(tmp_path):
        pass


class Pipe(io.BytesIO):
    """Standard input: it cannot be rewound."""

    def seekable(self) -> bool:
        return False
