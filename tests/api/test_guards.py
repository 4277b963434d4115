"""Who may do what, on every route of the URL map."""

from __future__ import annotations

import pytest

from crm.api.blueprint import api as blueprint

PUBLIC = {
    *(("POST", f"/api/v1/auth/{path}") for path in ("login", "refresh", "password/reset", "password/reset/confirm")),
    *(("GET", f"/api/v1/{path}") for path in ("openapi.json", "docs")),
}


def routes(app):
    """(method, rule) of everything under /api/v1."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api_v1.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def test_the_alias_has_the_same_routes(app):
    alias = {
        (method, rule.rule.replace("/api/", "/api/v1/", 1))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert alias == routes(app)
    assert len(alias) > 25


def test_patch_is_put_on_every_resource(app):
    put, patch = ({rule for method, rule in routes(app) if method == wanted} for wanted in ("PUT", "PATCH"))
    assert patch == {rule for rule in put if rule.endswith(">")}  # "…/complete" is a verb, and only PUT has it


def test_every_route_is_guarded_or_named_as_public(app, api):
    stranger = api(None)
    open_to_all = set()
    for method, rule in routes(app):
        answer = stranger.send(method, rule.replace("<id_or_guid:ref>", "1"), json={})
        if answer.status_code == 401 and answer.json["error"]["code"] == "UNAUTHORIZED":
            continue
        open_to_all.add((method, rule))
    assert open_to_all == PUBLIC


@pytest.fixture
def theirs(alice, ada):
    """A row of HQ for each noun, by both ids."""
    interaction = alice.post(
        "/interactions", {"contactId": ada["id"], "interactionType": "call", "date": "2025-01-01T00:00:00Z"}
    ).json
    meeting = alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": "2025-01-01T00:00:00Z"}).json
    follow_up = alice.post("/follow-ups", {"contactId": ada["id"], "title": "Send the paper"}).json
    rows = {"contacts": ada, "interactions": interaction, "meetings": meeting, "follow-ups": follow_up}
    return {noun: (row["id"], row["number"]) for noun, row in rows.items()}


def body(rule):
    """One that is well-formed, so that only permission can be wanting."""
    return {"dueOn": "2999-01-01"} if rule.endswith("/snooze") else {}


def one_row(app):
    return sorted(
        (method, rule)
        for method, rule in routes(app)
        if "<id_or_guid:ref>" in rule and rule.split("/")[3] not in ("sites", "auth")
    )


def test_another_sites_rows_are_refused_on_every_route(app, api, alice, theirs):
    charlie = api("charlie")
    before = {noun: alice.get(f"/{noun}/{guid}").json for noun, (guid, _) in theirs.items()}
    tried = 0
    for method, rule in one_row(app):
        for ref in theirs[rule.split("/")[3]]:
            answer = charlie.send(method, rule.replace("<id_or_guid:ref>", str(ref)), json=body(rule))
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "FORBIDDEN"), (method, rule)
            tried += 1
    assert tried >= 42
    for noun, row in before.items():
        assert alice.get(f"/{noun}/{row['id']}").json == row


def test_another_sites_rows_are_in_no_list(api, theirs):
    charlie = api("charlie")
    contact, _ = theirs["contacts"]
    for path in (
        "/contacts",
        "/interactions",
        "/meetings",
        "/follow-ups",
        f"/interactions?contactId={contact}",
        f"/meetings?contactId={contact}",
        f"/follow-ups?contactId={contact}",
        "/search/interactions?query=call",
        "/search/date-range?start_date=2025-01-01&end_date=2025-01-01",
        "/search/type/call",
        "/search/lead/alice",
    ):
        assert charlie.get(path).json["total"] == 0, path


def test_another_sites_contact_cannot_be_named(api, theirs):
    charlie = api("charlie")
    contact, _ = theirs["contacts"]
    dated = {"contactId": contact, "interactionType": "call", "date": "2025-01-01T00:00:00Z"}
    assert charlie.post("/interactions", dated).json["error"]["details"] == {"contactId": "is not a contact of Annex"}
    meeting = {"contactId": contact, "scheduledDateTime": "2025-01-01T00:00:00Z"}
    assert charlie.post("/meetings", meeting).json["error"]["details"] == {"contactId": "is not a contact of Annex"}
    follow_up = {"contactId": contact, "title": "Send the paper"}
    assert charlie.post("/follow-ups", follow_up).json["error"]["details"] == {"contactId": "is not a contact of Annex"}


def test_a_viewer_reads_everything_and_changes_nothing(app, api, theirs):
    vera = api("vera")
    contact, _ = theirs["contacts"]
    new = {
        "/api/v1/contacts": {"name": "Grace"},
        "/api/v1/interactions": {"contactId": contact, "interactionType": "call", "date": "2025-01-01T00:00:00Z"},
        "/api/v1/meetings": {"contactId": contact, "scheduledDateTime": "2025-01-01T00:00:00Z"},
        "/api/v1/follow-ups": {"contactId": contact, "title": "Send the paper"},
    }
    for method, rule in [*one_row(app), *(("POST", path) for path in new), *(("GET", path) for path in new)]:
        ref = str(theirs[rule.split("/")[3]][0])
        answer = vera.send(
            method, rule.replace("<id_or_guid:ref>", ref), json=new.get(rule, body(rule)) if method != "GET" else None
        )
        assert answer.status_code == (200 if method == "GET" else 403), (method, rule)


def test_a_member_changes_their_own_and_what_is_about_their_contacts(alice, bob, ada):
    refused = [
        bob.put(f"/contacts/{ada['id']}", {"company": "Mine"}),
        bob.delete(f"/contacts/{ada['id']}"),
    ]
    hers = alice.post("/interactions", {"contactId": ada["id"], "interactionType": "call", "date": "2025-01-01T00:00:00Z"}).json
    meeting = alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": "2025-01-01T00:00:00Z"}).json
    refused += [
        bob.put(f"/interactions/{hers['id']}", {"notes": "x"}),
        bob.delete(f"/interactions/{hers['id']}"),
        bob.put(f"/meetings/{meeting['id']}", {"purpose": "x"}),
        bob.put(f"/meetings/{meeting['id']}/cancel"),
        bob.delete(f"/meetings/{meeting['id']}"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 7

    assert bob.put(f"/meetings/{meeting['id']}/complete", {}).status_code == 200  # members complete meetings
    own = bob.post("/interactions", {"contactId": ada["id"], "interactionType": "call", "date": "2025-01-01T00:00:00Z"}).json
    assert bob.put(f"/interactions/{own['id']}", {"notes": "x"}).status_code == 200
    assert alice.put(f"/interactions/{own['id']}", {"notes": "y"}).status_code == 200  # a manager everything

    bob_id = own["createdBy"]
    assert alice.put(f"/contacts/{ada['id']}", {"ownerId": bob_id}).status_code == 200
    assert bob.put(f"/interactions/{hers['id']}", {"notes": "x"}).status_code == 200
    assert bob.put(f"/contacts/{ada['id']}", {"company": "Mine"}).status_code == 200


def test_the_blueprint_is_the_only_one(app):
    """So that nothing under /api is served without its guard."""
    outside = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api") and not rule.endpoint.startswith(("api.", "api_v1."))
    ]
    assert outside == []
    assert blueprint.before_request_funcs[None][0].__name__ == "guard"


def test_head_and_options(api, bob):
    stranger = api(None)
    assert stranger.send("HEAD", "/contacts").status_code == 401
    answer = stranger.send("OPTIONS", "/contacts")
    assert (answer.status_code, answer.data) == (200, b"")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
    answer = bob.send("HEAD", "/contacts")
    assert (answer.status_code, answer.data) == (200, b"")
