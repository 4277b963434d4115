"""The pictures of docs/tour.md and README.md are those that bin/tour takes, of pages that there are."""

from __future__ import annotations

import re
import struct
import uuid
import zlib
from urllib.parse import urlsplit

import pytest

from servers import ROOT
from tour import png
from tour.pictures import PICTURES, SOMEBODY

IMAGES = ROOT / "docs" / "images"
TAKEN = {f"{picture.name}.png" for picture in PICTURES}


def shown(page: str) -> dict[str, str]:
    """The page's pictures by the names of their files, with what is read out instead of them."""
    text = (ROOT / page).read_text()
    return {name: words for words, name in re.findall(r"!\[([^\]]*)\]\((?:docs/)?images/([^)]+)\)", text)}


def test_the_pages_show_what_is_taken():
    tour = shown("docs/tour.md")
    assert tour.keys() == TAKEN
    assert shown("README.md").keys() <= TAKEN
    assert all(tour.values())


def test_each_is_there_and_all_are_small():
    assert {path.name for path in IMAGES.glob("*.png")} == TAKEN
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < 3_000_000


@pytest.mark.parametrize(
    "address", sorted({picture.address for picture in PICTURES} | {list_ for list_, _ in SOMEBODY.values()})
)
def test_its_page_is_there(app, address):
    assert set(re.findall(r"{(\w+)}", address)) <= SOMEBODY.keys()
    path = urlsplit(re.sub(r"{\w+}", str(uuid.uuid4()), address)).path
    endpoint, _ = app.url_map.bind("localhost").match(path, method="GET")
    assert endpoint.startswith("web.")


def test_nobody_has_the_same_name():
    assert len(TAKEN) == len(PICTURES)


# Rows of three pixels of red, green and blue, each with the filter that the PNG standard numbers so.
RED, GREY = bytes((200, 0, 0)), bytes((90, 90, 90))


def encoded(rows: list[bytes]) -> bytes:
    header = struct.pack(">IIBBBBB", 3, len(rows), 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return png.HEAD + b"".join(png._chunk(name, data) for name, data in parts)


def decoded(picture: bytes) -> list[list[bytes]]:
    chunks = dict(png._chunks(picture))
    width = struct.unpack_from(">I", chunks[b"IHDR"])[0]
    data, palette = zlib.decompress(chunks[b"IDAT"]), chunks[b"PLTE"]
    rows = [data[start + 1 : start + 1 + width] for start in range(0, len(data), width + 1)]
    return [[palette[place * 3 : place * 3 + 3] for place in row] for row in rows]


def test_a_picture_of_few_colours_stays_as_it_is():
    nothing = bytes(3)
    rows = [
        b"\0" + GREY + GREY + RED,
        b"\1" + GREY + nothing + bytes((110, 166, 166)),  # what is added to the pixel on the left
        b"\2" + nothing * 3,  # to the one above
        b"\3" + bytes((45, 45, 45)) + nothing + bytes((55, 211, 211)),  # to the mean of both
        b"\4" + nothing * 3,  # to the likeliest of both and the corner
    ]
    assert decoded(png.smaller(encoded(rows))) == [[GREY, GREY, RED]] * 5


def test_a_rare_colour_is_not_lost_among_greys():
    greys = [bytes((grey, grey, blue)) for grey in range(60, 200) for blue in (grey, grey + 1, grey + 2)]
    rows = [b"\0" + grey * 3 for grey in greys] + [b"\0" + RED + GREY + GREY]
    assert decoded(png.smaller(encoded(rows)))[-1][0] == RED
