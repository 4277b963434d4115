"""Access tokens: made by a login, shown once, and what they may do where."""

from __future__ import annotations

import hashlib
import re
import zlib

import pytest
import time_machine
from sqlalchemy import select, text

from crm.database import transaction
from crm.extensions import db
from crm.jobs import maintenance
from crm.models import AccessToken, Membership, User

NOW = "2026-03-02T12:00:00Z"
AS_CONTACT = "application/vnd.crm.contact+json"
CALL = {"title": "Budget call", "type": "Call", "start_datetime": "2026-03-01T10:00:00Z"}


@pytest.fixture(autouse=True)
def _in_march():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bearing(api):
    """`bearing("bob", scope="write")` speaks with an access token of bob's."""

    def speak(who, **asked):
        made = api(who).post("/auth/tokens", {"name": "CI", **asked})
        assert made.status_code == 201, made.json
        stranger = api(None)
        stranger.token = made.json["access_token"]["token"]
        return stranger

    return speak


@pytest.fixture
def writer(bearing):
    return bearing("bob", scope="write")


@pytest.fixture
def reader(bearing):
    return bearing("bob")


def code(answer):
    return answer.status_code, answer.json["error"]["code"]


def refused(answer, words):
    """401, with a message that says what to do."""
    assert code(answer) == (401, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert words in answer.json["error"]["message"]
    return True


# Making


def test_a_token_is_made_and_shown_once(bob, world):
    answer = bob.post("/auth/tokens", {"name": "Nightly export"})
    made = answer.json["access_token"]
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/auth/tokens/{made['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    secret = made.pop("token")
    assert made == {
        "id": made["id"],
        "uid": made["uid"],
        "site_id": world.hq,
        "name": "Nightly export",
        "scope": "read",
        "ends_in": secret[-4:],
        "created_at": NOW,
        "expires_at": "2026-05-31T12:00:00Z",  # 90 days
        "used_at": None,
    }
    assert bob.get(answer.headers["Location"]).json == {"access_token": made}
    assert bob.get("/auth/tokens").json == {"access_tokens": [made]}


def test_in_the_contact_dialect(bob, world):
    answer = bob.post("/auth/tokens", {"name": "Sync", "expiresInDays": 7}, accept=AS_CONTACT)
    made = answer.json
    assert made.pop("token").endswith(made["endsIn"])
    assert answer.headers["Location"] == f"/api/v1/auth/tokens/{made['id']}"
    assert made.items() >= {"siteId": world.hq, "scope": "read", "expiresAt": "2026-03-09T12:00:00Z", "usedAt": None}.items()
    assert bob.get("/auth/tokens", accept=AS_CONTACT).json == {"accessTokens": [made]}
    assert bob.post("/auth/tokens", {"name": "Sync", "expiresInDays": 7}).json["expiresAt"] == "2026-03-09T12:00:00Z"
    answer = bob.delete(f"/auth/tokens/{made['id']}")
    assert (answer.status_code, answer.data) == (204, b"")


def test_a_secret_scanner_can_tell_it(bob, app):
    """The prefix, 256 bits, and GitHub's kind of checksum, computed here as the documentation says."""
    secret = bob.post("/auth/tokens", {"name": "CI"}).json["access_token"]["token"]
    found = re.fullmatch(r"rapport_pat_([0-9A-Za-z]{43})([0-9A-Za-z]{6})", secret)
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    number = 0
    for digit in found[2]:
        number = number * 62 + digits.index(digit)
    assert number == zlib.crc32(found[1].encode())
    with app.app_context():
        row = db.session.execute(text("SELECT * FROM access_tokens")).mappings().one()
    assert row["token_hash"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(dict(row))


@pytest.mark.parametrize(
    ("body", "details"),
    [
        ({}, {"name": "is required"}),
        ({"name": " "}, {"name": "is required"}),
        ({"name": "x" * 101}, {"name": "must have at most 100 characters"}),
        ({"name": "x", "scope": "admin"}, {"scope": "must be one of read, write"}),
        ({"name": "x", "expires_in_days": 366}, {"expires_in_days": "must be less than or equal to 365"}),
        ({"name": "x", "expires_in_days": 0}, {"expires_in_days": "must be greater than or equal to 1"}),
        ({"name": "x", "expires_in_days": None}, {"expires_in_days": "must be a valid integer"}),
        (
            {"name": "x", "expires_at": "2027-01-01"},
            {"expires_at": "is not a field of this resource; did you mean “expires_in_days”?"},
        ),
        (
            {"name": "x", "expireInDays": 5},
            {"expireInDays": "is not a field of this resource; did you mean “expires_in_days”?"},
        ),
    ],
)
def test_what_cannot_be_made(bob, body, details):
    answer = bob.post("/auth/tokens", body)
    assert code(answer) == (422, "VALIDATION_ERROR")
    assert answer.json["error"]["details"] == details


def test_no_more_than_fifty(bob):
    answers = [bob.post("/auth/tokens", {"name": "CI"}) for _ in range(51)]
    assert {answer.status_code for answer in answers[:50]} == {201}
    assert code(answers[50]) == (409, "CONFLICT")
    bob.delete(f"/auth/tokens/{answers[0].json['access_token']['id']}")
    assert bob.post("/auth/tokens", {"name": "CI"}).status_code == 201


def test_it_is_for_one_site(api, bearing, world):
    dora = api("dora")
    assert code(dora.post("/auth/tokens", {"name": "CI"})) == (403, "SITE_CONTEXT_REQUIRED")
    assert code(api("bob").post("/auth/tokens", {"name": "CI", "site_id": world.annex})) == (403, "FORBIDDEN")
    for headers, body in (({"X-Site-ID": str(world.annex)}, {}), ({}, {"site_id": world.annex})):
        made = dora.post("/auth/tokens", {"name": "CI"} | body, headers=headers).json["access_token"]
        assert made["site_id"] == world.annex
    token = bearing("dora", site_id=world.hq, scope="write")
    assert token.post("/interactions", CALL).json["interaction"]["site_id"] == world.hq
    assert token.get("/contacts", headers={"X-Site-ID": str(world.hq)}).status_code == 200
    answer = token.get("/contacts", headers={"X-Site-ID": str(world.annex)})
    assert code(answer) == (403, "FORBIDDEN")
    assert "HQ alone" in answer.json["error"]["message"]
    for path in ("/sites", "/users/sites", "/auth/sites"):
        assert [site["id"] for site in token.get(path).json["sites"]] == [world.hq], path
    assert token.get("/auth/profile").json["user"]["sites"] == [world.hq]
    assert (token.get(f"/sites/{world.hq}").status_code, token.get(f"/sites/{world.annex}").status_code) == (200, 403)
    assert token.get("/sites/4711").status_code == 404


# Using


@pytest.mark.parametrize("at", ["/api", "/api/v1"])
def test_it_goes_where_a_jwt_goes(writer, world, at):
    contact = writer.post(f"{at}/contacts", {"name": "Ada Lovelace"})
    assert contact.status_code == 201
    path = f"{at}/contacts/{contact.json['id']}"
    assert contact.json["ownerId"] == world.bob.id
    tag = writer.get(path).headers["ETag"]
    assert writer.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert writer.put(path, {"company": "Engines"}, headers={"If-Match": tag}).status_code == 200
    sent = [writer.post(f"{at}/interactions", CALL, headers={"Idempotency-Key": "one"}) for _ in range(2)]
    assert sent[0].data == sent[1].data
    assert sent[1].headers["Idempotency-Replayed"] == "true"
    assert sent[0].json["interaction"]["created_by"] == world.bob.id
    assert writer.post(f"{at}/search/advanced", {"filters": []}).json["total"] == 1
    assert writer.delete(path).status_code == 204


def test_the_scheme_is_read_in_any_case(writer):
    answer = writer.client.get("/api/contacts", headers={"Authorization": f"bearer {writer.token}"})
    assert answer.status_code == 200


def test_a_token_that_reads_changes_nothing(app, api, reader, ada):
    writes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_v1.") and not rule.rule.startswith("/api/v1/auth")
        for method in rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    } - {("POST", "/api/v1/search/advanced")}
    assert len(writes) > 15
    for method, rule in sorted(writes):
        answer = reader.send(method, rule.replace("<id_or_guid:ref>", ada["id"]), json={})
        assert code(answer) == (403, "FORBIDDEN"), (method, rule)
        assert "scope “write”" in answer.json["error"]["message"]
        assert answer.headers["WWW-Authenticate"] == 'Bearer error="insufficient_scope", scope="write"'
    assert api("bob").get(f"/contacts/{ada['id']}").json == ada


def test_a_token_that_reads_reads_everything(reader, ada):
    for path in ("/contacts", f"/contacts/{ada['id']}", "/interactions", "/meetings", "/follow-ups", "/analytics/interactions"):
        assert reader.get(path).status_code == 200
        assert reader.send("HEAD", path).status_code == 200
    assert reader.post("/search/advanced", {"filters": []}).status_code == 200
    assert reader.get("/search/recent").status_code == 200


def test_the_account_is_not_a_tokens(app, bob, writer, world):
    bob.post("/auth/tokens", {"name": "another"})
    public = {"login", "refresh", "password/reset", "password/reset/confirm"}
    tried = 0
    for rule in app.url_map.iter_rules():
        path = rule.rule.removeprefix("/api/v1/auth/")
        if not rule.endpoint.startswith("api_v1.") or path == rule.rule or path in public | {"profile", "sites"}:
            continue
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = writer.send(method, rule.rule.replace("<id_or_guid:ref>", "1"), json={"site_id": world.hq})
            assert code(answer) == (403, "FORBIDDEN"), (method, path)
            assert "Sign in" in answer.json["error"]["message"]
            tried += 1
    assert tried >= 6
    assert len(bob.get("/auth/tokens").json["access_tokens"]) == 2


def test_a_role_is_what_it_is_now(app, world, api, writer, ada):
    def change(role):
        with app.app_context(), transaction():
            found = db.session.get(Membership, (world.bob.id, world.hq))
            if role is None:
                db.session.delete(found)
            else:
                found.role = role

    assert code(writer.put(f"/contacts/{ada['id']}", {"company": "x"})) == (403, "FORBIDDEN")  # hers
    change("manager")
    assert writer.put(f"/contacts/{ada['id']}", {"company": "x"}).status_code == 200
    change("viewer")
    assert code(writer.post("/contacts", {"name": "Grace"})) == (403, "FORBIDDEN")
    assert writer.get("/contacts").status_code == 200
    change(None)
    for path in ("/contacts", "/auth/profile", "/sites"):
        answer = writer.get(path)
        assert code(answer) == (403, "FORBIDDEN"), path
        assert "do not belong" in answer.json["error"]["message"]


def test_an_administrators_token_is_no_administrator(app, bearing, api, world):
    with app.app_context(), transaction():
        db.session.get_one(User, world.bob.id).is_admin = True
    assert len(api("bob").get("/sites").json["sites"]) == 2
    token = bearing("bob", scope="write")
    assert [site["id"] for site in token.get("/sites").json["sites"]] == [world.hq]
    assert token.get(f"/sites/{world.annex}").status_code == 403


def test_another_sites_rows(bearing, ada):
    charlie = bearing("charlie", scope="write")
    assert code(charlie.get(f"/contacts/{ada['id']}")) == (403, "FORBIDDEN")


# Ending


@pytest.mark.parametrize("at", ["/api", "/api/v1"])
def test_revoking_ends_it_at_once_and_can_be_done_twice(bob, writer, at):
    (token,) = bob.get("/auth/tokens").json["access_tokens"]
    for _ in range(2):
        answer = bob.delete(f"{at}/auth/tokens/{token['id']}")
        assert (answer.status_code, answer.json) == (200, {"success": True})
    assert refused(writer.get("/contacts"), "was revoked on 2026-03-02. Make a new one under Settings")
    assert bob.get("/auth/tokens").json == {"access_tokens": []}


def test_somebody_elses_is_not_touched(alice, writer, world, app):
    with app.app_context():
        token = db.session.scalars(select(AccessToken)).one()
    for ref in (token.id, token.uid):
        for answer in (alice.get(f"/auth/tokens/{ref}"), alice.delete(f"/auth/tokens/{ref}")):
            assert code(answer) == (403, "FORBIDDEN")
    for ref in (4711, 10**17, "00000000-0000-7000-8000-000000000000"):
        assert alice.delete(f"/auth/tokens/{ref}").status_code == 404
    assert writer.get("/contacts").status_code == 200


def test_it_expires(api, bearing):
    token = bearing("bob", expires_in_days=7)
    with time_machine.travel("2026-03-09T11:59:59Z", tick=False):
        assert token.get("/contacts").status_code == 200
    with time_machine.travel("2026-03-09T12:00:00Z", tick=False):
        assert refused(token.get("/contacts"), "expired on 2026-03-09. Make a new one under Settings")
        assert len(api("bob").get("/auth/tokens").json["access_tokens"]) == 1  # it says there what has happened


def test_a_disabled_user_is_out_at_once(app, world, writer):
    with app.app_context(), transaction():
        db.session.get_one(User, world.bob.id).is_active = False
    assert refused(writer.get("/contacts"), "cannot sign in any more")


def test_what_is_no_token(writer, queries):
    wrong = [
        writer.token[:-1],
        writer.token + "x",
        writer.token[:-1] + ("a" if writer.token[-1] != "a" else "b"),
        "rapport_pat_",
    ]
    wrong += [writer.token.replace("_pat_", "_pat_é"), "rapport_pat_" + "x" * 9000]
    for token in wrong:
        queries.statements.clear()
        writer.token = token
        assert refused(writer.get("/contacts"), "is not whole")
        assert not queries.statements  # not even asked about
    chance = "0" * 43
    number, check = zlib.crc32(chance.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        check = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[digit] + check
    writer.token = f"rapport_pat_{chance}{check}"
    assert refused(writer.get("/contacts"), "is not known here")


def test_what_ended_long_ago_is_forgotten(app, bob, bearing):
    for days in (7, 300):
        bearing("bob", expires_in_days=days)
    revoked = bearing("bob", expires_in_days=300)
    bob.delete(f"/auth/tokens/{bob.get('/auth/tokens').json['access_tokens'][0]['id']}")
    with time_machine.travel("2026-04-01T13:00:00Z", tick=False), app.app_context():
        maintenance.remove_deleted()
        assert refused(revoked.get("/contacts"), "is not known here")
    with time_machine.travel("2026-04-09T13:00:00Z", tick=False), app.app_context():
        maintenance.remove_deleted()
        assert len(db.session.scalars(select(AccessToken)).all()) == 1


# What it costs


def asked(queries):
    return [one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]


def test_who_acts_is_one_query(writer, queries):
    writer.get("/auth/profile")
    for path, most in (("/auth/profile", 1), ("/sites", 1), ("/search/recent", 2)):
        queries.statements.clear()
        assert writer.get(path).status_code == 200
        assert len(asked(queries)) == most, queries.statements


def test_its_use_is_noted_once_a_minute(bob, writer, queries):
    def used_at():
        return bob.get("/auth/tokens").json["access_tokens"][0]["used_at"]

    assert used_at() is None
    for moment, noted in (("12:00:10", "12:00:10"), ("12:01:09", "12:00:10"), ("12:01:10", "12:01:10")):
        with time_machine.travel(f"2026-03-02T{moment}Z", tick=False):
            queries.statements.clear()
            writer.get("/contacts")
            assert any(one.startswith("UPDATE") for one in asked(queries)) == (moment == noted)
            assert used_at() == f"2026-03-02T{noted}Z"


def test_queries_of_the_list(api, world, queries):
    dora = api("dora")
    asked_for = []
    for _ in range(2):
        for site in (world.hq, world.annex):
            dora.post("/auth/tokens", {"name": "CI", "site_id": site})
        queries.statements.clear()
        dora.get("/auth/tokens")
        asked_for.append(len(asked(queries)))
    assert asked_for == [2, 2]
