"""Settings: oneself, one's sign-ins, one's sites, and what was deleted."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from crm.database import transaction
from crm.extensions import db
from crm.models import Contact, Login, Membership, Site, User
from crm.services import auth, sites
from making import at
from web.browsing import Browser, text_of
from world import PASSWORD

OTHER = "quite another password"


@pytest.fixture
def alice(browse):
    return browse("alice")


@pytest.fixture
def adam(browse):
    """An administrator without a site."""
    return browse("adam")


@pytest.fixture
def uid_of(app, world):
    def find(name):
        with app.app_context():
            if name in ("HQ", "Annex"):
                return db.session.scalars(select(Site.uid).where(Site.name == name)).one()
            return db.session.get_one(User, world.people[name].id).uid

    return find


def role(app, world, name, site):
    with app.app_context():
        found = db.session.get(Membership, (world.people[name].id, site))
        return found.role if found else None


# Oneself


def test_name_and_time_zone(bob):
    page = bob.get("/settings")
    assert "Europe/Berlin, as the site" in page.text
    assert '<option value="Asia/Tokyo">' in page.text
    refusal = bob.post("/settings", {"name": " ", "timezone": "Mars/Base"})
    assert refusal.status_code == 422
    assert "Name must have 1 to 200 characters" in refusal.text
    assert "not a time zone" in refusal.text
    assert 'value="Mars/Base"' in refusal.text
    saved = bob.follow(bob.post("/settings", {"name": "Robert", "timezone": "Asia/Tokyo"}))
    assert "Your profile is saved." in text_of(saved)
    assert 'value="Asia/Tokyo"' in saved.text
    assert "Robert" in saved.text
    bob.post("/settings", {"name": "Robert", "timezone": ""})
    assert "Europe/Berlin, as the site" in bob.get("/settings").text


def test_the_password_asks_for_the_old_one_and_ends_other_sign_ins(app, world, browse, bob):
    elsewhere = browse("bob")
    wrong = bob.post("/settings/password", {"old": "no", "password": OTHER})
    assert (wrong.status_code, "Your password now is not right." in wrong.text) == (422, True)
    assert "must have 10" in bob.post("/settings/password", {"old": PASSWORD, "password": "short"}).text
    assert "is the one you have" in bob.post("/settings/password", {"old": PASSWORD, "password": PASSWORD}).text
    assert elsewhere.get("/").status_code == 200
    page = bob.follow(bob.post("/settings/password", {"old": PASSWORD, "password": OTHER}))
    assert "Every other sign-in has ended" in text_of(page)
    assert elsewhere.get("/").location.startswith("/sign-in")
    with app.app_context(), transaction():
        assert auth.sign_in("bob@example.com", OTHER, kind="browser", address="203.0.113.1")


def test_guessing_the_old_password_is_slowed(bob):
    answers = [bob.post("/settings/password", {"old": f"guess {n}", "password": OTHER}).status_code for n in range(8)]
    assert answers[0] == 422
    assert answers[-1] == 429


def test_sign_ins_are_listed_and_ended(app, world, browse, bob):
    with app.app_context(), transaction():
        user = db.session.get_one(User, world.bob.id)
        iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile/15E148 Safari/604.1"
        phone = auth.open_login(user, kind="browser", address="203.0.113.7", user_agent=iphone).uid
        program = auth.open_login(user, kind="api", address="203.0.113.8", user_agent="curl/8.5.0").uid
        hers = auth.open_login(db.session.get_one(User, world.alice.id), kind="api", address="203.0.113.9").uid
    text = text_of(bob.get("/settings/sign-ins"))
    assert "Safari on iPhone" in text
    assert "curl, over the API 203.0.113.8" in text
    assert text.count("This one") == 1
    assert "203.0.113.9" not in text
    assert bob.post(f"/settings/sign-ins/{hers}/end").status_code == 404
    assert "Safari on iPhone" not in text_of(bob.follow(bob.post(f"/settings/sign-ins/{phone}/end")))
    assert bob.post(f"/settings/sign-ins/{phone}/end").status_code == 404
    other = browse("bob")
    assert "other sign-ins have ended" in text_of(bob.follow(bob.post("/settings/sign-ins/end-others")))
    assert other.get("/").status_code == 303
    assert "There was no other" in text_of(bob.follow(bob.post("/settings/sign-ins/end-others")))
    with app.app_context():
        ended = db.session.scalars(select(Login.uid).where(Login.ended_at.is_not(None))).all()
        assert {phone, program} <= set(ended)
        assert hers not in ended


# Members


def test_a_manager_changes_roles_and_takes_it_back(app, world, alice, uid_of):
    here, bob = uid_of("HQ"), uid_of("bob")
    page = alice.get("/settings/members")
    assert "bob@example.com" in page.text
    answer = alice.post(f"/settings/sites/{here}/members/{bob}/role", {"role": "viewer", "was": "member"})
    assert role(app, world, "bob", world.hq) == "viewer"
    alice.undo(alice.follow(answer))
    assert role(app, world, "bob", world.hq) == "member"
    stale = alice.post(f"/settings/sites/{here}/members/{bob}/role", {"role": "manager", "was": "viewer"})
    assert (stale.status_code, "Somebody else changed it" in stale.text) == (409, True)
    assert alice.post(f"/settings/sites/{here}/members/{bob}/role", {"role": "king"}).status_code == 422


def test_the_last_manager_stays(app, world, alice, adam, uid_of):
    here, me = uid_of("HQ"), uid_of("alice")
    for browser in (alice, adam):
        for path, fields in ((f"{me}/role", {"role": "member"}), (f"{me}/remove", {})):
            answer = browser.post(f"/settings/sites/{here}/members/{path}", fields)
            assert answer.status_code == 409
            assert "the only manager of HQ" in answer.text
    alice.post(f"/settings/sites/{here}/members/{uid_of('bob')}/role", {"role": "manager"})
    assert alice.post(f"/settings/sites/{here}/members/{me}/role", {"role": "member"}).status_code == 303
    assert role(app, world, "alice", world.hq) == "member"


def test_who_is_removed_sees_nothing_more_at_once(app, world, alice, bob, uid_of):
    here = uid_of("HQ")
    assert bob.get("/contacts").status_code == 200
    alice.post(f"/settings/sites/{here}/members/{uid_of('bob')}/remove")
    assert role(app, world, "bob", world.hq) is None
    assert bob.get("/contacts").location.startswith("/sites")
    assert alice.post(f"/settings/sites/{here}/members/{uid_of('bob')}/remove").status_code == 404


def test_a_removal_is_taken_back_with_the_role_and_where_they_were(app, world, browse, alice, uid_of):
    here, dora = uid_of("HQ"), browse("dora", world.hq)  # who belongs to two sites, and is in this one
    removed = alice.follow(alice.post(f"/settings/sites/{here}/members/{uid_of('dora')}/remove"))
    assert "Dora no longer belongs to HQ." in text_of(removed)
    assert "Members of HQ" not in dora.get("/settings/members").text
    for _ in range(2):  # a second try changes nothing, and says the same
        back = alice.follow(alice.undo(removed))
        assert "Dora belongs to HQ again, as a member." in text_of(back)
    assert role(app, world, "dora", world.hq) == "member"
    assert "Members of HQ" in dora.get("/settings/members").text
    history = text_of(alice.get(f"/settings/sites/{here}/history"))
    assert history.count("Alice took that back: Dora is a member again") == 1


def test_taking_a_removal_back_is_a_managers_too(app, world, browse, alice, adam, bob, charlie, uid_of):
    here, annex, bobs = uid_of("HQ"), uid_of("Annex"), uid_of("bob")
    page = alice.follow(alice.post(f"/settings/sites/{here}/members/{bobs}/remove"))
    undo = re.search(r'name="removed" value="([^"]+)"', page.text)[1]
    for browser, site, status in ((bob, here, 403), (browse("vera"), here, 403), (charlie, here, 403), (charlie, annex, 403)):
        assert browser.post(f"/settings/sites/{site}/members/put-back", {"removed": undo}).status_code == status
    assert alice.post(f"/settings/sites/{here}/members/put-back", {"removed": bobs}).status_code == 404
    assert role(app, world, "bob", world.hq) is None
    # Whoever has a seat again by another way keeps it as it is; who left it again is not fetched back by an old message.
    assert alice.post(f"/settings/sites/{here}/members/put-back", {"removed": undo}).status_code == 303
    alice.post(f"/settings/sites/{here}/members/{bobs}/role", {"role": "viewer"})
    assert "again, as a viewer." in text_of(alice.follow(alice.undo(page)))
    bob.post(f"/settings/sites/{here}/members/{bobs}/remove")
    assert (alice.undo(page).status_code, role(app, world, "bob", world.hq)) == (409, None)
    # Who is no manager any more cannot use it either.
    again = alice.follow(alice.post(f"/settings/sites/{here}/members/{uid_of('dora')}/remove"))
    adam.post(f"/settings/sites/{here}/join")
    adam.post(f"/settings/sites/{here}/members/{uid_of('alice')}/role", {"role": "member"})
    assert alice.undo(again).status_code == 403


def test_a_role_is_not_taken_back_from_the_last_manager(app, world, alice, bob, uid_of):
    here = uid_of("HQ")
    made = alice.follow(
        alice.post(f"/settings/sites/{here}/members/{uid_of('bob')}/role", {"role": "manager", "was": "member"})
    )
    given_away = {"role": "member", "was": "manager"}
    gone = alice.follow(alice.post(f"/settings/sites/{here}/members/{uid_of('alice')}/role", given_away))
    assert "Alice is a member now." in text_of(gone)
    assert ">Undo<" not in gone.text  # she could not
    assert alice.undo(made).status_code == 403
    undo = {"role": "member", "was": "manager", "undo": "1"}
    answer = bob.post(f"/settings/sites/{here}/members/{uid_of('bob')}/role", undo)
    assert (answer.status_code, "the only manager of HQ" in answer.text) == (409, True)
    assert role(app, world, "bob", world.hq) == "manager"


def test_anybody_may_leave(app, world, bob, uid_of):
    answer = bob.post(f"/settings/sites/{uid_of('HQ')}/members/{uid_of('bob')}/remove")
    assert answer.location == "/sites"
    assert "Ask a manager to invite bob@example.com" in text_of(bob.follow(answer))
    assert role(app, world, "bob", world.hq) is None


def test_members_and_viewers_only_look(app, world, bob, vera, charlie, uid_of):
    here, alice = uid_of("HQ"), uid_of("alice")
    for browser in (bob, vera):
        page = browser.get("/settings/members")
        assert "alice@example.com" in page.text
        assert "Invite" not in page.text
        assert "<select" not in page.text
        for path in (f"members/{alice}/role", f"members/{alice}/remove", "invitations"):
            assert (
                browser.post(f"/settings/sites/{here}/{path}", {"role": "viewer", "email": "x@example.com"}).status_code == 403
            )
    assert charlie.get(f"/settings/sites/{here}/members").status_code == 403
    assert charlie.post(f"/settings/sites/{here}/members/{alice}/remove").status_code == 403
    assert charlie.post(f"/settings/sites/{uid_of('Annex')}/members/{alice}/remove").status_code == 404
    assert role(app, world, "alice", world.hq) == "manager"


def test_many_members_come_in_pages(app, world, alice, password_hash):
    with app.app_context(), transaction():
        hq = db.session.get_one(Site, world.hq)
        for number in range(60):
            email = f"p{number}@example.com"
            user = User(username=email, email=email, name=f"Person {number:02}", password_hash=password_hash)
            db.session.add(user)
            db.session.flush()
            sites.add_member(hq, user, "viewer")
    first = alice.get("/settings/members")
    assert "Alice" in first.text
    assert "Person 59" not in first.text
    assert "1–50 of 64" in text_of(first)
    second = alice.get("/settings/members?page=2", htmx=True)
    assert "Person 59" in second.text
    assert "<h1" not in second.text
    found = alice.get("/settings/members?search=person+59")
    assert re.findall(r"Role of (Person \d+)", found.text) == ["Person 59"]
    assert "Nobody matches" in alice.get("/settings/members?search=nobody").text


def test_inviting_from_the_page(alice, uid_of):
    here = uid_of("HQ")
    refusal = alice.post(f"/settings/sites/{here}/invitations", {"email": "nobody", "role": "viewer"})
    assert refusal.status_code == 422
    assert "not an e-mail address" in refusal.text
    assert 'value="nobody"' in refusal.text
    page = alice.follow(alice.post(f"/settings/sites/{here}/invitations", {"email": "zoe@example.com", "role": "viewer"}))
    assert "An invitation to zoe@example.com is on its way" in text_of(page)
    assert "Viewer · by Alice · being sent" in text_of(page)
    found = re.search(r'action="(/settings/sites/[^"]+/revoke)"', page.text)
    assert found
    assert "is taken back" in text_of(alice.follow(alice.post(found[1])))


# Administration


def test_an_administrator_makes_and_renames_sites(app, world, adam: Browser, alice, uid_of):
    assert "No site yet" in text_of(adam.get("/sites"))
    assert "HQ" in text_of(adam.get("/settings/sites"))
    refusal = adam.post("/settings/sites/new", {"name": "HQ", "timezone": "Europe/Berlin"})
    assert (refusal.status_code, "is the name of another site" in refusal.text) == (422, True)
    made = adam.post("/settings/sites/new", {"name": "Depot", "timezone": "Asia/Tokyo", "join": "on"})
    assert "Members of Depot" in text_of(adam.follow(made))
    assert adam.get("/contacts").status_code == 200
    page = adam.get(f"/settings/sites/{uid_of('Annex')}").text
    version = re.search(r'name="version"[^>]*value="([^"]+)"', page)
    assert version
    fields = {"name": "Wing", "timezone": "Europe/Paris", "version": unescape(version[1])}
    path = f"/settings/sites/{uid_of('Annex')}"
    assert "Wing is saved." in text_of(adam.follow(adam.post(path, fields)))
    stale = adam.post(path, fields | {"name": "Tower"})
    assert stale.status_code == 422
    assert "Name Theirs Wing Yours Tower" in text_of(stale)
    assert "Theirs Europe/Paris" not in text_of(stale)  # both want that
    assert 'value="Tower"' in stale.text
    assert alice.post(f"{path}/join").status_code == 403
    assert "Join as a manager" in text_of(adam.get(f"{path}/members"))
    assert "You are a manager of Wing now." in text_of(adam.follow(adam.post(f"{path}/join")))
    assert role(app, world, "adam", world.annex) == "manager"
    for other in ("/settings/sites", "/settings/sites/new", path, "/settings/people"):
        assert alice.get(other).status_code == 403


def test_an_administrator_disables_people_and_makes_others_administrators(app, world, adam, bob, browse, uid_of):
    page = adam.get("/settings/people?search=bo", htmx=True)
    assert "bob@example.com" in page.text
    assert "vera@example.com" not in page.text
    bobs = uid_of("bob")
    answer = adam.post(f"/settings/people/{bobs}/active", {"to": "no"})
    assert bob.get("/").location.startswith("/sign-in")
    adam.undo(adam.follow(answer))
    assert browse("bob").get("/").status_code == 200
    assert adam.post(f"/settings/people/{uid_of('adam')}/active", {"to": "no"}).status_code == 409
    adam.post(f"/settings/people/{uid_of('vera')}/admin", {"to": "yes"})
    vera = browse("vera")
    assert vera.post(f"/settings/people/{uid_of('adam')}/admin", {"to": "no"}).status_code == 303
    assert adam.post(f"/settings/people/{bobs}/admin", {"to": "yes"}).status_code == 403


# Deleted things


def test_deleted_things_come_back_with_what_hangs_on_them(app, world, bob, vera, charlie, rows, ada):
    rows.log(ada)
    rows.meeting(ada, scheduled_datetime="2100-01-01T00:00:00Z")
    bob.post(f"/contacts/{ada}/delete")
    text = text_of(bob.get("/settings/deleted"))
    assert "Ada Lovelace Contact · with 1 interaction, 1 meeting · by Bob just now · gone for good in 4 weeks" in text
    assert "Call with" not in text
    assert "Restore" not in text_of(vera.get("/settings/deleted"))
    assert vera.post(f"/settings/deleted/contact/{ada}/restore").status_code == 403
    assert "Ada" not in text_of(charlie.get("/settings/deleted"))
    assert charlie.post(f"/settings/deleted/contact/{ada}/restore").status_code in (403, 404)
    answer = bob.post(f"/settings/deleted/contact/{ada}/restore", htmx=True)
    assert "Ada Lovelace is back." in text_of(answer)
    assert f"deleted-{ada}" in answer.text
    assert "Call with Ada" in bob.get(f"/contacts/{ada}").text
    assert "Nothing was deleted" in text_of(bob.get("/settings/deleted"))
    assert bob.post(f"/settings/deleted/contact/{ada}/restore").status_code == 303  # twice does no harm


def test_each_kind_is_listed_once(app, bob, rows, ada):
    call = rows.log(ada, follow_up_needed=True, follow_up_notes="Send the slides")
    bob.post(f"/interactions/{call}/delete")
    bob.post(f"/meetings/{rows.meeting(ada, purpose='Review', scheduled_datetime=at(days=999))}/delete")
    bob.post(f"/follow-ups/{rows.follow_up('Ring back', contact_id=ada)}/delete")
    text = text_of(bob.get("/settings/deleted"))
    assert "Send the slides" not in text
    for title in ("Call with Ada Lovelace", "Review", "Ring back"):
        assert title in text
    assert bob.post(f"/settings/deleted/king/{call}/restore").status_code == 404
    bob.post(f"/settings/deleted/interaction/{call}/restore")
    assert "Send the slides" in text_of(bob.get(f"/contacts/{ada}"))
    bob.post(f"/contacts/{ada}/delete")
    with app.app_context():
        assert db.session.scalars(select(Contact.deleted_at)).one()


def test_queries_do_not_grow(app, world, alice, adam, rows, queries):
    def grow(count):
        for number in range(count):
            ada = rows.contact(f"Ada {number}")
            rows.log(ada)
            other = rows.contact(f"Bert {number}")
            call = rows.log(other)
            with app.app_context(), transaction():
                user = auth.create_user(f"{number}-{count}@example.com", "Somebody", PASSWORD)
                db.session.add(Membership(user_id=user.id, site_id=world.hq, role="viewer"))
                auth.open_login(db.session.get_one(User, world.alice.id), kind="api", address="")
            for gone in (f"/contacts/{ada}/delete", f"/interactions/{call}/delete"):
                assert alice.post(gone).status_code == 303

    def asked(path):
        browser = adam if path.endswith("people") else alice
        browser.get(path)
        queries.statements.clear()
        answer = browser.get(path)
        assert answer.status_code == 200, path
        return len([one for one in queries.statements if not one.startswith(("BEGIN", "COMMIT"))]), len(answer.text)

    paths = ("/settings/deleted", "/settings/members", "/settings/sign-ins", "/settings/people")
    grow(1)
    before = {path: asked(path) for path in paths}
    grow(4)
    for path, (few, length) in before.items():
        many, longer = asked(path)
        assert longer > length, path
        assert few == many, path
        assert many <= 11, path
