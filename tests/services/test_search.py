"""Finding contacts and interactions: as people type, in any case, with or without accents, whatever the characters mean to
the database. And odd texts of every kind, which are kept as they are or refused."""

from __future__ import annotations

from typing import Any

import pytest

from crm.errors import Invalid
from crm.services import contacts, interactions
from crm.services.members import Member
from making import at, edit_contact, edit_follow_up, log, names, new_contact, plan, refused, schedule

pytestmark = pytest.mark.usefixtures("clock")

PEOPLE = [
    "Étienne Müller",
    "Ægir Øster",
    "Straße 7",
    "STRASSE 8",
    "İpek Işık",
    "Ⅳ Henry",
    "ﬁne Arts",
    "Σίσυφος",
    "渋谷 太郎",
    "مرحبا",
]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("etienne", ["Étienne Müller"]),
        ("ÉTIENNE", ["Étienne Müller"]),
        ("E\u0301tienne mu\u0308LLER", ["Étienne Müller"]),
        ("muller etienne", ["Étienne Müller"]),
        ("tienn", ["Étienne Müller"]),
        ("muller nobody", []),
        ("  etienne   muller ", ["Étienne Müller"]),
        ("strasse", ["Straße 7", "STRASSE 8"]),
        ("STRAßE", ["Straße 7", "STRASSE 8"]),
        ("ipek", ["İpek Işık"]),
        ("fine", ["ﬁne Arts"]),
        ("ΣΊΣΥΦΟΣ", ["Σίσυφος"]),
        ("σισυφοσ", ["Σίσυφος"]),
        ("太郎", ["渋谷 太郎"]),
        ("مرحبا", ["مرحبا"]),
        ("\u00a0", None),
        ("", None),
    ],
)
def test_case_and_accents_do_not_matter(bob: Member, search: str, expected: list[str] | None) -> None:
    for name in PEOPLE:
        new_contact(bob, name)
        log(bob, title="Greetings", notes=name)
    assert sorted(names(contacts.find(bob, search=search))) == sorted(PEOPLE if expected is None else expected)
    noted = [row.notes for row in interactions.find(bob, search=search).items]
    assert sorted(noted) == sorted(PEOPLE if expected is None else expected)


ODD = ["100% wool", "100 wools", "a_b tests", "acb tests", r"back\slash", "backslash"]
ODD += ["O'Brien", "OBrien", 'The "Rock"', "The Rock"]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("%", ["100% wool"]),
        ("0% w", ["100% wool"]),
        ("100%wool", []),
        ("_", ["a_b tests"]),
        ("a_b", ["a_b tests"]),
        ("\\", [r"back\slash"]),
        (r"k\s", [r"back\slash"]),
        (r"\%", []),
        ("'", ["O'Brien"]),
        ("o'b", ["O'Brien"]),
        ('"rock"', ['The "Rock"']),
        ("' OR 1=1 --", []),
        ("*", []),
    ],
)
def test_no_character_is_special(bob: Member, search: str, expected: list[str]) -> None:
    for name in ODD:
        new_contact(bob, name)
        log(bob, title=f"Re: {name}")
    assert sorted(names(contacts.find(bob, search=search))) == sorted(expected)
    assert sorted(names(interactions.find(bob, search=search))) == sorted(f"Re: {name}" for name in expected)


@pytest.mark.parametrize("search", ["engines", "COUNTESS", "ada@example", "7946", "442079460001", "vip", "love eng"])
def test_contacts_are_found_by_all_that_is_on_the_card(bob: Member, search: str) -> None:
    new_contact(bob, "Somebody Else", company="Elsewhere", emails=["else@example.com"], phones=["+1 555 0100"], tags=["other"])
    new_contact(
        bob,
        "Ada Lovelace",
        company="Analytical Engines",
        job_title="Countess",
        emails=["ada@example.org"],
        phones=["+44 20 7946 0001"],
        tags=["VIP"],
    )
    assert names(contacts.find(bob, search=search)) == ["Ada Lovelace"]


def test_what_is_no_longer_on_the_card_is_not_found(bob: Member) -> None:
    ada = new_contact(bob, company="Engines", emails=["ada@example.org"], tags=["vip"])
    edit_contact(bob, ada.id, company=None, emails=["new@example.org"], tags=[])
    assert [contacts.find(bob, search=term).total for term in ("engines", "ada@", "vip", "new@")] == [0, 0, 0, 1]


@pytest.mark.parametrize("field", ["title", "lead", "location", "description", "notes", "topics_discussed"])
def test_interactions_are_found_by_their_texts(bob: Member, field: str) -> None:
    log(bob, title="Something else")
    found = log(bob, **{"title": "The one", field: ["Größe"] if field == "topics_discussed" else "Große Größe"})
    assert [item.id for item in interactions.find(bob, search="grosse").items] == [found.id]


@pytest.mark.parametrize("tag", ["vip", "VIP 2", "é", "100%", "a_b", 'say "hi"', "it's", "back\\slash", "7", "null", "🎉"])
def test_a_tag_is_met_whole(bob: Member, tag: str) -> None:
    new_contact(bob, "Tagged", tags=["first", tag])
    new_contact(bob, "Not", tags=[f"{tag}x", f"x{tag}", "acb"])
    assert names(contacts.find(bob, tag=tag)) == ["Tagged"]


