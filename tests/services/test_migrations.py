"""The tables that the migrations make are those that the models speak of."""

from __future__ import annotations

from flask import Flask
from flask_migrate import check


def test_no_migration_is_missing(app: Flask) -> None:
    with app.app_context():
        check()  # exits where something differs, and says what
