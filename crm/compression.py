"""Answers of more than 500 bytes, compressed for whom takes that (br, else gzip): a page of a list has a fifth of its size.
What lies in static/ is compressed once, when it is first asked for.

BREACH: who sees the sizes of compressed answers and can make a browser ask for guesses reads the rest of the page byte by byte.
The requests that another site makes a browser send say so (Fetch Metadata), and are answered uncompressed; where a browser
says nothing, the connection is not encrypted either. The API is asked with a token that no browser sends by itself.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Any

import brotli
from flask import Flask, Response, request
from whitenoise import WhiteNoise

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
COMPRESSIBLE = (".css", ".js", ".svg", ".txt")


def configure(app: Flask) -> None:
    app.config.from_mapping(CONFIG)
    compress.init_app(app)
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.headers.get("Sec-Fetch-Site") not in ("cross-site", "same-site"):
        return compress.after_request(response)
    response.vary.add("Accept-Encoding")
    return response


class StaticFiles(WhiteNoise):  # type: ignore[misc]
    """WhiteNoise sends compressed what lies compressed on the disk. Here nothing has to lie there: the style sheets, scripts
    and icons are a few files that never change while the server runs, and are kept compressed in memory."""

    def __init__(self, application: Any, **options: Any) -> None:
        super().__init__(application, add_headers_function=_vary, **options)

    @staticmethod
    def serve(static_file: Any, environ: dict[str, Any], start_response: Any) -> Any:
        answer = static_file.get_response("HEAD", environ)
        accepted = {word.partition(";")[0].strip() for word in environ.get("HTTP_ACCEPT_ENCODING", "").split(",")}
        encoding = next((name for name in ("br", "gzip") if name in accepted), "")
        whole = environ["REQUEST_METHOD"] == "GET" and "HTTP_RANGE" not in environ and answer.status == 200
        path = static_file.alternatives[0][1] if whole else ""
        if not encoding or not path.endswith(COMPRESSIBLE):
            return WhiteNoise.serve(static_file, environ, start_response)
        body = _packed(path, encoding)
        headers = [(name, value) for name, value in answer.headers if name != "Content-Length"]
        headers += [("Content-Encoding", encoding), ("Content-Length", str(len(body)))]
        start_response("200 OK", headers)
        return [body]


def _vary(headers: Any, _path: str, _url: str) -> None:
    """A proxy that keeps a file for all must not give it compressed to who cannot read it."""
    headers["Vary"] = "Accept-Encoding"


@lru_cache(maxsize=256)
def _packed(path: str, encoding: str) -> bytes:
    content = Path(path).read_bytes()
    return bytes(brotli.compress(content, quality=9)) if encoding == "br" else gzip.compress(content, mtime=0)
