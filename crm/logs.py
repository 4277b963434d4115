"""Structured logs, one line an event: `level=info event=request method=GET path=/ status=200 ms=12 request_id=…` (logfmt,
which people read and machines parse). Request ids: taken from X-Request-ID where it is well-formed, else made."""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid

from flask import Flask, Response, g, has_request_context, request

logger = logging.getLogger("crm")

# Links of mails: whoever reads the log must not be able to follow them.
_SECRET = re.compile(r"^(/password/|/join/).+")
_WELL_FORMED = re.compile(r"[\w.:-]{1,64}")


class Logfmt(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = {"level": record.levelname.lower(), "event": record.getMessage(), **getattr(record, "fields", {})}
        if has_request_context() and "request_id" in g:
            fields["request_id"] = g.request_id
        line = " ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _quoted(value: object) -> str:
    text = str(value)
    return (
        '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"' if re.search(r'[\s"=]', text) else text
    )


def configure(app: Flask) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Logfmt())
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
    app.logger.handlers[:] = [handler]
    app.logger.propagate = False

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.request_id
        if not request.path.startswith(("/static/", "/healthz", "/readyz")):
            info(
                "request",
                method=request.method,
                path=_SECRET.sub(r"\1…", request.path),
                status=response.status_code,
                ms=round((time.perf_counter() - g.began) * 1000),
            )
        return response


def info(event: str, **fields: object) -> None:
    logger.info(event, extra={"fields": fields})


def warning(event: str, **fields: object) -> None:
    logger.warning(event, extra={"fields": fields})


def exception(event: str, **fields: object) -> None:
    """With the traceback of the exception being handled."""
    logger.exception(event, extra={"fields": fields})
