"""Lists of interactions by the filters of an address."""

from __future__ import annotations

import pytest

from crm.errors import Invalid
from crm.schemas import selections
from crm.services import selections as services
from making import at, edit_follow_up, log, names, new_contact

pytestmark = pytest.mark.usefixtures("clock")


def found(member, query):
    return names(services.listed(member, selections.parse(query)))


@pytest.fixture
def calls(alice, bob, ada):
    """An interaction for each filter to find, the newest first."""
    grace = new_contact(alice, "Grace Hopper")
    log(bob, ada, title="Morning call", start_datetime="2026-03-02T08:30:00Z", duration=30, sentiment="positive")
    log(bob, grace, title="Coffee in Paris", type="coffee", start_datetime="2026-03-01T23:30:00Z", location="Café Étoile")
    log(alice, ada, title="A mail to Ada", type="email", start_datetime="2026-02-20T10:00:00Z", medium="e-mail", duration=5)
    log(
        alice,
        ada,
        title="Long call",
        start_datetime="2026-02-10T10:00:00Z",
        duration=90,
        topics_discussed=["Pricing", "Budget"],
    )
    log(bob, None, title="With nobody", type="other", start_datetime="2026-02-01T10:00:00Z", follow_up_needed=True)
    log(bob, ada, title="Next week", start_datetime=at(days=7), ahead=True)
    return {"ada": ada.uid, "grace": grace.uid}


EVERYTHING = ["Next week", "Morning call", "Coffee in Paris", "A mail to Ada", "Long call", "With nobody"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", EVERYTHING),
        ("type=call", ["Next week", "Morning call", "Long call"]),
        ("type=CALL&planned=no", ["Morning call", "Long call"]),
        ("type=coffee&type=email", ["Coffee in Paris", "A mail to Ada"]),
        ("contact={grace}", ["Coffee in Paris"]),
        ("contact={ada}&type=call&to=2026-03-02", ["Morning call", "Long call"]),
        ("lead=alice", ["A mail to Ada", "Long call"]),
        ("lead=ali", []),
        ("from=2026-03-02&to=2026-03-02", ["Morning call", "Coffee in Paris"]),  # days of Berlin
        ("from=2026-02-10&to=2026-02-20", ["A mail to Ada", "Long call"]),
        ("duration_from=30", ["Morning call", "Long call"]),
        ("duration_from=6&duration_to=30", ["Morning call"]),
        ("mood=positive", ["Morning call"]),
        ("mood=positive&mood=none&type=coffee&type=call&planned=0", ["Morning call", "Coffee in Paris", "Long call"]),
        ("topic=pricing", ["Long call"]),
        ("topic=pricing&topic=roadmap", []),
        ("medium=mail", ["A mail to Ada"]),
        ("location=etoile", ["Coffee in Paris"]),
        ("follow_up=yes", ["With nobody"]),
        ("source=manual&planned=1", ["Next week"]),
        ("q=ada+mail", ["A mail to Ada"]),
        ("weekday=0&planned=no", ["Morning call", "Coffee in Paris"]),  # 00:30 on Monday, in Berlin
        ("hour=0", ["Coffee in Paris"]),
        ("f1=title&o1=starts_with&v1=long", ["Long call"]),
        ("f1=duration&o1=between&v1=5&v1=30&f2=type&o2=neq&v2=call", ["A mail to Ada"]),
        ("f1=type&o1=in&v1=coffee,email", ["Coffee in Paris", "A mail to Ada"]),
        ("f1=contact_id&o1=is_null&v1=yes", ["With nobody"]),
        ("f1=duration&o1=is_null&v1=no&sort=duration", ["A mail to Ada", "Morning call", "Long call"]),
        ("sort=when", EVERYTHING[::-1]),
        ("sort=title&type=call", ["Long call", "Morning call", "Next week"]),
        ("sort=contact&type=coffee&type=email", ["A mail to Ada", "Coffee in Paris"]),
        ("sort=-mood&planned=no&type=call", ["Morning call", "Long call"]),
        ("unknown=1&type=&f2=", EVERYTHING),
    ],
)
def test_filters(bob, calls, query, titles):
    assert found(bob, query.format(**calls)) == titles


