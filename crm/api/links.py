"""Where the other pages of a list are (RFC 8288), for clients that would rather follow than count.

The addresses are paths, as in Location: they hold behind any proxy, and no Host header gets into an answer.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from flask import Response, request

_IN_PATHS = "/:@!$&'()*+,;="  # RFC 3986 §3.3, besides what is never quoted


def add(response: Response, relation: str, address: str, **about: str) -> None:
    """One more link, in the one header: some clients see only the first of several."""
    parameters = "".join(f'; {name}="{value}"' for name, value in {"rel": relation, **about}.items())
    links = [response.headers["Link"]] if "Link" in response.headers else []
    response.headers["Link"] = ", ".join([*links, f"<{address}>{parameters}"])


def between_pages(response: Response, page: int, page_size: int, total: int, next_cursor: str | None = None) -> None:
    """Adds first, prev, next and last of a list that is counted. Where it can be read by cursor as well, `next` is one, which
    costs less, unless a page was asked for by its number."""
    last = max(1, -(-total // page_size))
    numbers = {"first": 1, "prev": min(page - 1, last), "next": page + 1, "last": last}
    here = _here()
    there = {relation: f"{here}page={number}" for relation, number in numbers.items() if 1 <= number <= last}
    if next_cursor and "page" not in request.args:
        there["next"] = f"{here}{urlencode({'before': next_cursor})}"
    response.headers["Link"] = ", ".join(f'<{address}>; rel="{relation}"' for relation, address in there.items())


def by_cursor(response: Response, next_cursor: str | None) -> None:
    """Adds what there is of a list that is not counted: its beginning, and what comes next."""
    here = _here()
    add(response, "first", here.rstrip("?&"))
    if next_cursor:
        add(response, "next", f"{here}{urlencode({'before': next_cursor})}")


def _here() -> str:
    """This request's address with all its parameters but the place in the list, which is to be added."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in ("page", "before")]
    path = quote(request.path, safe=_IN_PATHS)  # a search has words in its path, and a header takes no line break of theirs
    return f"{path}?{urlencode(kept)}&" if kept else f"{path}?"
