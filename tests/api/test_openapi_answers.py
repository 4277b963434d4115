"""What the API really answers is what the OpenAPI document says, field by field, in both dialects."""

from __future__ import annotations

import re

import pytest
from jsonschema import Draft202012Validator

from crm.api.dialects import Dialect
from crm.schemas.base import Schema

SITE, CONTACT = Dialect.SITE.value, Dialect.CONTACT.value
ADA = {
    "name": "Ada Lovelace",
    "emails": ["ada@example.org"],
    "phones": ["+49 30 901820"],
    "tags": ["compilers"],
    "notes": "Met.",
}


class Reader:
    """Sends, and compares each answer with a document."""

    def __init__(self, api, accept, made):
        self._api, self._accept, self._made = api, accept, made
        self.done = set()
        self._paths = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), methods) for path, methods in made["paths"].items()
        ]

    def __call__(self, method, path, json=None, **more):
        answer = self._api.send(method, path, json=json, accept=self._accept, **more)
        bare = path.partition("?")[0]
        literal_first = sorted(self._paths, key=lambda one: one[0].pattern.count("[^/]"))
        operation = next(ways for pattern, ways in literal_first if pattern.fullmatch(bare))[method.lower()]
        where = f"{method} {path} {answer.status_code}"
        said = self._resolved(operation["responses"].get(str(answer.status_code)))
        assert said, where
        for name, header in said["headers"].items():
            assert name in answer.headers or not self._resolved(header).get("required"), (where, name)
        if answer.data:
            media = said["content"].get(answer.mimetype)
            assert media, (where, answer.mimetype)
            if answer.is_json:
                schema = media["schema"] | {"components": self._made["components"]}
                checker = Draft202012Validator.FORMAT_CHECKER
                problems = Draft202012Validator(schema, format_checker=checker).iter_errors(answer.json)
                assert [problem.message for problem in problems] == [], where
        else:
            assert "content" not in said, where
        if answer.status_code < 300:
            self.done.add(operation["operationId"])
        return answer

    def _resolved(self, part):
        while part and "$ref" in part:
            found = self._made
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part


def body(accept, **fields):
    """In the contact dialect, from the site dialect's names."""
    spelled = {"type": "interactionType", "start_datetime": "date", "end_datetime": "endDate"}
    spelled["scheduled_datetime"] = "scheduledDateTime"
    if accept == SITE:
        return fields
    return {spelled.get(name, Dialect.CONTACT.word(name)): value for name, value in fields.items()}


