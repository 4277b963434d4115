"""Answers of more than 500 bytes, compressed for whom takes that (br, else gzip): a page of a list has a fifth of its size.

BREACH: who sees the sizes of compressed answers and can make a browser ask for guesses reads the rest of the page byte by byte.
The requests that another site makes a browser send say so (Fetch Metadata), and are answered uncompressed; where a browser
says nothing, the connection is not encrypted either. The API is asked with a token that no browser sends by itself.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from crm.extensions import compress

CONFIG: dict[str, Any] = {
    "COMPRESS_REGISTER": False,
    "COMPRESS_ALGORITHM": ["br", "gzip"],
    "COMPRESS_MIN_SIZE": 500,
    "COMPRESS_MIMETYPES": [
        "application/json",
        "application/vnd.crm.contact+json",
        "application/vnd.crm.site+json",
        "text/html",
        "text/plain",
    ],
    "COMPRESS_STREAMS": False,
    # The API has answered If-None-Match already, and the library would judge If-Match on reads.
    "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,
}


def configure(app: Flask) -> None:
    app.config.from_mapping(CONFIG)
    compress.init_app(app)
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.headers.get("Sec-Fetch-Site") not in ("cross-site", "same-site"):
        return compress.after_request(response)
    response.vary.add("Accept-Encoding")
    return response
