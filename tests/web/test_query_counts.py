"""What a page asks the database does not grow with its rows."""

from __future__ import annotations

from making import at

# The frame of a page counts what is due.
SHELL = 1

# The first one is the login with its user and sites.
MOST = {
    "/": 7,
    "/recent": 2,
    "/cold": 2,
    "/palette": 2,
    "/palette/contacts?search=contact": 2,
    "/find?q=contact": 5,
    "/contacts": 6,
    "/contacts?search=contact&tag=vip&sort=last_interaction_at&owner=2&next=some&last=not-30": 6,
    "/contacts/{ada}": 13,
    "/contacts/{ada}/timeline": 7,
    "/contacts/{ada}/side": 4,
    "/meetings": 3,
    "/meetings/{meeting}": 7,
    "/meetings/{minutes}": 6,
    "/meetings?show=completed": 3,
    "/meetings?q=contact&whose=mine": 3,
    "/meetings/calendar?date=2100-01-01": 3,
    "/meetings/calendar?date=2100-01-01&whose=mine": 3,
    "/meetings/calendar?view=week&date=2100-01-01": 3,
    "/follow-ups": 5,
    "/follow-ups?owner=all": 5,
    "/follow-ups/more?column=overdue&after=2026-01-01.0": 4,
    "/follow-ups/done?owner=all": 3,
    "/follow-ups/done?owner=all&after=2030-01-01.0": 3,
    "/interactions/new": 5,
    "/interactions": 7,
    "/interactions?contact={ada}&type=call": 8,
    "/interactions?q=contact&mood=none&sort=lead": 8,
    "/interactions.csv": 3,
    "/interactions/whom?whom=contact": 5,
    "/search?q=contact": 9,
    "/search?f1=title&o1=contains&v1=call": 7,
    "/search/rows?f1=contact_id&o1=in": 5,
    "/search/whom?whom=contact&several=1&as=v1": 2,
}

FRAGMENTS = ("/recent", "/cold", "/palette", "/find", "/follow-ups/more")


def test_queries_of_a_page(bob, rows, queries, ada):
    def grow(count):
        for number in range(count):
            rows.log(rows.contact(f"Contact of long ago {number}", keep_in_touch_days=1))
            other = rows.contact(f"Contact {number}", tags=["vip"], emails=[f"{number}-{count}@example.com"], phones=["030 1"])
            for whom in (ada, other):
                rows.log(whom, follow_up_needed=True)
                rows.log(whom, start_datetime="2100-01-01T00:00:00Z")
                rows.meeting(whom, scheduled_datetime="2100-01-01T00:00:00Z")
                rows.meeting(whom, scheduled_datetime=at(days=-1))
                rows.completed(rows.meeting(whom, scheduled_datetime=at(days=-2)))
                rows.follow_up(contact_id=whom, due_on="2026-03-01")
                bob.post(f"/follow-ups/{rows.follow_up(contact_id=whom)}/done")

    theirs = {
        "meeting": rows.meeting(ada, scheduled_datetime=at(days=1)),
        "minutes": rows.meeting(ada, scheduled_datetime=at(days=-3)),
    }
    rows.completed(theirs["minutes"])
    # What each asked for, and how long it was, with few rows and with many.
    seen: dict[str, list[tuple[list[str], int]]] = {path: [] for path in MOST}
    for more in (1, 4):
        grow(more)
        for path, found in seen.items():
            queries.statements.clear()
            answer = bob.get(path.format(ada=ada, **theirs), htmx=in_part(path))
            assert answer.status_code == 200, path
            statements = [one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]
            found.append((statements, len(answer.text)))

    wrong = {}
    for path, ((few, length), (many, longer)) in seen.items():
        most = MOST[path] + (0 if in_part(path) else SHELL)
        if not (longer > length and len(few) == len(many) <= most):
            wrong[path] = f"{length} and {longer} bytes; {len(few)} and {len(many)} queries of {most}", many
    assert wrong == {}


def in_part(path):
    """Whether it is asked for by HTMX."""
    return path.count("/") > 2 or path.startswith(FRAGMENTS) or "/rows" in path or "/search/whom" in path
