"""The people who are in every test."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask

from crm.database import transaction
from crm.extensions import db
from crm.models import User
from crm.services import auth
from crm.services.members import Member

PASSWORD = "a long enough password"


@dataclass(frozen=True)
class Person:
    """Somebody of the test world. `login_uid` is an open login of theirs, for signing in without a password."""

    id: int
    name: str
    email: str
    password: str = PASSWORD


@dataclass(frozen=True)
class World:
    """Two sites. alice manages HQ, bob is a member of it, vera only views it; charlie manages Annex; dora belongs to both
    (member of HQ, viewer of Annex); adam is an administrator without a site."""

    app: Flask
    hq: int
    annex: int
    people: dict[str, Person]

    def __getattr__(self, name: str) -> Person:
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def login(self, name: str, kind: str) -> auth.SignedIn:
        """Opens a login for somebody. Call it within an app context and a transaction."""
        login = auth.open_login(db.session.get_one(User, self.people[name].id), kind=kind, address="127.0.0.1")
        found = auth.signed_in(login.uid)
        assert found
        return found

    def member(self, name: str, site: int | None = None) -> Member:
        """The acting member that a service takes. Call it within an app context."""
        with transaction():
            return self.login(name, "api").member(site)
