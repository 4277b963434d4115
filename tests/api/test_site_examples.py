"""Every example of interaction-management-api.md, read out of the document and sent as it stands, under both paths.

The rows of the document are made as they stand in it: site 2 and user 123, interactions 1 to 3, each at its own time. So an
answer is compared value by value, but for what nobody can know: tokens, and how many rows there are in all.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
import time_machine

from crm.api import tokens
from crm.database import transaction
from crm.extensions import db
from crm.models import User
from crm.schemas.base import read
from crm.schemas.interactions import InteractionNew
from crm.services import auth, interactions, sites
from documents import Section, agrees, sections, text, written
from servers import web_server

NAME = "interaction-management-api.md"
DOCUMENT = sections(NAME)
ENDPOINTS = [section for section in DOCUMENT if section.method]
# The blocks that are no request to an endpoint. Those that can be run have tests of their own, below.
OTHER_BLOCKS = {
    "Token Usage",
    "API Versioning",
    "Error Handling",
    "Pagination Response Format",
    "Calculating Total Pages",
    "Authentication Example (JavaScript)",
    "Creating an Interaction (Python)",
    "Advanced Search (cURL)",
}

CODES = {int(status): code for status, code in re.findall(r"^\| (\d{3}) \| (\w+) \|", text(NAME), re.MULTILINE)}

NOW = "2023-06-15T09:30:00Z"  # when the interaction of "Create Interaction" was made
PASSWORD = "secure_password"
PLACES = {"{id}": "1", "{interaction_type}": "Meeting", "{lead}": "John Smith"}
PARAMETERS = {
    "/api/search/interactions": "?query=kickoff",
    "/api/search/date-range": "?start_date=2023-06-01&end_date=2023-06-30",
}


def section(title: str) -> Section:
    return next(one for one in DOCUMENT if one.title == title)


def rows():
    """The interactions of all examples that are there already, by their ids."""
    shown = [section(f"Get {which} Interactions").json("Response")["interactions"] for which in ("Upcoming", "Recent")]
    found = [section("Get Interaction").json("Response")["interaction"], *shown[0], *shown[1]]
    return sorted(found, key=lambda row: row["id"])


def moment(one: Section) -> datetime:
    """When the example was sent, as far as its answer shows it."""
    answer = one.json("Response")
    if "expires" in answer:
        return datetime.fromisoformat(answer["expires"]) - timedelta(minutes=30)
    made = answer.get("interaction", {}).get("updated_at") if one.has("Request Body") else None
    return datetime.fromisoformat(made or NOW)


@pytest.fixture(scope="module")
def hashed(settings):
    return settings.hasher.hash(PASSWORD)


@pytest.fixture
def person(app, hashed):
    """The user of the examples, with the interactions of the examples."""
    profile = section("Get User Profile").json("Response")["user"]
    with app.app_context():
        with transaction():
            made = [
                sites.create(site["name"], site["description"]) for site in section("List All Sites").json("Response")["sites"]
            ]
            made += [sites.create("Third"), sites.create("Not theirs")]
            user = User(name="A User", password_hash=hashed, **{name: profile[name] for name in ("id", "username", "email")})
            db.session.add(user)
            db.session.flush()
            for site in made[:3]:
                sites.add_member(site, user, "member")
        assert [site.id for site in made[:3]] == profile["sites"]
        for row in rows():
            with time_machine.travel(row["created_at"], tick=False), transaction():
                member = auth.signed_in(auth.open_login(user, kind="api", address="").uid).member(row["site_id"])
                new = read(InteractionNew, written(row))
                assert interactions.log(member, new, ahead=True).id == row["id"]
    return profile


@pytest.fixture
def token(app, person):
    """`token(site)` opens a login with this site chosen, now."""

    def issue(site=2, user_id=person["id"]):
        with app.test_request_context(method="POST"), transaction():
            login = auth.open_login(db.session.get_one(User, user_id), kind="api", address="")
            login.site_id = site
            db.session.flush()
            return tokens.issue(login)

    return issue


@pytest.fixture(params=["/api", "/api/v1"])
def path_of(request):
    """The path of an endpoint, under either name of the API, with the values of the examples in it."""

    def path(one: Section) -> str:
        found = one.path
        for place, value in PLACES.items():
            found = found.replace(place, value)
        return found.replace("/api", request.param, 1) + PARAMETERS.get(one.path, "")

    return path


def send(client, method, path, bearer=None, body=None, **more):
    headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
    return client.open(path, method=method, headers=headers, json=body, **more)


def request_body(one: Section, pair):
    """As it stands, but that a token in it is a real one."""
    body = one.json("Request Body") if one.has("Request Body") else None
    real = {"token": pair.token, "refresh_token": pair.refresh_token}
    return body and {name: real.get(name, value) for name, value in body.items()}


def test_no_block_is_left_out():
    assert {one.title for one in DOCUMENT if one.blocks and not one.method} == OTHER_BLOCKS
    assert len(ENDPOINTS) == 22
    for one in ENDPOINTS:
        known = {"Request Headers", "Request Body", "Response", "Error Response"}
        assert {block.label.partition(":")[0] for block in one.blocks} <= known, one.title
        assert one.has("Response: (20"), one.title


@pytest.mark.parametrize("one", ENDPOINTS, ids=lambda one: one.endpoint)
def test_what_is_asked_is_answered(app, client, token, path_of, one):
    with time_machine.travel(moment(one), tick=False):
        pair = token()
        answer = send(client, one.method, path_of(one), pair.token, request_body(one, pair))
    assert answer.status_code == one.block("Response").status
    made = {"id"} if answer.status_code == 201 else set()
    agrees(one.json("Response"), answer.json, free={"token", "total"} | made)
    if one.method == "POST" and "interaction" in answer.json:
        agrees(one.json("Request Body"), answer.json["interaction"])


@pytest.mark.parametrize(
    "one", [one for one in ENDPOINTS if one.has("Error Response")], ids=lambda one: f"{one.endpoint} {one.title}"
)
def test_what_is_refused_is_refused_as_it_stands(app, client, path_of, one):
    """Nobody is there, so that the request of the example is refused; an address that is none is made of a good one."""
    error = one.block("Error Response")
    body = one.json("Request Body") if one.has("Request Body") else None
    if error.status == 400:
        body = {name: value.replace("@", " at ") for name, value in body.items()}
    answer = send(client, one.method, path_of(one), body=body)
    assert (answer.status_code, answer.json) == (error.status, json.loads(error.text))


LISTED = [(one, status) for one in ENDPOINTS for status in one.statuses]


@pytest.mark.parametrize(("one", "status"), LISTED, ids=lambda value: getattr(value, "endpoint", value))
def test_what_is_listed_as_an_error(app, client, token, path_of, one, status):
    with time_machine.travel(NOW, tick=False):
        pair, path, more = token(), path_of(one), {}
        body = request_body(one, pair)
        if status == 401:
            pair = None
        elif status == 404:
            path = re.sub(r"/1$", "/4711", path)
        elif status == 403 and "/sites/" in path:
            path = re.sub(r"/1$", "/4", path)
        elif status == 403 and "site_id" in (body or {}):
            body["site_id"] = 4
        elif status == 403 and "{id}" in one.path:
            pair = token(site=3)  # the row belongs to another one
        elif status == 403:
            with app.app_context(), transaction():
                for membership in db.session.get_one(User, 123).memberships:
                    membership.role = "viewer"
        elif status == 400 and body:
            body, more = None, {"data": b"{", "content_type": "application/json"}
        elif "{lead}" in one.path:
            path = path.replace("John Smith", " ")
        elif "{interaction_type}" in one.path:
            path = path.replace("Meeting", "Party")
        else:
            path = path.partition("?")[0]  # what it searches for is missing
        answer = send(client, one.method, path, pair and pair.token, body, **more)
    assert answer.status_code == status
    assert answer.json["error"]["code"] == CODES[status]


def test_the_envelope(client, token):
    documented = json.loads(section("Error Handling").blocks[0].text)
    answer = send(client, "POST", "/api/interactions", token().token, {})
    assert answer.json.keys() == documented.keys()
    assert answer.json["error"].keys() == documented["error"].keys()
    assert all(isinstance(value, str) for value in answer.json["error"]["details"].values())


def test_the_format_of_pages(client, token):
    documented = json.loads(re.sub(r"//.*", "", section("Pagination Response Format").blocks[0].text))
    answer = send(client, "GET", "/api/search/type/Meeting?page=2&page_size=1", token().token).json
    assert answer.keys() == documented.keys()
    assert (answer["total"], answer["page"], len(answer["results"])) == (2, documented["page"], 1)
    formula = section("Calculating Total Pages").blocks[0].text.strip()
    assert formula == "total_pages = Math.ceil(total / page_size)"
    assert send(client, "GET", "/api/search/type/Meeting?page=3&page_size=1", token().token).json["results"] == []


# The programs at the end of the document, against a real server: only its address and the token are put in.


@pytest.fixture
def server(app, settings, person):
    with app.app_context(), transaction():
        for membership in db.session.get_one(User, person["id"]).memberships[:]:
            if membership.site_id != 2:  # the programs choose none
                db.session.delete(membership)
    env = {
        "CRM_DATA": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "WEB_CONCURRENCY": "1",
        "RATELIMIT_ENABLED": "false",
    }
    with web_server(env) as address:
        yield address


def program(title, server, token):
    (block,) = section(title).blocks
    assert "https://api.example.com" in block.text
    return block.text.replace("https://api.example.com", server).replace("your_jwt_token_here", token)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "NO_PROXY": "*"})
    assert done.returncode == 0, done.stderr
    return done.stdout


def needs(name):
    """Where a program is missing a person is told so; CI, which has to try everything, fails."""
    if not shutil.which(name) and not os.environ.get("CI"):
        pytest.skip(f"there is no {name} on this machine")


def test_the_python_program(server, token):
    printed = run(sys.executable, "-c", program("Creating an Interaction (Python)", server, token().token))
    assert printed == "Created interaction with ID: 4\n"


def test_the_curl_command(server, token):
    needs("curl")
    answer = json.loads(run("bash", "-c", program("Advanced Search (cURL)", server, token().token)))
    assert ([row["id"] for row in answer["results"]], answer["total"], answer["page"]) == ([1, 3], 2, 1)


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node on the PATH")
def test_the_javascript_program(server, person):
    shim = "const kept = {}; globalThis.localStorage = {setItem: (k, v) => { kept[k] = v; }, getItem: (k) => kept[k] ?? null};"
    use = f"""
    login({person["username"]!r}, {PASSWORD!r})
      .then((data) => getInteractions(1, 2).then((found) => console.log(JSON.stringify([data.user, found]))));
    """
    user, found = json.loads(run("node", "-e", shim + program("Authentication Example (JavaScript)", server, "") + use))
    assert user == person | {"sites": [2]}
    assert ([row["id"] for row in found["interactions"]], found["total"], found["page"]) == ([3, 2], 3, 1)