# Texts that databases choke on

UNSTORABLE = ["a\x00b", "\x00", "\ud800", "ab\udfff"]
VAST = ["x" * 501, "x" * 100_001, "wort " * 3000, "%" * 60_000]


@pytest.mark.parametrize("text", UNSTORABLE)
def test_what_cannot_be_stored_is_refused(bob: Member, text: str) -> None:
    for field in ("name", "company", "notes", "tags", "phones", "emails"):
        value = [text] if field in ("tags", "phones", "emails") else text
        assert set(refused(lambda f=field, v=value: new_contact(bob, **{f: v}))) == {field}
    for field in ("title", "lead", "location", "medium", "description", "notes", "follow_up_notes"):
        assert set(refused(lambda f=field: log(bob, **{f: f"Hello {text}"}))) == {field}
    assert set(refused(lambda: log(bob, topics_discussed=[text]))) == {"topics_discussed"}
    assert set(refused(lambda: log(bob, timezone=text))) == {"timezone"}
    row = plan(bob)
    assert set(refused(lambda: edit_follow_up(bob, row.id, notes=f"Hello {text}"))) == {"notes"}


@pytest.mark.parametrize("text", [*UNSTORABLE, *VAST])
def test_nor_searched_for(bob: Member, text: str) -> None:
    assert set(refused(lambda: contacts.find(bob, search=text))) == {"search"}
    assert set(refused(lambda: interactions.find(bob, search=text))) == {"search"}
    assert set(refused(lambda: contacts.find(bob, tag=text))) == {"tag"}


@pytest.mark.parametrize("search", ["x" * 500, "%" * 500, "ﷺ" * 500, " ".join(map(chr, range(0x4E00, 0x4E00 + 250)))])
def test_a_long_search_has_an_answer(bob: Member, search: str) -> None:
    ada = new_contact(bob, notes=search)
    log(bob, ada, notes=search)
    assert contacts.find(bob, search=search).total == 0
    assert interactions.find(bob, search=search).total == 1
    assert contacts.find(bob, tag=search).total == 0


@pytest.mark.parametrize(
    "text", ["😀" * 100, "\u202eabc", "مرحبا بالعالم", "e\u0301" * 10, "<script>alert(1)</script>", "=1+1", "x" * 100_000]
)
def test_other_texts_are_kept_to_the_letter(bob: Member, text: str) -> None:
    ada = new_contact(bob, notes=text, tags=[text[:500]])
    assert log(bob, ada, notes=text, topics_discussed=[text[:500]]).notes == text
    assert schedule(bob, ada, agenda_items=[text[:500]], preparation_notes=text).preparation_notes == text
    assert (ada.notes, ada.tags) == (text, [text[:500]])
    assert plan(bob, text[:500], notes=text).title == text[:500]


# The order of lists


def people_for_sorting(bob: Member) -> None:
    for name, company, last, upcoming in [
        ("Émile", "Zeta", -1, 2),
        ("adam", None, None, None),
        ("Bert", "alpha", -3, None),
        ("Zoë", None, -2, 1),
        ("adam", "Éclair", None, 3),
    ]:
        contact = new_contact(bob, name, company=company, notes=company or "none")
        if last:
            log(bob, contact, start_datetime=at(days=last))
        if upcoming:
            schedule(bob, contact, scheduled_datetime=at(days=upcoming))


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["adam", "adam", "Bert", "Émile", "Zoë"]),
        ("last_interaction_at", ["Bert", "Zoë", "Émile", "adam", "adam"]),
        ("next_meeting_at", ["Zoë", "Émile", "adam", "adam", "Bert"]),
        ("created_at", ["Émile", "adam", "Bert", "Zoë", "adam"]),
    ],
)
def test_sorted_with_nothing_last(bob: Member, sort: str, expected: list[str]) -> None:
    people_for_sorting(bob)
    assert names(contacts.find(bob, sort=sort)) == expected


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "company", "last_interaction_at", "next_meeting_at", "created_at", "updated_at"])
def test_pages_meet_each_once(bob: Member, sort: str, descending: bool) -> None:
    people_for_sorting(bob)
    whole = [contact.id for contact in contacts.find(bob, sort=sort, descending=descending).items]
    pages = [contacts.find(bob, sort=sort, descending=descending, page=page, page_size=2) for page in (1, 2, 3, 4)]
    assert [contact.id for page in pages for contact in page.items] == whole
    assert [(page.total, page.pages) for page in pages] == [(5, 3)] * 4
    valued = [getattr(contact, sort) for page in pages for contact in page.items]
    if sort.endswith("_at"):
        present = [value for value in valued if value is not None]
        assert present == sorted(present, reverse=descending)
        assert valued[: len(present)] == present


def test_an_unknown_sort_is_refused(bob: Member) -> None:
    with pytest.raises(Invalid) as error:
        contacts.find(bob, sort="password_hash")
    assert set(error.value.details) == {"sort"}


def test_a_page_far_away_is_empty(bob: Member) -> None:
    new_contact(bob)
    page: Any = contacts.find(bob, page=10**6, page_size=100)
    assert (page.items, page.total) == ([], 1)
