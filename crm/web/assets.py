"""Files that pages load, named with the hash of their content: browsers keep them for good, and a new version is a new name."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask
from markupsafe import Markup, escape

from crm.config import ROOT

STATIC = ROOT / "static"
SPRITE = "vendor/icons.svg"


def register(app: Flask) -> None:
    app.jinja_env.globals.update(asset=asset, icon=icon, sheets=sheets, scripts=scripts)


# The server reads the names of its files once, at its start; so do we.
@lru_cache(maxsize=256)
def asset(name: str) -> str:
    """The address of a file in static/: "app.css" → "/static/app.css?v=1f0c9a2b"."""
    try:
        return f"/static/{name}?v={_digest(STATIC / name)}"
    except FileNotFoundError:  # static/vendor is not filled yet: the page is plain, but it is there
        return f"/static/{name}"


@lru_cache(maxsize=16)
def sheets(*names: str) -> Markup:
    """The links to style sheets: "base" is base.css."""
    return Markup("\n  ").join(Markup('<link rel="stylesheet" href="{}">').format(asset(f"{name}.css")) for name in names)


@lru_cache(maxsize=16)
def scripts(*names: str) -> Markup:
    """Scripts that run once the page is there: "app" is app.js."""
    return Markup("\n  ").join(Markup('<script src="{}" defer></script>').format(asset(f"{name}.js")) for name in names)


@lru_cache(maxsize=1024)
def icon(name: str, label: str = "", kind: str = "icon") -> Markup:
    """An icon from the sprite; with a `label` where no word beside it says what it means."""
    says = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(f'<svg class="{escape(kind)}" {says}><use href="{asset(SPRITE)}#{escape(name)}"></use></svg>')


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
