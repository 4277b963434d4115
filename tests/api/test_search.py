"""The seven searches: the requests of interaction-management-api.md as they stand there, both dialects, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
import time_machine

from documents import section, written

NOW = "2023-06-15T09:30:00Z"
DOCUMENT = "interaction-management-api.md"
KICKOFF = written(section(DOCUMENT, "Get Interaction").json("Response")["interaction"])
REVIEW = written(section(DOCUMENT, "Get Recent Interactions").json("Response")["interactions"][0])
UPDATE = written(section(DOCUMENT, "Get Upcoming Interactions").json("Response")["interactions"][0])
ADVANCED = section(DOCUMENT, "Advanced Search").json("Request Body")
CURL = ADVANCED | {"filters": ADVANCED["filters"][:2]}
AS_CONTACT = "application/vnd.crm.contact+json"


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(params=["/api", "/api/v1"])
def at(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def made(bob):
    """The three interactions of the document's examples, as the API tells of them."""
    return [bob.post("/interactions", body).json["interaction"] for body in (KICKOFF, REVIEW, UPDATE)]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/search/interactions?query=kickoff", [0]),
        ("/search/interactions?query=project+MEETING&page=1&page_size=20", [2, 0]),
        ("/search/date-range?start_date=2023-06-01&end_date=2023-06-30", [2, 1, 0]),
        ("/search/date-range?start_date=2023-06-12&end_date=2023-06-12", [0]),
        ("/search/type/Meeting", [2, 0]),
        ("/search/type/Call", [1]),
        ("/search/type/Email", []),
        ("/search/lead/John%20Smith", [2, 0]),
        ("/search/lead/mary%20JONES", [1]),
        ("/search/lead/smith", [2, 0]),
        ("/search/lead/nobody", []),
    ],
)
def test_searches_as_documented(bob, made, at, path, found):
    answer = bob.get(at + path)
    assert answer.status_code == 200
    assert answer.json == {"results": [made[n] for n in found], "total": len(found), "page": 1}


@pytest.mark.parametrize(("path", "found"), [("upcoming", [2]), ("recent", [1, 0])])
def test_what_comes_and_what_was(bob, made, at, path, found):
    for limit in ("", "?limit=50"):
        answer = bob.get(f"{at}/search/{path}{limit}")
        assert (answer.status_code, answer.json) == (200, {"interactions": [made[n] for n in found]})
    assert bob.get(f"{at}/search/{path}?limit=1").json == {"interactions": [made[found[0]]]}


@pytest.mark.parametrize("body", [ADVANCED, CURL])
def test_advanced_search_as_documented(bob, made, at, body):
    answer = bob.post(f"{at}/search/advanced", body)
    assert (answer.status_code, answer.json) == (200, {"results": [made[0], made[2]], "total": 2, "page": 1})


@pytest.mark.parametrize(
    "path", ["interactions?query=x", "date-range", "type/Call", "lead/John", "upcoming", "recent", "advanced"]
)
def test_nothing_without_a_token(api, at, path):
    stranger = api(None)
    answer = stranger.post(f"{at}/search/{path}", {}) if path == "advanced" else stranger.get(f"{at}/search/{path}")
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "UNAUTHORIZED")


def test_ten_unless_told_otherwise(bob):
    for day in range(1, 13):
        bob.post("/interactions", KICKOFF | {"start_datetime": f"2023-05-{day:02}T10:00:00Z", "end_datetime": None})
        bob.post("/interactions", KICKOFF | {"start_datetime": f"2023-07-{day:02}T10:00:00Z", "end_datetime": None})
    recent = [row["start_datetime"] for row in bob.get("/search/recent").json["interactions"]]
    assert recent == [f"2023-05-{day:02}T10:00:00Z" for day in range(12, 2, -1)]
    upcoming = [row["start_datetime"] for row in bob.get("/search/upcoming").json["interactions"]]
    assert upcoming == [f"2023-07-{day:02}T10:00:00Z" for day in range(1, 11)]


def test_between_what_was_and_what_comes(bob):
    """What has begun and not ended is in neither; five minutes ahead is not yet the future."""
    for title, start, end in [
        ("running", "2023-06-15T09:00:00Z", "2023-06-15T10:00:00Z"),
        ("three days long", "2023-06-12T08:00:00Z", "2023-06-15T09:20:00Z"),
        ("short but later", "2023-06-14T08:00:00Z", "2023-06-14T09:00:00Z"),
        ("a moment ahead", "2023-06-15T09:35:00Z", None),
        ("planned", "2023-06-15T09:35:01Z", None),
    ]:
        made = bob.post("/interactions", KICKOFF | {"title": title, "start_datetime": start, "end_datetime": end})
        assert made.status_code == 201
    recent = [row["title"] for row in bob.get("/search/recent").json["interactions"]]
    assert recent == ["a moment ahead", "three days long", "short but later"]
    assert [row["title"] for row in bob.get("/search/upcoming").json["interactions"]] == ["planned"]