def test_logged_by(alice, bob, calls):
    assert found(bob, f"created_by={alice.user_id}") == ["A mail to Ada", "Long call"]


@pytest.mark.parametrize(
    ("query", "problems"),
    [
        ("from=soon", {"from": "must be a date or an ISO 8601 date and time, such as 2026-03-01T14:30:00Z"}),
        ("contact=ada", {"contact": "must be a GUID"}),
        ("created_by=bob&hour=24", {"created_by": "must be a whole number", "hour": "must be a number from 0 to 23"}),
        ("follow_up=maybe", {"follow_up": "must be yes or no"}),
        ("f1=title&o1=eq", {"v1": "is required"}),
        ("f3=shoe&o3=eq&v3=1", {"f3": "is not a field of this resource"}),
        ("f1=duration&o1=between&v1=5", {"v1": "must be a list of two: the least and the greatest that are meant"}),
        ("sort=beauty", {"sort": "must be one of when, type, contact, title, lead, duration, mood, follow_up, with a -"
                                 " before it for descending"}),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(bob, query, problems):
    with pytest.raises(Invalid) as error:
        found(bob, query)
    assert error.value.details == problems


def test_an_operator_that_does_not_go_with_the_field(bob):
    with pytest.raises(Invalid) as error:
        found(bob, "f2=type&o2=gt&v2=call&type=dance")
    assert set(error.value.details) == {"o2", "type"}


@pytest.mark.parametrize("query", ["", "type=call", "sort=when", "q=call", "sort=lead", "sort=-duration", "mood=none"])
def test_parts_make_the_whole(bob, ada, query):
    for number in range(7):
        log(bob, ada, title=f"Call number {number}", start_datetime=at(days=-(number // 2) - 1))
    asked = selections.parse(query)
    whole = names(services.listed(bob, asked))
    assert len(whole) == 7
    part, parts = services.listed(bob, asked, limit=3), []
    assert part.total == 7
    while True:
        parts += names(part)
        if not part.more:
            break
        part = services.listed(bob, asked, more=part.more, limit=3)
    assert parts == whole


def test_a_cursor_of_something_else(bob, ada):
    log(bob, ada)
    with pytest.raises(Invalid):
        services.listed(bob, selections.parse(""), more="nonsense")


def test_only_the_site_s_own(charlie, bob, calls):
    assert found(charlie, "") == found(charlie, f"contact={calls['ada']}") == found(charlie, "q=ada") == []
    assert services.contact_of(charlie, selections.parse(f"contact={calls['ada']}")) is None
    assert list(services.exported(charlie, selections.parse(""))) == []


def test_what_is_exported_is_what_is_listed(bob, calls):
    for query in ("", "type=call&sort=when", "q=ada&sort=title", "mood=none"):
        rows = list(services.exported(bob, selections.parse(query)))
        assert [row.title for row in rows] == found(bob, query)
    first = next(services.exported(bob, selections.parse("topic=pricing")))
    assert (first.contact, first.creator, first.topics_discussed) == ("Ada Lovelace", "Alice", ["Pricing", "Budget"])


def test_follow_ups_are_shown_as_they_are_now(bob, ada):
    interaction = log(bob, ada, follow_up_needed=True, follow_up_due="2026-03-05")
    needed = services.follow_ups_of(bob, [interaction])[interaction.id]
    edit_follow_up(bob, needed.uid, due_on="2026-04-01")
    assert str(services.follow_ups_of(bob, [interaction])[interaction.id].due_on) == "2026-04-01"


def test_a_query_string_is_the_same_after_reading_it():
    query = "q=a+b&type=call&type=email&from=2026-01-01&topic=x%26y"
    query += "&f1=lead&o1=contains&v1=ada&f2=type&o2=in&v2=call&v2=lunch&sort=lead"
    asked = selections.parse(query)
    assert asked.query() == query
    assert selections.parse(asked.query()) == asked
    assert asked.without("f1").query().endswith("f1=type&o1=in&v1=call&v1=lunch&sort=lead")
    assert asked.without("type", "call").values["type"] == ("email",)
    assert "topic" not in asked.without("topic").values
    assert asked.without("q").q == ""
