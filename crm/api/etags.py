"""ETags (RFC 9110 §8.8.3) and the conditions on them (§13.1): a client that has an answer already does not get it again, and
one that read a row before somebody else changed it does not overwrite that change.

The tag of one row is strong: "17.01a1fd0b12bf779e928d1db3332a47e1.3.9f86d081884c7d65", that is both its ids, its version, and a
hash of the answer, which differs with the dialect. If-Match asks for ids and version only, so that it does not matter in
which dialect a row was read, and that a counter that time has moved (`lastInteractionAt`) is in nobody's way. A list has the
hash of its answer as a weak tag. Flask-Compress appends ":br" or ":gzip" to the strong tag of what it has compressed.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any
from uuid import UUID

from flask import Response, request

from crm.api.answers import vary
from crm.api.errors import BadRequest

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
TAGS = rf"{_TAG}(?:[ \t]*,[ \t]*{_TAG})*"
_TAGS = re.compile(TAGS)
_STRONG = re.compile(r'(?:^|[\s,])"(\d{1,18})\.([0-9a-f]{32})\.(\d{1,9})\.[0-9a-f]{16}(?::[a-z]+)?"')


def of(row: Any, content: bytes) -> str:
    """The tag of one row that is told as `content`, as its header has it."""
    return f'"{row.id}.{row.uid.hex}.{row.version}.{_hash(content)}"'


def asked_version(ref: int | UUID) -> frozenset[int] | None:
    """The versions of the row `ref` that If-Match takes; None where it takes any.

    Raises BadRequest where it is malformed.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if not _TAGS.fullmatch(header.strip()):
        raise BadRequest(details={"If-Match": 'must be * or ETags in quotes, such as "17.01a1….3.9f86…"'})
    wanted = str(ref) if isinstance(ref, int) else ref.hex
    return frozenset(int(version) for number, uid, version in _STRONG.findall(header) if wanted in (number, uid))


def spare(response: Response) -> Response:
    """After each reading request: tags the answer, and sends nothing but 304 where If-None-Match has it already."""
    if request.method not in ("GET", "HEAD") or response.status_code != 200 or response.is_streamed:
        return response
    if "ETag" not in response.headers:
        response.set_etag(_hash(response.get_data()), weak=True)
    # To be asked about each time, and by the one who asked first only: the same path has other answers for others.
    response.headers.setdefault("Cache-Control", "private, no-cache")
    vary(response, "Authorization, X-Site-ID")
    if held := _held(response):
        response.status_code = 304
        response.set_data(b"")
        response.headers["ETag"] = held
        for name in ("Content-Type", "Content-Length"):
            response.headers.pop(name, None)
    return response


def _held(response: Response) -> str | None:
    """The tag in If-None-Match that is the answer's, compressed or not."""
    tag = response.headers["ETag"]
    header = request.headers.get("If-None-Match", "")
    if header.strip() == "*":
        return tag
    plain = _plain(tag)
    return next((sent for sent in re.findall(_TAG, header) if _plain(sent) == plain), None)


def _plain(tag: str) -> str:
    """For the weak comparison (§8.8.3.2)."""
    return tag.removeprefix("W/").strip('"').partition(":")[0]


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=8).hexdigest()
