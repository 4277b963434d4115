"""Small files of pictures of pages: 256 colours, and all of zlib's diligence. No other package is needed for it."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator

HEAD = b"\x89PNG\r\n\x1a\n"
COLOURS, FREQUENT = 256, 96


def smaller(picture: bytes) -> bytes:
    """The same picture in 256 colours: the most frequent, and those farthest from them. Any other becomes the nearest.

    Takes what Chromium writes: 8 bits of red, green and blue, perhaps alpha, not interlaced. Raises ValueError for others.
    """
    chunks = list(_chunks(picture))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", dict(chunks)[b"IHDR"])
    if depth != 8 or kind not in (2, 6) or interlaced:
        raise ValueError("the picture is not of 8-bit colours")
    size = 3 if kind == 2 else 4
    lines = _lines(zlib.decompress(b"".join(data for name, data in chunks if name == b"IDAT")), width * size, size)
    pixels = [[line[i : i + 3] for i in range(0, len(line), size)] for line in lines]
    counted = Counter(pixel for line in pixels for pixel in line)
    palette, place = _places(counted)
    data = b"".join(b"\0" + bytes(place[pixel] for pixel in line) for line in pixels)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", header), (b"PLTE", b"".join(palette)), (b"IDAT", zlib.compress(data, 9)), (b"IEND", b""))
    return HEAD + b"".join(_chunk(name, part) for name, part in parts)


def _places(counted: Counter[bytes]) -> tuple[list[bytes], dict[bytes, int]]:
    """The palette, and for each colour its place there."""
    palette = [colour for colour, _ in counted.most_common(FREQUENT)]
    nearest = {}
    for colour in counted:
        distance, number = min((_far(known, colour), number) for number, known in enumerate(palette))
        nearest[colour] = (distance, number)
    # A red word of a few letters is what one looks at: no number of greys makes up for it.
    while len(palette) < COLOURS and (farthest := max(counted, key=lambda colour: nearest[colour][0] * counted[colour] ** 0.5)):
        if nearest[farthest][0] == 0:
            break
        palette.append(farthest)
        for colour, (distance, _) in nearest.items():
            if distance and (closer := _far(farthest, colour)) < distance:
                nearest[colour] = (closer, len(palette) - 1)
    return palette, {colour: number for colour, (_, number) in nearest.items()}


def _far(one: bytes, other: bytes) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(HEAD)
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        yield picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        at += length + 12


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _lines(data: bytes, length: int, size: int) -> Iterator[bytes]:
    """The rows of bytes, without the filters of https://www.w3.org/TR/png-3/#9Filters."""
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        kind, line = data[start], bytearray(data[start + 1 : start + 1 + length])
        for i in range(length) if kind else ():
            left, up, corner = (line[i - size], above[i], above[i - size]) if i >= size else (0, above[i], 0)
            line[i] = line[i] + _guess(kind, left, up, corner) & 255
        yield bytes(line)
        above = line


def _guess(kind: int, left: int, up: int, corner: int) -> int:
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    to_left, to_up, to_corner = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    return left if to_left <= to_up and to_left <= to_corner else up if to_up <= to_corner else corner