def test_a_lead_by_an_identifier(bob, world):
    """ "Lead person's name or identifier": somebody of the site by id, user name or e-mail."""
    mine = bob.post("/interactions", {name: value for name, value in KICKOFF.items() if name != "lead"}).json["interaction"]
    bob.post("/interactions", KICKOFF | {"lead": "Bob's deputy"})
    for identifier in (str(world.bob.id), "bob@example.com", "BOB@example.com"):
        assert bob.get(f"/search/lead/{identifier}").json["results"] == [mine], identifier
    assert bob.get("/search/lead/bob").json["total"] == 2
    bob.post("/interactions", KICKOFF | {"lead": "Charlie"})
    assert bob.get("/search/lead/charlie@example.com").json["total"] == 0  # of another site


def test_a_lead_with_odd_characters(bob):
    for lead in ("Zoë / Émile", "100% Smith", "a_b", "O'Brien?", "1 2"):
        bob.post("/interactions", KICKOFF | {"lead": lead})
        assert bob.get(f"/search/lead/{quote(lead, safe='')}").json["total"] == 1, lead
    assert bob.get("/search/lead/zoe%20%2f%20emile").json["total"] == 1
    assert bob.get("/search/lead/%25").json["total"] == 1


# The contact dialect


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/search/interactions?query=mary+ada&pageSize=5", None),
        ("/search/interactions?query=mary+ada&pageSize=5", AS_CONTACT),
        ("/search/date-range?startDate=2023-06-14&endDate=2023-06-14&pageSize=5", None),
        ("/search/type/call?pageSize=5", None),
        ("/search/lead/mary?pageSize=5", None),
    ],
)
def test_the_contact_dialect(bob, ada, made, path, accept):
    body = {"contactId": ada["id"], "interactionType": "call", "date": "2023-06-14T14:30:00Z", "lead": "Mary Jones"}
    bob.delete(f"/interactions/{made[1]['id']}")
    call = bob.post("/interactions", body).json
    answer = bob.get(path, accept=accept)
    assert answer.json == {"interactions": [call], "total": 1, "page": 1, "pageSize": 5}


def test_advanced_search_in_the_contact_dialect(bob, ada, made):
    body = {"contactId": ada["id"], "interactionType": "call", "date": "2023-06-14T14:30:00Z", "followUpNeeded": True}
    call = bob.post("/interactions", body).json
    for search in (
        {"filters": [{"field": "contactId", "operator": "eq", "value": ada["id"]}], "size": 5},
        {"filters": [{"field": "followUpNeeded", "operator": "eq", "value": True}], "pageSize": 5},
        {"sort": {"field": "number", "direction": "desc"}, "pageSize": 1},
        {"filters": [{"field": "id", "operator": "eq", "value": call["id"]}], "pageSize": 5},
    ):
        answer = bob.post("/search/advanced", search)
        assert answer.status_code == 200, answer.json
        assert answer.json["interactions"] == [call], search
        assert answer.json["pageSize"] == search.get("size", search.get("pageSize"))
    upcoming = bob.get("/search/upcoming", accept=AS_CONTACT).json
    assert [(list(upcoming), row["date"]) for row in upcoming["interactions"]] == [(["interactions"], UPDATE["start_datetime"])]


# What is refused


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("interactions", {"query"}),
        ("interactions?query=", {"query"}),
        ("interactions?query=%20%20", {"query"}),
        ("interactions?query=%CC%81", {"query"}),
        ("interactions?query=" + "x" * 201, {"query"}),
        ("interactions?query=%00", {"query"}),
        ("interactions?query=x&page=0&page_size=101&colour=red", {"page", "page_size", "colour"}),
        ("interactions?search=x", {"search", "query"}),
        ("date-range", {"start_date", "end_date"}),
        ("date-range?start_date=2023-06-01", {"end_date"}),
        ("date-range?start_date=yesterday&end_date=2023-02-30", {"start_date", "end_date"}),
        ("date-range?startDate=2023-06-01&end_date=2023-06-02", {"end_date", "endDate"}),
        ("date-range?start_date=2023-06-01&end_date=9999-12-31", {"end_date"}),
        ("type/letter", {"interaction_type"}),
        ("type/call?limit=5", {"limit"}),
        ("lead/%20", {"lead"}),
        ("lead/%00", {"lead"}),
        ("lead/" + "x" * 255, {"lead"}),
        ("upcoming?limit=51", {"limit"}),
        ("upcoming?limit=0", {"limit"}),
        ("recent?limit=x", {"limit"}),
        ("recent?page=1", {"page"}),
    ],
)
def test_what_cannot_be_searched_for(bob, path, wrong):
    answer = bob.get(f"/search/{path}")
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BAD_REQUEST")
    assert answer.json["error"]["details"].keys() == wrong


