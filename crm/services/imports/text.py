"""Bytes to text, without a guess that can go wrong quietly.

In this order: what the caller names; a byte order mark; UTF-16 that shows by its NULs; UTF-8 if the whole file is valid
UTF-8; otherwise Windows-1252, which is what Outlook and Excel write in Western Europe and America. Statistics are not
asked: on files as short as an address book they take German for Polish (charset-normalizer: cp1250 for "Müller, Ñuñez").
Who has another code page names it.
"""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, TextIO, cast

from crm.services.imports.rows import Unreadable

Source = bytes | str | os.PathLike[str] | BinaryIO

CHUNK = 1 << 20
SAMPLE = 4096

# The UTF-32 mark begins with the UTF-16 one: longest first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What people pick by mistake, by its first bytes.
OTHER_FILES = (
    (b"PK\x03\x04", "This is an Excel workbook or a ZIP archive. In Excel: Save as, “CSV UTF-8”, and import that file."),
    (b"\xd0\xcf\x11\xe0", "This is an old Excel workbook. In Excel: Save as, “CSV UTF-8”, and import that file."),
    (b"!BDN", "This is an Outlook data file (.pst). In Outlook: Open & Export, Export to a file, “Comma Separated Values”."),
    (b"%PDF", "This is a PDF file, not a table."),
    (b"\x1f\x8b", "This file is compressed (gzip). Unpack it first."),
)

BROKEN_BYTE = re.compile("[\udc80-\udcff]")
CP1252_UNDEFINED = frozenset("\udc81\udc8d\udc8f\udc90\udc9d")


@dataclass(frozen=True, slots=True)
class Text:
    """A file as text. `stream` keeps the line ends as they are; `position` is how many of the `size` bytes were read."""

    stream: TextIO
    encoding: str
    size: int
    _raw: BinaryIO

    @property
    def position(self) -> int:
        return min(self._raw.tell(), self.size)


@contextmanager
def open_text(source: Source, encoding: str | None = None) -> Iterator[Text]:
    """The text of a file, read as it is asked for: the file may be larger than the memory.

    `source` is bytes, a path, or an open binary file (one that cannot be rewound, such as standard input, is copied first).
    `encoding` is a Python codec name, where the caller knows better.

    Raises Unreadable where there is no such file, where it is empty or no text, or does not fit the encoding.
    """
    raw = _binary(source)
    reader: io.TextIOWrapper | None = None
    try:
        size = raw.seek(0, io.SEEK_END)
        raw.seek(0)
        if size == 0:
            raise Unreadable("The file is empty.")
        name = _checked(encoding) if encoding else detect(raw)
        raw.seek(0)
        reader = io.TextIOWrapper(raw, encoding=name, newline="")
        yield Text(reader, name, size, raw)
    except UnicodeDecodeError as error:
        raise Unreadable(f"The file is not {error.encoding} throughout. Name its encoding, or save it as UTF-8.") from error
    finally:
        if reader is not None and raw is source:
            reader.detach()  # The caller's file stays open.
        elif raw is not source:
            raw.close()


def detect(raw: BinaryIO) -> str:
    """The encoding of an open file: a Python codec name. Reads it from its position to the end, in pieces.

    Raises Unreadable for a file that is not text, and for UTF-8 with damaged places (as Windows-1252 every other umlaut
    would become "Ã¼").
    """
    sample = raw.read(SAMPLE)
    for start, sentence in OTHER_FILES:
        if sample.startswith(start):
            raise Unreadable(sentence)
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    if wide := _utf16_without_mark(sample):
        return wide
    utf8 = _Utf8Check()
    while sample:
        utf8.feed(sample)
        sample = raw.read(CHUNK)
    return utf8.verdict()


class _Utf8Check:
    """Is it UTF-8? Piece by piece: what speaks for it, what against it, and the first place that does."""

    def __init__(self) -> None:
        # "surrogateescape" makes one code point of each byte that does not fit, so that one pass counts both.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._line = 1
        self._fitting = 0
        self._broken = 0
        self._broken_line = 0
        self._undefined = False

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        text = self._decoder.decode(piece, final)
        if "\0" in text:
            line = self._line + text[: text.index("\0")].count("\n")
            raise Unreadable(f"Line {line} has NUL bytes: this is not a text file, or a damaged one.")
        if not text.isascii():
            broken = BROKEN_BYTE.findall(text)
            self._fitting += len(text) - len(text.encode("ascii", "ignore")) - len(broken)
            if broken and not self._broken:
                first = BROKEN_BYTE.search(text)
                self._broken_line = self._line + text[: first.start() if first else 0].count("\n")
            self._broken += len(broken)
            self._undefined |= not CP1252_UNDEFINED.isdisjoint(broken)
        self._line += text.count("\n")

    def verdict(self) -> str:
        self.feed(b"", final=True)
        if not self._broken:
            return "utf-8"
        if self._fitting > self._broken:
            raise Unreadable(f"The file is UTF-8, but line {self._broken_line} has bytes that are not. Save it as UTF-8 again.")
        if self._undefined:
            raise Unreadable("The file is neither UTF-8 nor Windows-1252. Name its encoding, or save it as UTF-8.")
        return "cp1252"


def _utf16_without_mark(sample: bytes) -> str | None:
    """Text in a European language has a NUL in every second byte: which half tells the byte order."""
    half = len(sample) // 2
    if half < 2:
        return None
    first, second = sample[0 : 2 * half : 2].count(0), sample[1 : 2 * half : 2].count(0)
    if second > half * 0.6 and first < half * 0.05:
        return "utf-16-le"
    if first > half * 0.6 and second < half * 0.05:
        return "utf-16-be"
    return None


def _binary(source: Source) -> BinaryIO:
    if isinstance(source, bytes):
        return io.BytesIO(source)
    if isinstance(source, str | os.PathLike):
        path = Path(source)
        try:
            return path.open("rb")
        except OSError as error:
            raise Unreadable(f"{path}: {error.strerror or error}.") from error
    if source.seekable():
        return source
    copy = SpooledTemporaryFile(max_size=16 * CHUNK)  # noqa: SIM115  (open_text closes it)
    while piece := source.read(CHUNK):
        copy.write(piece)
    return cast(BinaryIO, copy)


def _checked(encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
    except LookupError:
        raise Unreadable(f"There is no encoding “{encoding}”. There is utf-8, utf-16, windows-1252, windows-1250, …") from None
    return "utf-8-sig" if info.name == "utf-8" else info.name