@pytest.mark.parametrize(("accept", "name"), [(None, ""), (SITE, ""), (SITE, "?dialect=site"), (CONTACT, "?dialect=contact")])
def test_every_endpoint(api, alice, world, accept, name):
    made = alice.get(f"/openapi.json{name}").json
    send = Reader(alice, accept, made)

    def new(path, **fields):
        answer = send("POST", path, body(accept or CONTACT, **fields))
        assert answer.status_code == 201, answer.json
        told = answer.json if accept != SITE else next(iter(answer.json.values()))
        return told["id"]

    word = Dialect.SITE.word if accept == SITE else Dialect.CONTACT.word
    ada = new("/contacts", **ADA)
    uid = ada if accept != SITE else alice.get(f"/contacts/{ada}").json["id"]
    past = {"type": "call", "start_datetime": "2025-03-03T10:00:00Z", "contact_id": uid}
    called = new("/interactions", title="A call with Ada", duration=25, topics_discussed=["x"], sentiment="positive", **past)
    met = new("/meetings", contact_id=uid, scheduled_datetime="2025-03-03T10:00:00Z", agenda_items=["x"])
    other = new("/meetings", contact_id=uid, scheduled_datetime="2099-03-03T10:00:00Z")
    promised = new("/follow-ups", title="Send the paper", contact_id=uid, due_on="2099-03-03")

    outcome = body(accept or CONTACT, duration=30, action_items=["Send it"], actual_date="2025-03-03T11:00:00Z")
    send("PUT", f"/meetings/{met}/complete", outcome)
    assert send("PUT", f"/meetings/{met}/complete", {}).status_code == 409
    send("PUT", f"/meetings/{other}/cancel")
    send("PUT", f"/follow-ups/{promised}/snooze", body(accept or CONTACT, due_on="2099-04-04"))
    send("PUT", f"/follow-ups/{promised}/complete")
    send("PUT", f"/follow-ups/{promised}/reopen")
    for noun, ref in {"contacts": ada, "interactions": called, "meetings": met, "follow-ups": promised}.items():
        tag = send("GET", f"/{noun}/{ref}").headers["ETag"]
        assert send("GET", f"/{noun}/{ref}", headers={"If-None-Match": tag}).status_code == 304
        assert send("PUT", f"/{noun}/{ref}", {"notes": "x"} if noun != "meetings" else {"duration": 5}).status_code < 300
        assert send("PATCH", f"/{noun}/{ref}", {}, headers={"If-Match": '"1"'}).status_code == 412
        send("PATCH", f"/{noun}/{ref}", {})
        assert send("PATCH", f"/{noun}/{ref}", {"klingon": 1}).status_code == 422
        assert send("GET", f"/{noun}/99999").status_code == 404
        assert send("GET", f"/{noun}?klingon=1").status_code == 400
        assert send("GET", f"/{noun}?{word('page_size')}=1").status_code == 200
    send("GET", f"/contacts/{ada}/interactions")
    send("GET", f"/contacts/{ada}/interactions?{word('page_size')}=1")
    for name in ("interactions?query=ada", "type/call", "lead/alice", "upcoming", "recent"):
        assert send("GET", f"/search/{name}").status_code == 200
    start, end = ("startDate", "endDate") if accept == CONTACT else ("start_date", "end_date")
    assert send("GET", f"/search/date-range?{start}=2025-01-01&{end}=2025-12-31").status_code == 200
    assert send("GET", "/search/date-range").status_code == 400
    assert send("POST", "/search/advanced", {"filters": [{"field": "lead", "operator": "eq", "value": "Alice"}]}).json
    assert send("POST", "/search/advanced", {"filters": [{"field": "lead"}]}).status_code == 400
    assert (
        send("GET", f"/analytics/interactions?{word('start_date')}=2025-01-01&{word('end_date')}=2025-12-31").status_code == 200
    )
    for path in ("/sites", f"/sites/{world.hq}", f"/sites/{world.annex}", "/users/sites", "/auth/sites", "/auth/profile"):
        send("GET", path)
    for path in ("/openapi.json", "/docs"):
        send("GET", path)
    for noun, ref in {"interactions": called, "meetings": other, "follow-ups": promised, "contacts": ada}.items():
        assert send("DELETE", f"/{noun}/{ref}", headers={"If-Match": '"1"'}).status_code == 412
        assert send("DELETE", f"/{noun}/{ref}").status_code in (200, 204)
    tokens(send, world, word if accept else Dialect.SITE.word)
    signing_in(send, world)
    assert send.done | {"confirm_password_reset"} == names(made)


def tokens(send, world, word):
    made = send("POST", "/auth/tokens", {"name": "Newsletter", word("site_id"): world.hq, word("expires_in_days"): 7})
    assert made.status_code == 201
    where = "/auth/tokens/" + made.headers["Location"].rpartition("/")[2]
    assert send("GET", "/auth/tokens").status_code == send("GET", where).status_code == 200
    assert send("POST", "/auth/tokens", {"name": ""}).status_code == 422
    assert send("DELETE", where).status_code in (200, 204)


def signing_in(send, world):
    assert send("POST", "/auth/site", {"site_id": world.hq}).status_code == 200
    assert send("POST", "/auth/site", {"site_id": world.annex}).status_code == 403
    assert send("POST", "/auth/login", {"username": world.bob.email, "password": "wrong"}).status_code == 401
    signed_in = send("POST", "/auth/login", {"username": world.bob.email, "password": world.bob.password}).json
    assert send("POST", "/auth/refresh", {"refresh_token": signed_in["refresh_token"]}).status_code == 200
    assert send("POST", "/auth/refresh", {"refresh_token": "x"}).status_code == 401
    assert send("POST", "/auth/password/reset", {"email": "nobody@example.com"}).status_code == 200
    assert send("POST", "/auth/password/reset", {"email": "nobody"}).status_code == 400
    assert send("POST", "/auth/password/reset/confirm", {"token": "x", "password": "y" * 20}).status_code == 422
    assert send("POST", "/auth/logout", {"token": "x"}).status_code == 422
    assert send("POST", "/auth/logout").status_code == 200
    assert send("GET", "/auth/profile").status_code == 401


def names(made):
    return {operation["operationId"] for methods in made["paths"].values() for operation in methods.values()}


def test_a_view_reads_nothing_but_what_it_says(app):
    """So that the document cannot fall behind."""
    from crm.api import described

    class Other(Schema):
        pass

    with app.test_request_context("/api/v1/contacts", method="POST"), pytest.raises(TypeError, match="does not say so"):
        described.check(Other)
