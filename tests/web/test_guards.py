"""Who may do what, on every route of the URL map."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from crm.extensions import db
from crm.models import Change, Event
from making import at
from web.browsing import token_in

PUBLIC = {
    *(
        (method, path)
        for method in ("GET", "POST")
        for path in ("/sign-in", "/password", "/password/<secret>", "/join/<secret>")
    ),
    ("POST", "/theme"),
}
OF_NO_SITE = {("POST", "/sign-out"), ("GET", "/sites"), ("POST", "/sites"), ("POST", "/keys")}

# A viewer saves views, too: they are their own way of looking. Without a name it is no view.
OF_ONES_OWN = {("POST", "/views"): 422}

# What a viewer is not shown, because it only leads to writing.
FORMS = {
    "/contacts/new",
    "/contacts/<uuid:uid>/edit",
    "/contacts/<uuid:uid>/cell",
    "/contacts/<uuid:uid>/merge",
    "/imports",
    "/imports/<uuid:uid>",
    "/imports/<uuid:uid>/refused.csv",
    "/interactions/new",
    "/palette/follow-up",
    "/interactions/<uuid:uid>/edit",
    "/interactions/<uuid:uid>/cell",
    "/follow-ups/<uuid:uid>/edit",
    "/follow-ups/for/<uuid:contact_uid>",
    "/meetings/new",
    "/meetings/<uuid:uid>/edit",
    "/meetings/<uuid:uid>/complete",
    "/meetings/<uuid:uid>/minutes",
}


def routes(app):
    """(method, rule) of every page."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("web.")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )


def of_one_row(app):
    return [(method, rule) for method, rule in routes(app) if "<uuid:" in rule and not of_settings(rule)]


def of_settings(rule):
    """They have rules of their own: tests/web/test_settings.py."""
    return rule.startswith("/settings")


@pytest.fixture
def theirs(rows):
    """A row of HQ for each noun that an address can name."""
    ada = rows.contact()
    past = rows.meeting(ada, scheduled_datetime=at(days=-1))
    return {
        "contacts": ada,
        "interactions": rows.completed(past),
        "meetings": rows.meeting(ada),
        "follow-ups": rows.follow_up(contact_id=ada),
        "views": rows.view("Calls with Ada", shared=True),
        "imports": rows.uploaded("name\nAda\n"),
    }


def address(rule, theirs):
    if of_settings(rule):
        return re.sub(r"<uuid:\w+>", str(theirs["contacts"]), rule)
    rule = rule.replace("<name>", "frequency").replace("<verdict>", "late")
    noun = "contacts" if "contact_uid" in rule else rule.split("/")[1]
    if "<uuid:" not in rule:
        return rule
    return rule.replace("<uuid:uid>", str(theirs[noun])).replace("<uuid:contact_uid>", str(theirs["contacts"]))


def written(app):
    with app.app_context():
        return [db.session.scalar(select(func.count()).select_from(table)) for table in (Change, Event)]


def test_every_page_is_guarded_or_named_as_public(app, client, world, theirs):
    token = token_in(client.get("/sign-in").text)
    open_to_all = set()
    for method, rule in routes(app):
        answer = client.open(address(rule, theirs), method=method, data={"csrf_token": token} if method == "POST" else None)
        if answer.status_code == 303 and answer.location.startswith("/sign-in"):
            continue
        open_to_all.add((method, rule))
    assert open_to_all == PUBLIC


def test_there_is_no_page_outside_the_guard(app):
    for rule in app.url_map.iter_rules():
        assert rule.endpoint.partition(".")[0] in ("web", "api", "api_v1", "health", "static", "jwks"), rule


def test_another_sites_rows_are_refused_on_every_route(app, charlie, theirs):
    before, tried = written(app), 0
    for method, rule in of_one_row(app):
        for htmx in (False, True):
            send = charlie.get if method == "GET" else charlie.post
            answer = send(address(rule, theirs), htmx=htmx)
            assert answer.status_code == 403, (method, rule, htmx)
            assert "Switch the site" in answer.text or "another site" in answer.text
            tried += 1
    assert tried > 60
    assert written(app) == before


