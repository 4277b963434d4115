"""An endpoint that is marked as deprecated says so (RFC 9745, RFC 8594)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

import pytest

from crm import create_app
from crm.api import deprecation
from crm.api.answers import answer
from crm.api.deprecation import deprecated
from crm.api.queries import ContactsQuery, takes
from crm.errors import Conflict
from crm.extensions import db


@pytest.fixture
def own(app, settings):
    """An application of our own, with endpoints that will go."""
    made = create_app(settings)
    made.testing = True

    @deprecated(since=date(2026, 1, 1), sunset=date(2027, 1, 1), link="https://rapport.example/moving")
    def old():
        return answer({"old": True})

    @deprecated(since=date(2026, 1, 1))
    @takes(ContactsQuery)
    def older(query):
        raise Conflict(query.search)

    for version in ("api", "api_v1"):
        base = "/api/v1" if version == "api_v1" else "/api"
        made.add_url_rule(f"{base}/old", f"{version}.old", old)
        made.add_url_rule(f"{base}/older", f"{version}.older", older, methods=["GET", "POST"])
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(own):
    return own.test_client()


@pytest.mark.parametrize("path", ["/api/old", "/api/v1/old"])
def test_it_says_since_when_until_when_and_what_to_use(bob, path):
    told = bob.get(path)
    assert (told.status_code, told.json) == (200, {"old": True})
    assert told.headers["Deprecation"] == f"@{int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())}"
    assert told.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert parsedate_to_datetime(told.headers["Sunset"]) == datetime(2027, 1, 1, tzinfo=UTC)
    assert told.headers["Link"] == '<https://rapport.example/moving>; rel="deprecation"; type="text/html"'


def test_refusals_and_spared_answers_say_it_too(bob, api):
    refused = bob.get("/older?search=x")
    assert refused.status_code == 409
    assert refused.headers["Deprecation"]
    assert not {"Sunset", "Link"} & set(refused.headers.keys())
    assert api(None).get("/old").headers["Deprecation"]
    spared = bob.get("/old", headers={"If-None-Match": "*"})
    assert spared.status_code == 304
    assert spared.headers["Sunset"]


def test_others_say_nothing(bob):
    assert not {"Deprecation", "Sunset"} & set(bob.get("/contacts").headers.keys())


def test_all_of_them_are_listed(own, app):
    listed = {(method, rule) for method, rule, _ in deprecation.listed(own)}
    paths = {("GET", "/old"), ("GET", "/older"), ("POST", "/older")}
    assert listed == {(method, base + path) for method, path in paths for base in ("/api", "/api/v1")}
    assert next(iter(deprecation.listed(own)))[2].since == datetime(2026, 1, 1, tzinfo=UTC)
    assert list(deprecation.listed(app)) == []


def test_nothing_ends_before_it_is_deprecated():
    with pytest.raises(ValueError, match="cannot end before"):
        deprecated(since=date(2026, 1, 2), sunset=date(2026, 1, 1))
