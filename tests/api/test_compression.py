"""Answers are compressed for whom takes that, and ETags hold whether they are or not."""

from __future__ import annotations

import gzip

import brotli
import pytest

OPEN = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.fixture
def many(bob):
    for number in range(5):
        bob.post("/contacts", {"name": f"Ada {number}", "notes": "of engines " * 20})
    return bob.get("/contacts").data


def takes(encodings, **more):
    return {"headers": {"Accept-Encoding": encodings} | more}


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("br;q=0.5, gzip", "gzip"), ("*", "br")],
)
def test_a_list_is_compressed(bob, many, accepted, chosen):
    answer = bob.get("/contacts", **takes(accepted))
    assert answer.headers["Content-Encoding"] == chosen
    assert len(answer.data) < len(many) / 3
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert OPEN[chosen](answer.data) == many
    assert "Accept-Encoding" in answer.vary
    assert "Authorization" in answer.vary


@pytest.mark.parametrize("accepted", [None, "", "identity", "zstd", "deflate"])
def test_not_for_whom_does_not_take_it(bob, many, accepted):
    answer = bob.get("/contacts", headers={} if accepted is None else {"Accept-Encoding": accepted})
    assert answer.data == many
    assert "Content-Encoding" not in answer.headers
    assert "Accept-Encoding" in answer.vary


def test_little_is_sent_as_it_is(bob):
    assert "Content-Encoding" not in bob.get("/auth/profile", **takes("br")).headers


def test_a_page_is_compressed(client):
    plain = client.get("/sign-in")
    answer = client.get("/sign-in", headers={"Accept-Encoding": "br"})
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (200, "br")
    assert len(answer.data) < len(plain.data)
    assert b"<html" in brotli.decompress(answer.data)


def test_not_what_another_site_asks_for(client):
    for site, compressed in (("cross-site", False), ("same-site", False), ("same-origin", True), ("none", True)):
        answer = client.get("/sign-in", headers={"Accept-Encoding": "gzip", "Sec-Fetch-Site": site})
        assert ("Content-Encoding" in answer.headers) is compressed, site
        assert "Accept-Encoding" in answer.vary


@pytest.mark.parametrize("encoding", ["br", "gzip"])
def test_the_tag_of_a_compressed_answer_holds(bob, many, encoding):
    listed = bob.get("/contacts", **takes(encoding))
    tag = listed.headers["ETag"]
    again = bob.get("/contacts", **takes(encoding, **{"If-None-Match": tag}))
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert "Content-Encoding" not in again.headers

    path = bob.get("/contacts").json["contacts"][0]["id"]
    path = f"/contacts/{path}"
    bob.put(path, {"notes": "of other engines " * 50})
    plain, packed = bob.get(path).headers["ETag"], bob.get(path, **takes(encoding)).headers["ETag"]
    assert plain != packed  # two representations have two strong tags
    for sent in (plain, packed):
        for how in ("identity", encoding):
            again = bob.get(path, **takes(how, **{"If-None-Match": sent}))
            assert (again.status_code, again.headers["ETag"]) == (304, sent)
    changed = bob.put(path, {"company": "Engines"}, **takes(encoding, **{"If-Match": packed}))
    assert changed.status_code == 200
    assert bob.put(path, {"company": "No"}, **takes(encoding, **{"If-Match": packed})).status_code == 412
    assert bob.put(path, {"company": "Yes"}, headers={"If-Match": changed.headers["ETag"]}).status_code == 200


def test_a_read_does_not_judge_if_match(bob, many):
    assert bob.get("/contacts", **takes("br", **{"If-Match": '"other"'})).status_code == 200


def test_an_answer_is_kept_as_it_was_and_sent_as_it_is_taken(bob):
    body = {"name": "Ada", "notes": "of engines " * 100}
    first = bob.post("/contacts", body, **takes("br", **{"Idempotency-Key": "one"}))
    again = bob.post("/contacts", body, **takes("gzip", **{"Idempotency-Key": "one"}))
    plain = bob.post("/contacts", body, headers={"Idempotency-Key": "one"})
    assert brotli.decompress(first.data) == gzip.decompress(again.data) == plain.data
    assert plain.headers["Idempotency-Replayed"]
