"""Files that pages load, named with the hash of their content: browsers keep them for good, and a new version is a new name."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app
from markupsafe import Markup

SPRITE = "vendor/icons.svg"


def register(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon)


def asset(name: str) -> str:
    """The address of a file in static/: "app.css" → "/static/app.css?v=1f0c9a2b"."""
    path = Path(current_app.static_folder or "") / name
    try:
        return f"/static/{name}?v={_digest(path, path.stat().st_mtime_ns)}"
    except FileNotFoundError:  # static/vendor is not filled yet: the page is plain, but it is there
        return f"/static/{name}"


def icon(name: str, label: str = "", kind: str = "icon") -> Markup:
    """An icon from the sprite; with a `label` where no word beside it says what it means."""
    says = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {}><use href="{}#{}"></use></svg>').format(kind, says, asset(SPRITE), name)


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
