"""The OpenAPI document: valid, whole, true to what is answered (one-contract.md, "Paths and versions")."""

from __future__ import annotations

from datetime import date

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from crm import create_app
from crm.api import described, queries
from crm.api.answers import answer
from crm.api.deprecation import deprecated
from crm.api.dialects import Dialect
from crm.api.openapi import document
from crm.api.resources import CONTACT
from crm.extensions import db

DOCUMENTS = ("/openapi.json", "/openapi.json?dialect=site", "/openapi.json?dialect=contact")


@pytest.fixture
def stranger(api):
    return api(None)


@pytest.fixture(params=DOCUMENTS)
def made(request, stranger):
    return stranger.get(request.param).json


def operations(made):
    return [
        (method.upper(), path, operation) for path, methods in made["paths"].items() for method, operation in methods.items()
    ]


def resolved(made, part):
    while "$ref" in part:
        found = made
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def test_it_is_openapi_3_1(made):
    assert made["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(made).iter_errors()) == []


def test_everybody_reads_it_and_keeps_it(stranger):
    first, alias = stranger.get("/openapi.json"), stranger.get("/api/openapi.json")
    assert (first.status_code, first.content_type) == (200, "application/json")
    assert first.data == alias.data
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = stranger.get("/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert stranger.get("/openapi.json?dialect=klingon").json["error"]["code"] == "BAD_REQUEST"


def test_every_route_is_an_operation(app, made):
    routes = {
        (method, rule.rule.removeprefix("/api/v1").replace("<id_or_guid:ref>", "{id}").replace("<path:", "<").translate(BRACES))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_v1.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {(method, path) for method, path, _ in operations(made)} == routes


BRACES = str.maketrans("<>", "{}")


def test_every_operation_says_what_it_is_and_answers(made):
    names = set()
    for method, path, operation in operations(made):
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["tags"], where
        names.add(operation["operationId"])
        assert {"400", "429", "500"} <= operation["responses"].keys(), where
        assert any(status.startswith("2") for status in operation["responses"]), where
        for status, response in operation["responses"].items():
            response = resolved(made, response)
            assert response["description"], where
            assert "X-Request-ID" in response["headers"], where
            if status in ("204", "304"):
                assert "content" not in response, where
            else:
                assert response["content"], (where, status)
                assert all(media["schema"] for media in response["content"].values()), (where, status)
    assert len(names) == len(operations(made))


def test_every_example_is_what_it_is_an_example_of(made):
    tried = 0
    for method, path, operation in operations(made):
        bodies = [("requestBody", operation["requestBody"])] if "requestBody" in operation else []
        for where, part in [*bodies, *operation["responses"].items()]:
            for media in resolved(made, part).get("content", {}).values():
                shown = (
                    [media["example"]] if "example" in media else [one["value"] for one in media.get("examples", {}).values()]
                )
                for example in shown:
                    problems = validator(made, media["schema"]).iter_errors(example)
                    assert [problem.message for problem in problems] == [], (method, path, where)
                    tried += 1
    assert tried > 300


def validator(made, schema):
    checker = Draft202012Validator.FORMAT_CHECKER
    return Draft202012Validator(schema | {"components": made["components"]}, format_checker=checker)


def test_rows_are_closed(made):
    """So that a field that is answered and not described is noticed."""
    for name, schema in made["components"]["schemas"].items():
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False, name


def test_what_a_dialect_spells_is_in_its_document_only(stranger):
    site, contact = (stranger.get(f"/openapi.json?dialect={name}").text for name in ("site", "contact"))
    for word in ('"start_datetime"', '"follow_up_needed"', '"page_size"', Dialect.SITE.value + '"'):
        assert word in site, word
        assert word not in contact, word
    for word in ('"followUpNeeded"', '"pageSize"', '"interactionType"', Dialect.CONTACT.value + '"'):
        assert word in contact, word
        assert word not in site, word


@pytest.fixture
def own(app, settings):
    """An application of our own, with endpoints that nobody has described by hand."""
    made = create_app(settings)
    yield made
    with made.app_context():
        db.engine.dispose()


def test_a_new_endpoint_appears_by_itself(own):
    @deprecated(since=date(2026, 1, 1), sunset=date(2027, 1, 1), link="https://rapport.example/moving")
    @queries.takes(queries.ContactsQuery)
    @described.page(CONTACT)
    def old_contacts(query):
        """List contacts as before"""
        return answer({})

    own.add_url_rule("/api/v1/old-contacts", "api_v1.old_contacts", old_contacts)
    with own.app_context():
        made = document.made(own)
    operation = made["paths"]["/old-contacts"]["get"]
    assert operation["summary"] == "List contacts as before"
    assert operation["deprecated"] is True
    assert "2027-01-01" in operation["description"]
    assert {"Deprecation", "Sunset", "Link"} <= operation["responses"]["200"]["headers"].keys()
    assert [part["name"] for part in operation["parameters"] if "name" in part][:2] == ["page", "page_size"]
    assert operation["tags"] == ["Old-contacts"]
    assert list(OpenAPIV31SpecValidator(made).iter_errors()) == []


def test_an_endpoint_that_says_nothing_is_noticed(own):
    own.add_url_rule("/api/v1/dumb", "api_v1.dumb", lambda: answer({}))
    with own.app_context(), pytest.raises(LookupError, match="does not say what it answers"):
        document.made(own)
