"""Search by text against a model in plain Python; that the index follows what is written; and that it is used. The tests run
on both databases, so what agrees with the model agrees with the other database."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, text

from crm import clock
from crm.database import transaction
from crm.extensions import db
from crm.models import Base, Contact, Interaction, Site
from crm.services import bulk, contacts, deletion, interactions, search
from crm.services.folding import fold, folded_texts
from crm.services.matching import MOST_NAMED
from crm.services.members import Member
from making import at, do, edit, edit_contact, log, names, new_contact, refused

WORDS = ["Étienne", "e\u0301te", "straße", "STRASSE", "İpek", "Işık", "ŉabc", "ﬁne", "Ⅳ", "Zoë", "渋谷", "太郎", "日", "مرحبا"]
WORDS += ["a", "ab", "abc", "100%", "wool", "a_b", "acb", '"Rock"', "O'Brien", "*", "**", r"back\slash", "OR", "NEAR(a", "AND"]
WORDS += [
    "NOT",
    "-x",
    "~",
    "^a",
    "%%%",
    "___",
    "'''",
    '"""',
    "\\\\\\",
    "a:b",
    "{x}",
    "(y)",
    "search_text",
    "🎉🎉🎉",
    "x+y",
    "C++",
    "e",
]
FIELDS = ("title", "lead", "location", "description", "notes")


