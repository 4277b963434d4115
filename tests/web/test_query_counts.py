"""What a page asks the database does not grow with its rows."""

from __future__ import annotations

import pytest

from making import at

# The frame of a page counts what is due.
SHELL = 1

# The first one is the login with its user and sites.
MOST = {
    "/": 6,
    "/recent": 2,
    "/contacts": 5,
    "/contacts?search=contact&tag=vip&sort=last_interaction_at": 5,
    "/contacts/{ada}": 13,
    "/contacts/{ada}/timeline": 6,
    "/contacts/{ada}/side": 4,
    "/meetings": 3,
    "/meetings/{meeting}": 7,
    "/meetings/{minutes}": 5,
    "/meetings?show=completed": 3,
    "/meetings/calendar?date=2100-01-01": 3,
    "/meetings/calendar?view=week&date=2100-01-01": 3,
    "/follow-ups": 5,
    "/follow-ups?owner=all": 5,
    "/follow-ups/more?column=overdue&after=2026-01-01.0": 4,
    "/interactions/new": 5,
}


@pytest.mark.parametrize("path", MOST)
def test_queries_of_a_page(bob, rows, queries, ada, path):
    def grow(count):
        for number in range(count):
            other = rows.contact(f"Contact {number}", tags=["vip"], emails=[f"{number}-{count}@example.com"], phones=["030 1"])
            for whom in (ada, other):
                rows.log(whom)
                rows.log(whom, start_datetime="2100-01-01T00:00:00Z")
                rows.meeting(whom, scheduled_datetime="2100-01-01T00:00:00Z")
                rows.meeting(whom, scheduled_datetime=at(days=-1))
                rows.completed(rows.meeting(whom, scheduled_datetime=at(days=-2)))
                rows.follow_up(contact_id=whom, due_on="2026-03-01")

    theirs = {
        "meeting": rows.meeting(ada, scheduled_datetime=at(days=1)),
        "minutes": rows.meeting(ada, scheduled_datetime=at(days=-3)),
    }
    rows.completed(theirs["minutes"])
    in_part = path.count("/") > 2 or path.startswith(("/recent", "/follow-ups/more"))

    def asked():
        queries.statements.clear()
        answer = bob.get(path.format(ada=ada, **theirs), htmx=in_part)
        assert answer.status_code == 200
        return len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]), len(answer.text)

    grow(1)
    few, length = asked()
    grow(4)
    many, longer = asked()
    assert longer > length
    assert few == many
    assert many <= MOST[path] + (0 if in_part else SHELL), queries.statements