def one(field="title", operator="eq", value="x", **more):
    return {
        "filters": [{"field": "id", "operator": "gt", "value": 0}, {"field": field, "operator": operator, "value": value}]
    } | more


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (one("colour"), {"filters[1].field"}),
        (one("search_text"), {"filters[1].field"}),
        (one("contactID"), {"filters[1].field"}),
        (one(7), {"filters[1].field"}),
        (one("title", "like"), {"filters[1].operator"}),
        (one("title", None), {"filters[1].operator"}),
        (one("duration", "contains", 5), {"filters[1].operator"}),
        (one("type", "gt", "call"), {"filters[1].operator"}),
        (one("topics_discussed", "between", ["a", "b"]), {"filters[1].operator"}),
        (one("follow_up_needed", "lt", True), {"filters[1].operator"}),
        (one("title", "eq", 5), {"filters[1].value"}),
        (one("title", "eq", None), {"filters[1].value"}),
        (one("title", "contains", "x" * 501), {"filters[1].value"}),
        (one("title", "contains", "a\x00"), {"filters[1].value"}),
        (one("title", "in", "x"), {"filters[1].value"}),
        (one("title", "in", []), {"filters[1].value"}),
        (one("title", "not_in", ["x", 5]), {"filters[1].value"}),
        (one("title", "between", ["x"]), {"filters[1].value"}),
        (one("title", "is_null", "yes"), {"filters[1].value"}),
        (one("type", "eq", "letter"), {"filters[1].value"}),
        (one("duration", "eq", "30"), {"filters[1].value"}),
        (one("duration", "eq", 30.5), {"filters[1].value"}),
        (one("duration", "eq", True), {"filters[1].value"}),
        (one("duration", "eq", 2**63), {"filters[1].value"}),
        (one("follow_up_needed", "eq", 1), {"filters[1].value"}),
        (one("uid", "eq", "7"), {"filters[1].value"}),
        (one("start_datetime", "gt", 1700000000), {"filters[1].value"}),
        (one("start_datetime", "gt", "1700000000"), {"filters[1].value"}),
        (one("start_datetime", "gt", "2023-02-30"), {"filters[1].value"}),
        (one("start_datetime", "gt", "9999-12-31"), {"filters[1].value"}),
        (one("start_datetime", "lt", "0001-01-01T00:00:00+14:00"), {"filters[1].value"}),
        (one("follow_up_due", "eq", "2023-06-12T10:00:00Z"), {"filters[1].value"}),
        (one(sort={"field": "colour"}), {"sort.field"}),
        (one(sort={"field": "title", "direction": "up"}), {"sort.direction"}),
        (one(sort="title"), {"sort"}),
        (one(page=0), {"page"}),
        (one(page="1"), {"page"}),
        (one(size=101), {"size"}),
        (one(page_size=0), {"page_size"}),
        (one(pageSize=101), {"pageSize"}),
        (one(size=5, page_size=6), {"size"}),  # the second; the test client sorts keys
        (one(limit=5), {"limit"}),
        ({"filters": {}}, {"filters"}),
        ({"filters": ["title"]}, {"filters[0]"}),
        ({"filters": [{}]}, {"filters[0].field", "filters[0].operator"}),
        ({"filters": [{"field": "title", "operator": "eq", "value": "x", "not": True}]}, {"filters[0].not"}),
        ({"filters": one()["filters"] * 11}, {"filters"}),
        ({"filters": [*one("colour")["filters"], {"field": "id", "operator": "is"}], "page": 0},
         {"filters[1].field", "filters[2].operator", "page"}),
    ],
)  # fmt: skip
def test_what_cannot_be_filtered_by(bob, body, wrong):
    answer = bob.post("/search/advanced", body)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "BAD_REQUEST")
    assert answer.json["error"]["details"].keys() == wrong


def test_what_was_probably_meant(bob):
    details = bob.post("/search/advanced", one("followUpNeeded", "eq", True, sort={"field": "start_datetim"}, siz=5))
    assert details.json["error"]["details"] == {
        "sort.field": "is not a field of this resource; did you mean “date”?",
        "siz": "is not a key of a search; did you mean “size”?",
    }


def test_twenty_filters(bob, made):
    assert bob.post("/search/advanced", {"filters": one("title", "neq")["filters"] * 10}).json["total"] == 3


def test_an_advanced_search_takes_a_body_and_no_query(bob):
    assert bob.post("/search/advanced?page=1", {}).status_code == 400
    assert bob.post("/search/advanced", None).status_code == 400
    assert bob.post("/search/advanced", {}).json == {"results": [], "total": 0, "page": 1}


def test_what_is_deleted_is_not_found(bob, made):
    for row in made:
        bob.delete(f"/interactions/{row['id']}")
    for path in (
        "interactions?query=project",
        "type/meeting",
        "lead/smith",
        "date-range?start_date=2023-06-01&end_date=2023-06-30",
    ):
        assert bob.get(f"/search/{path}").json["total"] == 0
    assert bob.get("/search/upcoming").json == bob.get("/search/recent").json == {"interactions": []}
    assert bob.post("/search/advanced", ADVANCED).json["total"] == 0