@pytest.fixture
def rows(alice: Member, charlie: Member) -> list[tuple[int, list[str]]]:
    """Each row of HQ with its folded texts, the contact's name among them. Others' and deleted ones are beside them."""
    choose = random.Random(11)
    people = [*(new_contact(alice, name) for name in WORDS[:12]), None]
    known = []
    with transaction():
        for number in range(200):
            contact: Contact | None = choose.choice(people)
            texts: dict[str, Any] = {name: " ".join(choose.choices(WORDS, k=choose.choice([1, 2, 5]))) for name in FIELDS}
            if number % 3:
                texts |= dict.fromkeys(("location", "description"))
            texts["topics_discussed"] = choose.choices(WORDS, k=choose.choice([0, 1, 2]))
            hidden = {"medium": "hidden", "follow_up_notes": "hidden"}
            elsewhere, deleted = number % 10 == 8, number % 10 == 9
            row = Interaction(
                site_id=charlie.site_id if elsewhere else alice.site_id,
                contact_id=contact and contact.id,
                type="call",
                start_datetime=clock.now() - timedelta(minutes=number // 3),
                timezone="UTC",
                deleted_at=clock.now() if deleted else None,
                **texts,
                **hidden,
                **folded_texts(texts | hidden),
            )
            db.session.add(row)
            db.session.flush()
            if not elsewhere and not deleted:
                own = [texts[name] for name in FIELDS] + texts["topics_discussed"] + [contact.name if contact else ""]
                known.append((row.id, [fold(one) for one in own]))
    return known


def expected(rows: list[tuple[int, list[str]]], query: str) -> list[int]:
    return sorted(key for key, texts in rows if all(any(term in one for one in texts) for term in fold(query).split()))


def assert_as_expected(member: Member, rows: list[tuple[int, list[str]]], query: str) -> None:
    pages = [search.by_text(member, query, page=page, page_size=100) for page in (1, 2)]
    ids = [row.id for page in pages for row in page.items]
    assert (sorted(ids), pages[0].total) == (expected(rows, query), len(ids)), query
    listed = interactions.find(member, search=query, page_size=100)
    assert ([row.id for row in listed.items], listed.total) == (ids[:100], len(ids)), query


def test_every_piece_of_every_word(alice: Member, rows: list[tuple[int, list[str]]]) -> None:
    choose = random.Random(5)
    assert_as_expected(alice, rows, "hidden")
    for word in WORDS:
        start = choose.randrange(len(word))
        for piece in {word, word.upper(), word[start:], word[start : start + 2], word[:3]}:
            if fold(piece):
                assert_as_expected(alice, rows, piece)


def test_several_terms(alice: Member, rows: list[tuple[int, list[str]]]) -> None:
    choose = random.Random(6)
    met = 0
    for _ in range(150):
        terms = [word[: choose.randint(1, 4)] for word in choose.choices(WORDS, k=choose.randint(2, 3))]
        assert_as_expected(alice, rows, " ".join(terms))
        met += bool(expected(rows, " ".join(terms)))
    assert met > 30


def test_the_newest_first_and_no_row_twice(alice: Member, rows: list[tuple[int, list[str]]]) -> None:
    pages = [search.by_text(alice, "e", page=page, page_size=9) for page in range(1, 25)]
    found = [row for page in pages for row in page.items]
    assert [row.id for row in found] == [
        row.id for row in sorted(found, key=lambda row: (row.start_datetime, row.id), reverse=True)
    ]
    assert sorted(row.id for row in found) == expected(rows, "e")
    assert {page.total for page in pages} == {len(found)}


def test_a_piece_of_two_fields_is_no_match(bob: Member) -> None:
    log(bob, title="Hello abc", lead="def", topics_discussed=["one", "two"])
    assert [search.by_text(bob, query).total for query in ("abcdef", "onetwo", "abc def", "one two lo")] == [0, 0, 1, 1]


@pytest.mark.parametrize("query", ["", "  ", "\u0301", "x" * 501, "a\x00b"])
def test_no_query(bob: Member, query: str) -> None:
    assert set(refused(lambda: search.by_text(bob, query))) == {"query"}


def test_a_name_that_very_many_have(alice: Member) -> None:
    people = [new_contact(alice, f"Ada Lovelace {number}") for number in range(MOST_NAMED + 1)]
    log(alice, people[0], title="Engines and looms")
    log(alice, people[-1], title="Something else")
    log(alice, title="Without Ada, looms")
    assert [search.by_text(alice, query).total for query in ("ada", "ada looms", "looms", "lovelace 200")] == [3, 2, 2, 1]


# The index follows


def total(member: Member, query: str) -> int:
    return search.by_text(member, query).total


def test_what_is_written_is_found_at_once(bob: Member) -> None:
    ada, grace = new_contact(bob, "Ada Lovelace"), new_contact(bob, "Grace Hopper")
    row = log(bob, ada, notes="Engines")
    assert [total(bob, query) for query in ("engines", "lovelace", "love gines")] == [1, 1, 1]
    edit(bob, row.id, notes="Compilers")
    assert [total(bob, query) for query in ("engines", "compilers")] == [0, 1]
    edit(bob, row.id, contact_id=grace.uid, title="Another title")
    assert [total(bob, query) for query in ("lovelace", "hopper")] == [0, 1]
    edit_contact(bob, grace.id, name="Grace Murray")
    assert [total(bob, query) for query in ("hopper", "murray compilers")] == [0, 1]
    do(interactions.delete, bob, row.id)
    assert total(bob, "compilers") == 0
    do(interactions.restore, bob, row.id)
    assert total(bob, "compilers") == 1
    do(contacts.delete, bob, grace.id)
    assert [total(bob, query) for query in ("compilers", "murray")] == [0, 0]


def test_what_is_removed_for_good_leaves_the_index(bob: Member, charlie: Member) -> None:
    ada = new_contact(bob)
    log(bob, ada, notes="Engines")
    log(charlie, notes="Engines")
    log(bob, notes="Engines and compilers")
    with transaction():
        db.session.execute(text("UPDATE interactions SET deleted_at = '2020-01-01 00:00:00' WHERE contact_id IS NOT NULL"))
    assert do(deletion.remove_old) == 1
    with transaction():  # a site goes with all that is in it
        db.session.delete(db.session.get_one(Site, charlie.site_id))
    assert total(bob, "engines") == 1
    if db.engine.dialect.name == "sqlite":
        indexed = "SELECT count(*) FROM interactions_text WHERE interactions_text MATCH 'engines'"
        assert db.session.scalar(text(indexed)) == 1
        with transaction():  # it raises where the index and the rows disagree
            db.session.execute(text("INSERT INTO interactions_text (interactions_text) VALUES ('integrity-check')"))


def test_other_sites_and_their_contacts_are_not_found(bob: Member, charlie: Member) -> None:
    log(charlie, new_contact(charlie, "Ada Lovelace"), notes="Engines")
    new_contact(bob, "Ada Lovelace")
    assert [total(bob, query) for query in ("engines", "lovelace", "en", "lo")] == [0, 0, 0, 0]
    assert search.recent(bob) == search.upcoming(bob) == []
    assert search.by_lead(bob, "charlie").total == 0


def test_a_renamed_contact_rewrites_no_interaction(bob: Member, queries: Any) -> None:
    ada = new_contact(bob)
    log(bob, ada)
    queries.statements.clear()
    edit_contact(bob, ada.id, name="Ada King")
    assert not [one for one in queries.statements if one.startswith("UPDATE interactions")]
    assert total(bob, "king") == 1


# The index is used


def many_of(database: str) -> int:
    """SQLite writes its index slowly, and plans by rules more than by numbers."""
    return 50_000 if database == "postgresql" else 5_000


@pytest.fixture
def many(alice: Member) -> int:
    """How many rows there are with a common word in them, all with one contact; in the oldest there is a rare one."""
    count = many_of(db.engine.dialect.name)
    log(alice, new_contact(alice), title="Hello there", start_datetime=at(days=-4000))
    table = Base.metadata.tables["interactions"]
    first = dict(db.session.execute(table.select()).mappings().one())
    common = "a word that is common to all of them, and some more of the length that notes are of"
    with transaction():
        bulk.insert(table, (first | copy(number, "zyzzyva" if number == count else common) for number in range(2, count + 1)))
        bulk.keys_are_taken(table)
    with transaction():
        db.session.execute(text("ANALYZE"))
    return count


def copy(number: int, notes: str) -> dict[str, Any]:
    texts = {"title": f"Call no. {number}", "lead": "Alice", "notes": notes, "topics_discussed": []}
    absent = dict.fromkeys(("location", "description", "medium", "follow_up_notes"))
    start = clock.now() - timedelta(hours=number)
    return {"id": number, "uid": UUID(int=number), "start_datetime": start, **texts, **folded_texts(texts | absent)}


def test_a_search_costs_what_it_finds(alice: Member, many: int) -> None:
    """A rare term, one that nothing has, and a contact's name by their indexes; whatever the dates of the rows are."""
    asked: dict[str, tuple[str, Any]] = {}
    found: dict[str, int] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("WITH hits"):
            asked[query] = statement, parameters

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for query in ("zyzzyva", "nothing", "common", "zyzzyva alice"):
            found[query] = search.by_text(alice, query).total
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert found == {"zyzzyva": 1, "nothing": 0, "common": many - 2, "zyzzyva alice": 1}
    on_postgresql = db.engine.dialect.name == "postgresql"
    if on_postgresql and not db.session.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")):
        pytest.skip("this PostgreSQL has no pg_trgm")
    # Of the common one the total may be known from another test, and it is looked for in another way then.
    for statement, parameters in (asked[query] for query in ("zyzzyva", "nothing", "zyzzyva alice")):
        explain = "EXPLAIN" if on_postgresql else "EXPLAIN QUERY PLAN"
        plan = "\n".join(str(row[-1]) for row in db.session.connection().exec_driver_sql(f"{explain} {statement}", parameters))
        assert ("ix_interactions_text" if on_postgresql else "interactions_text VIRTUAL TABLE INDEX") in plan
        assert "Seq Scan on interactions" not in plan
        assert "SCAN interactions\n" not in plan
        assert "ix_interactions_site" not in plan  # the walk along the dates


def test_a_common_word_is_found_the_same_the_second_time(alice: Member, many: int) -> None:
    """Once it is known how many there are, the newest of them are met on the way back in time; the total stays exact."""
    first, again = ([search.by_text(alice, "common", page=page) for page in (1, 2, 40)] for _ in range(2))
    assert [(page.total, names(page)) for page in again] == [(page.total, names(page)) for page in first]
    assert [page.total for page in again] == [many - 2] * 3
    assert names(again[1])[0] == "Call no. 22"


def test_a_total_knows_what_somebody_has_just_written(alice: Member, many: int) -> None:
    def totals() -> tuple[int, int, int]:
        everything, by_type = interactions.find(alice), interactions.find(alice, type="call")
        return everything.total, by_type.total, search.by_text(alice, "common").total

    before = totals()
    assert totals() == before
    with transaction():
        newest = log(alice, title="A common one", type="call", start_datetime=clock.now())
    assert totals() == tuple(total + 1 for total in before)
    assert search.by_text(alice, "common").items[0].id == newest.id
    with transaction():
        interactions.delete(alice, newest.id)
    assert totals() == before
