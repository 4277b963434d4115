"""The application on a database of its own, with the people of world.py in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, event, make_url, text

from crm import config, create_app
from crm.database import transaction
from crm.extensions import db
from crm.models import Base, Site, User
from crm.services import auth, sites
from world import PASSWORD, Person, World


def new_database(server: str, name: str) -> str:
    """An empty PostgreSQL database; one left over is replaced."""
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> config.Settings:
    folder: Path = tmp_path_factory.mktemp("crm")
    env = {"CRM_DATA": str(folder), "REDIS_URL": "redis://127.0.0.1:1/0", "RATELIMIT_ENABLED": "false"}
    if server := os.environ.get("TEST_DATABASE_URL"):
        env["DATABASE_URL"] = new_database(server, "rapport_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    return config.from_environment(env)


@pytest.fixture(scope="session")
def migrated_app(settings: config.Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(migrated_app: Flask) -> Iterator[Flask]:
    """The application with an empty database. No app context is open: each request has its own, as in life."""
    with emptied(migrated_app):
        yield migrated_app


@contextmanager
def emptied(app: Flask) -> Iterator[None]:
    """Leaves no row behind."""
    yield
    with app.app_context():
        db.session.remove()
        with db.engine.begin() as connection:
            if db.engine.dialect.name == "postgresql":
                tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
            else:
                for table in reversed(Base.metadata.sorted_tables):
                    connection.execute(table.delete())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hashing takes long on purpose: once is enough."""
    return auth.hash_password(PASSWORD)


@pytest.fixture
def world(app: Flask, password_hash: str) -> World:
    with app.app_context(), transaction():
        hq, annex = (
            sites.create("HQ", "Main office", "Europe/Berlin"),
            sites.create("Annex", "Across the sea", "America/New_York"),
        )
        roles: dict[str, list[tuple[Site, str]]] = {
            "alice": [(hq, "manager")],
            "bob": [(hq, "member")],
            "vera": [(hq, "viewer")],
            "charlie": [(annex, "manager")],
            "dora": [(hq, "member"), (annex, "viewer")],
            "adam": [],
        }
        people = {}
        for name, memberships in roles.items():
            email = f"{name}@example.com"
            user = User(username=email, email=email, name=name.capitalize(), password_hash=password_hash)
            user.is_admin = name == "adam"
            db.session.add(user)
            db.session.flush()
            for site, role in memberships:
                sites.add_member(site, user, role)
            people[name] = Person(user.id, user.name, email)
        return World(app, hq.id, annex.id, people)


@dataclass
class Queries:
    """The SQL statements that were executed."""

    statements: list[str]

    def __len__(self) -> int:
        return len(self.statements)


@pytest.fixture
def queries(app: Flask) -> Iterator[Queries]:
    """Counts what the database is asked: `queries.statements.clear()` before, `len(queries)` after."""
    seen = Queries([])

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