def test_another_sites_rows_are_on_no_list(charlie, theirs):
    for path in (
        "/",
        "/contacts",
        "/contacts?search=ada",
        "/meetings",
        "/meetings?show=unfinished",
        "/meetings/calendar",
        "/follow-ups?owner=all",
        "/recent",
        "/interactions",
        f"/interactions?contact={theirs['contacts']}",
        f"/interactions?view={theirs['views']}",
        "/interactions.csv",
        "/interactions/whom?whom=lovelace",
        "/search?q=lovelace",
        "/search?f1=contact_id&o1=is_null&v1=no",
        "/search/rows?f1=contact_id&o1=eq",
    ):
        assert "Ada" not in charlie.get(path).text, path


def test_another_sites_contact_cannot_be_named(charlie, theirs):
    for path in ("/interactions/new", "/meetings/new"):
        assert charlie.get(f"{path}?contact={theirs['contacts']}").status_code == 403
    assert (
        charlie.post(f"/meetings/new?contact={theirs['contacts']}", {"scheduled_datetime": "2030-01-01T10:00"}).status_code
        == 403
    )


def test_a_viewer_reads_everything_and_changes_nothing(app, vera, theirs):
    before = written(app)
    for method, rule in routes(app):
        if (method, rule) in PUBLIC | OF_NO_SITE or of_settings(rule):
            continue
        answer = (vera.get if method == "GET" else vera.post)(address(rule, theirs))
        refused = method == "POST" or rule in FORMS
        expected = OF_ONES_OWN.get((method, rule), 403)
        assert answer.status_code in ((expected,) if refused else (200, 303)), (method, rule)
    assert written(app) == before


def test_a_viewer_sees_no_button_that_writes(vera, rows, theirs):
    for path in (
        "/",
        "/contacts",
        f"/contacts/{theirs['contacts']}",
        "/meetings",
        f"/meetings/{theirs['meetings']}",
        "/follow-ups",
        f"/interactions/{theirs['interactions']}",
        "/interactions",
        f"/interactions?view={theirs['views']}",
        "/search?q=ada",
        "/search?f1=title&o1=contains&v1=e",
    ):
        page = vera.get(path).text
        for word in ("New contact", "Log it", "Schedule", "Edit", "Delete", "Complete<", "/new", "Tomorrow</span>"):
            assert word not in page, (path, word)


def test_a_member_edits_what_is_theirs_or_about_their_contacts(bob, rows):
    hers = rows.contact("Grace Hopper", by="alice")
    logged = rows.log(hers, by="alice")
    assert bob.get(f"/contacts/{hers}/edit").status_code == 403
    assert bob.post(f"/interactions/{logged}/delete").status_code == 403
    page = bob.get(f"/contacts/{hers}").text
    assert "Log it" in page
    assert f"/interactions/{logged}/edit" not in page
    assert f"/contacts/{hers}/delete" not in page


def test_every_write_needs_the_token(app, bob, theirs):
    before = written(app)
    for method, rule in routes(app):
        if method == "POST":
            answer = bob.client.post(address(rule, theirs), data={"name": "x"})
            assert answer.status_code == 400, rule
            assert "Load it again" in answer.text
    assert written(app) == before


def test_a_page_of_another_site_cannot_write_even_with_a_token(bob, theirs):
    for where in ("cross-site", "same-site"):
        answer = bob.post(f"/contacts/{theirs['contacts']}/delete", headers={"Sec-Fetch-Site": where})
        assert answer.status_code == 400
    assert bob.get(f"/contacts/{theirs['contacts']}").status_code == 200


def test_a_page_that_outlived_its_sign_in_gets_the_new_token(bob):
    answer = bob.client.post("/contacts/new", data={"name": "Ada", "csrf_token": "old"}, headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "Do it once more" in answer.text
    bob.token = answer.headers["X-CSRF-Token"]
    assert bob.post("/contacts/new", {"name": "Ada"}).status_code == 303
