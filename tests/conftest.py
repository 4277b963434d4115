"""The application on a database of its own, with the people of world.py in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Engine, create_engine, event, insert, make_url, text

from crm import config, create_app
from crm.database import transaction
from crm.extensions import db
from crm.models import Base, Membership, Site, User
from world import PASSWORD, Person, World

TABLES = list(reversed(Base.metadata.sorted_tables))  # nothing refers to what is before it


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
    # A hash takes 0.2 s of processor on purpose. It does where tests start the real thing; here it is as cheap as it can be.
    return replace(config.from_environment(env), hasher=PasswordHasher.from_parameters(CHEAPEST))


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
        (empty_postgresql if db.engine.dialect.name == "postgresql" else empty_sqlite)(db.engine)


def empty_sqlite(engine: Engine) -> None:
    with engine.begin() as connection:
        for table in TABLES:
            connection.execute(table.delete())
        was_large = connection.scalar(text("PRAGMA page_count")) > 1_000  # 4 MB; without rows it has 121
    if was_large:
        forget_how_large(engine)


def forget_how_large(engine: Engine) -> None:
    """ANALYZE has SQLite plan for as many rows as there were, and the text indexes go through all that they ever had: a test
    that comes later took four times as long."""
    with engine.begin() as connection:
        made = "SELECT name FROM sqlite_master WHERE sql LIKE '%VIRTUAL TABLE%fts5%'"
        for name in connection.scalars(text(made)).all():
            connection.execute(text(f"INSERT INTO {name} ({name}) VALUES ('delete-all')"))  # noqa: S608  names of our own
        if connection.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            connection.execute(text("DELETE FROM sqlite_stat1"))
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("VACUUM")
    engine.dispose()  # each connection remembers the statistics


def empty_postgresql(engine: Engine) -> None:
    """TRUNCATE takes 40 ms however few rows there are, as long as most of the tests. DELETE takes one, and leaves the dead rows
    where they are: once they amount to something, they go too."""
    size = "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with engine.begin() as connection:
        if connection.scalar(text(size)) > 2**20:
            connection.execute(text(f"TRUNCATE {', '.join(table.name for table in TABLES)} RESTART IDENTITY CASCADE"))
            return
        # In one go, the keys from 1 again, and without asking for each row who refers to it.
        keys = "SELECT setval(seqrelid::regclass, 1, false) FROM pg_sequence"
        all_of_it = ["SET LOCAL session_replication_role = replica", *(str(table.delete()) for table in TABLES), keys]
        connection.exec_driver_sql("; ".join(all_of_it))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def password_hash(settings: config.Settings) -> str:
    return settings.hasher.hash(PASSWORD)


# Who is what, and where.
ROLES = {
    "alice": {"HQ": "manager"},
    "bob": {"HQ": "member"},
    "vera": {"HQ": "viewer"},
    "charlie": {"Annex": "manager"},
    "dora": {"HQ": "member", "Annex": "viewer"},
    "adam": {},
}


@pytest.fixture
def world(app: Flask, password_hash: str) -> World:
    """Three statements, past the services: most tests begin with it."""
    places = [
        {"name": "HQ", "description": "Main office", "timezone": "Europe/Berlin"},
        {"name": "Annex", "description": "Across the sea", "timezone": "America/New_York"},
    ]
    names = {name: {"name": name.capitalize(), "email": f"{name}@example.com"} for name in ROLES}
    same = {"password_hash": password_hash}
    with app.app_context(), transaction():
        sites = made(Site, places)
        users = made(User, [who | same | {"username": who["email"], "is_admin": name == "adam"} for name, who in names.items()])
        people = {name: Person(users[who["name"]], **who) for name, who in names.items()}
        seats = [(people[name].id, sites[site], role) for name, roles in ROLES.items() for site, role in roles.items()]
        db.session.execute(insert(Membership), [dict(zip(("user_id", "site_id", "role"), seat, strict=True)) for seat in seats])
    return World(app, sites["HQ"], sites["Annex"], people)


def made(model: type[Site | User], rows: list[dict[str, Any]]) -> dict[str, int]:
    """The keys of new rows, by their names."""
    table = model.__table__
    returned = insert(table).returning(table.c.name, table.c.id, sort_by_parameter_order=True)
    return dict(db.session.execute(returned, rows).all())


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
