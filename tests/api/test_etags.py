"""ETag, If-None-Match and If-Match (RFC 9110 §8.8.3, §13.1), in both dialects."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

AT = "2025-01-01T00:00:00Z"
SITE, CONTACT = "application/vnd.crm.site+json", "application/vnd.crm.contact+json"


@pytest.fixture
def rows(alice, ada):
    """A contact, an interaction and a meeting: both ids of each."""
    call = alice.post("/interactions", {"contactId": ada["id"], "interactionType": "call", "date": AT}).json
    meeting = alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": AT}).json
    return {"contacts": ada, "interactions": call, "meetings": meeting}


CHANGE = {"contacts": {"notes": "x"}, "interactions": {"notes": "x"}, "meetings": {"location": "x"}}


def paths(rows):
    return [(noun, f"/{noun}/{ref}") for noun, row in rows.items() for ref in (row["id"], row["number"])]


def if_match(tag):
    return {"headers": {"If-Match": tag}}


def if_none_match(tag):
    return {"headers": {"If-None-Match": tag}}


def stale(answer):
    assert (answer.status_code, answer.json["error"]["code"]) == (412, "PRECONDITION_FAILED")
    return True


def test_a_row_is_tagged_strongly_and_not_sent_again(alice, rows):
    for _, path in paths(rows):
        first = alice.get(path)
        tag = first.headers["ETag"]
        assert tag.startswith('"')
        for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            again = alice.get(path, **if_none_match(sent))
            assert (again.status_code, again.data) == (304, b""), sent
            assert again.headers["ETag"].removeprefix("W/") == tag
            assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "private, no-cache"
            assert "Content-Type" not in again.headers
        assert {"Accept", "Authorization", "X-Site-ID"} <= set(first.vary)
        for sent in ('"other"', "", "nonsense", tag.strip('"')):
            assert alice.get(path, **if_none_match(sent)).status_code == 200, sent
        assert alice.send("HEAD", path).headers["ETag"] == tag
        assert alice.send("HEAD", path, **if_none_match(tag)).status_code == 304


def test_the_two_dialects_are_two_representations(alice, rows):
    for noun, path in paths(rows):
        tags = {alice.get(path, accept=accept).headers["ETag"] for accept in (SITE, CONTACT)}
        assert len(tags) == 2, noun


def test_each_change_changes_the_tag_and_the_answer_has_the_new_one(alice, rows):
    for noun, path in paths(rows):
        before = alice.get(path).headers["ETag"]
        changed = alice.put(path, CHANGE[noun] | {"notes" if noun != "meetings" else "location": path})
        assert changed.headers["ETag"] == alice.get(path).headers["ETag"] != before
        assert alice.get(path, **if_none_match(before)).status_code == 200


def test_what_was_made_is_tagged(alice, ada):
    made = alice.post("/interactions", {"contactId": ada["id"], "interactionType": "call", "date": AT})
    assert alice.get(made.headers["Location"], accept=CONTACT).headers["ETag"] == made.headers["ETag"]


def test_a_counter_that_moved_changes_the_answer_but_is_in_nobodys_way(alice, ada):
    path = f"/contacts/{ada['id']}"
    tag = alice.get(path).headers["ETag"]
    alice.post("/interactions", {"contactId": ada["id"], "interactionType": "call", "date": AT})
    assert alice.get(path, **if_none_match(tag)).status_code == 200
    assert alice.put(path, {"notes": "x"}, **if_match(tag)).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_by_somebody_else_is_not_overwritten(alice, bob, rows, method):
    for noun, path in reversed(paths(rows)):
        if alice.get(path).status_code == 404:  # by its other id it is deleted already
            continue
        tag = alice.get(path).headers["ETag"]
        assert (
            alice.put(path, CHANGE[noun] | {"notes" if noun != "meetings" else "location": f"{path} {method}"}).status_code
            == 200
        )
        body = None if method == "DELETE" else CHANGE[noun]
        assert stale(alice.send(method, path, json=body, **if_match(tag)))
        now = alice.get(path)
        assert path in now.text
        good = alice.send(method, path, json=body, **if_match(now.headers["ETag"]))
        assert good.status_code in (200, 204)


def test_completing_and_cancelling_ask_too(alice, ada, rows):
    path = f"/meetings/{rows['meetings']['id']}"
    old = alice.get(path).headers["ETag"]
    new = alice.put(path, {"location": "Room 2"}).headers["ETag"]
    for verb in ("complete", "cancel"):
        assert stale(alice.put(f"{path}/{verb}", {}, **if_match(old)))
    done = alice.put(f"{path}/complete", {}, **if_match(new))
    assert done.status_code == 200
    assert done.headers["ETag"] == alice.get(path).headers["ETag"]

    other = alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": AT})
    path = other.headers["Location"]
    assert alice.put(f"{path}/cancel", **if_match(other.headers["ETag"])).status_code == 200


def test_a_row_read_in_one_dialect_may_be_written_in_the_other(alice, rows):
    call = rows["interactions"]
    by_guid, by_number = f"/interactions/{call['id']}", f"/interactions/{call['number']}"
    tag = alice.get(by_guid).headers["ETag"]
    changed = alice.put(by_number, {"notes": "x"}, **if_match(tag))
    assert changed.status_code == 200
    assert stale(alice.put(by_guid, {"notes": "y"}, **if_match(tag)))
    assert alice.put(by_guid, {"notes": "y"}, **if_match(changed.headers["ETag"])).status_code == 200


def test_of_several_tags_one_has_to_hold(alice, rows):
    path = f"/contacts/{rows['contacts']['id']}"
    tag = alice.get(path).headers["ETag"]
    for header in (f'"other", {tag}', f"{tag},{tag}", f'{tag} , W/"x"', "*", tag[:-1] + ':gzip"', tag[:-1] + ':br"'):
        assert alice.put(path, {}, **if_match(header)).status_code == 200, header
    for header in ('"other"', '"other", "another"', '""', f"W/{tag}", f'"x", W/{tag}'):
        assert stale(alice.put(path, {"notes": "x"}, **if_match(header))), header


def test_another_rows_tag_does_not_hold(alice, rows):
    tag = alice.get(f"/interactions/{rows['interactions']['id']}").headers["ETag"]
    for ref in (rows["contacts"]["id"],):
        assert stale(alice.put(f"/contacts/{ref}", {"notes": "x"}, **if_match(tag)))


@pytest.mark.parametrize("header", ["", " ", "abc", '"open', "W/abc", '"a" "b"', '"a",', ",", '"a", *', "1"])
def test_what_is_no_tag(alice, rows, header):
    for noun, path in paths(rows):
        for method, body in (("PUT", CHANGE[noun]), ("DELETE", None)):
            answer = alice.send(method, path, json=body, **if_match(header))
            assert (answer.status_code, answer.json["error"]["details"].keys()) == (400, {"If-Match"})


def test_a_condition_on_what_is_not_there_or_not_ones_own(api, bob, rows):
    assert bob.put("/contacts/4711", {}, **if_match("*")).status_code == 404
    path = f"/contacts/{rows['contacts']['id']}"
    assert api("charlie").put(path, {}, **if_match('"x"')).status_code == 403


def test_a_list_is_tagged_weakly_by_its_content(alice, rows):
    for path in ("/contacts", "/interactions", "/meetings", f"/contacts/{rows['contacts']['id']}/interactions", "/sites"):
        first = alice.get(path)
        tag = first.headers["ETag"]
        assert tag.startswith('W/"')
        again = alice.get(path, **if_none_match(tag))
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    tag = alice.get("/contacts").headers["ETag"]
    alice.put(f"/contacts/{rows['contacts']['id']}", {"company": "Engines"})
    assert alice.get("/contacts", **if_none_match(tag)).status_code == 200


def test_time_alone_changes_a_list(api, world):
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False) as clock:
        alice = api("alice")
        ada = alice.post("/contacts", {"name": "Ada"}).json
        alice.post("/meetings", {"contactId": ada["id"], "scheduledDateTime": "2026-01-01T12:10:00Z"})
        tag = alice.get("/contacts").headers["ETag"]
        assert alice.get("/contacts", **if_none_match(tag)).status_code == 304
        clock.shift(timedelta(minutes=20))
        assert alice.get("/contacts", **if_none_match(tag)).status_code == 200


def test_refusals_and_writes_have_no_tag(alice, api):
    assert "ETag" not in alice.get("/contacts/4711").headers
    assert "ETag" not in api(None).get("/contacts", **if_none_match("*")).headers
    assert api(None).get("/contacts", **if_none_match("*")).status_code == 401
    assert alice.get("/contacts/4711", **if_none_match("*")).status_code == 404
