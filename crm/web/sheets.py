"""What is taken out as a file, and rows as CSV, sent as they are read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import islice

from flask import Response

from crm.database import streamed

BATCH = 200

# What a spreadsheet takes for the beginning of a formula, which can then do more than compute
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def answer(name: str, rows: Iterable[Iterable[object]]) -> Response:
    """A download of `rows`, the first of which is the head. The memory that it takes does not grow with them."""
    return download(streamed(_written(iter(rows))), name)


def download(body: str | Iterable[str], name: str, kind: str = "text/csv") -> Response:
    """`body` as a file, which no cache keeps."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, headers=headers, mimetype=kind)


def safe(cell: object) -> str:
    """The text of a cell; what a spreadsheet would compute is marked as a text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(rows: Iterator[Iterable[object]]) -> Iterator[str]:
    yield "\ufeff"  # without it Excel takes UTF-8 for something else
    while batch := list(islice(rows, BATCH)):
        text = io.StringIO()
        csv.writer(text).writerows([safe(cell) for cell in row] for row in batch)
        yield text.getvalue()
