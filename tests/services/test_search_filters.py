"""Advanced search against a model in plain Python, on the same rows. The tests run on both databases, so what agrees with the
model agrees with the other database."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from crm.database import transaction
from crm.extensions import db
from crm.models import Contact, Interaction, Meeting
from crm.models.interaction import SENTIMENTS, SOURCES, TYPES
from crm.schemas.base import read
from crm.schemas.search import AdvancedSearch
from crm.services import search
from crm.services.fields import FIELDS
from crm.services.folding import LINES, fold, folded_texts
from crm.services.members import Member
from making import NOW, new_contact, schedule

pytestmark = pytest.mark.usefixtures("clock")

WORDS = ["Étienne", "e\u0301tienne", "straße", "STRASSE 8", "İpek Işık", "ŉ abc", "ﬁne", "Ⅳ", "Zoë", "zoe b", "\u0301"]
WORDS += ["100% wool", "a_b", "acb", 'The "Rock"', "O'Brien", "*", r"back\slash", "x OR y", "NEAR(a b)", "AND", "-", "~tilde"]
WORDS += ["  spaced   out ", "渋谷 太郎", "日", "a", "ab", "ab c", "John Smith", "john smithers"]
ZONE = ZoneInfo("Europe/Berlin")  # of HQ
EDGE = datetime(2026, 3, 29, tzinfo=ZONE)  # that day has 23 hours there
INSTANTS = [EDGE + timedelta(hours=h, microseconds=m) for h in (-24, -1, 0, 5, 22, 23, 24) for m in (-1, 0, 1)]
DAYS = ["2026-03-28", "2026-03-29", "2026-03-30"]
ZONES = ["Europe/Berlin", "America/New_York", "UTC"]

Row = dict[str, Any]


@pytest.fixture
def rows(bob: Member, charlie: Member) -> list[Row]:
    """What the model knows of the rows of HQ. Another site's and deleted ones are beside them."""
    choose = random.Random(7)
    people = [new_contact(bob, name) for name in ("Ada", "Grace", "Zoë")]
    meetings = [schedule(bob, person) for person in people]
    known = []
    with transaction():
        for number in range(150):
            contact: Contact | None = choose.choice([None, *people])
            meeting: Meeting | None = meetings.pop() if meetings and number % 9 == 0 else None
            start = choose.choice(INSTANTS)
            duration = choose.choice([None, 1, 30, 30, 90])
            values = {
                "title": choose.choice(WORDS),
                "type": choose.choice(TYPES),
                "lead": choose.choice(WORDS),
                "start_datetime": start,
                "end_datetime": start + timedelta(minutes=duration) if duration else None,
                "duration": duration,
                "timezone": choose.choice(ZONES),
                "sentiment": choose.choice([None, *SENTIMENTS]),
                "topics_discussed": choose.sample(WORDS, choose.choice([0, 0, 1, 2, 3])),
                "follow_up_needed": choose.random() < 0.3,
                "follow_up_due": choose.choice([None, *map(date.fromisoformat, DAYS)]),
                "source": choose.choice(SOURCES),
                "created_by": choose.choice([None, bob.user_id, charlie.user_id]),
                "created_at": choose.choice(INSTANTS),
                "updated_at": choose.choice(INSTANTS),
            }
            values |= {name: choose.choice([None, *WORDS]) for name in ("location", "medium", "description", "notes")}
            values["follow_up_notes"] = choose.choice([None, *WORDS])
            elsewhere, deleted = number % 10 == 8, number % 10 == 9
            row = Interaction(
                site_id=charlie.site_id if elsewhere else bob.site_id,
                deleted_at=NOW if deleted else None,
                contact_id=contact and contact.id,
                meeting_id=meeting and meeting.id,
                **values,
                **folded_texts(values),
            )
            db.session.add(row)
            db.session.flush()
            if not elsewhere and not deleted:
                about = {"id": row.id, "uid": row.uid, "site_id": row.site_id, "contact_id": contact and contact.uid}
                known.append(values | about | {"meeting_id": meeting and meeting.uid})
    db.session.expunge_all()
    return known


TEXTS = {name for names in LINES.values() for name in names} | {"timezone"}
CHOICES = {"type": TYPES, "sentiment": SENTIMENTS, "source": SOURCES}
MOMENTS = {"start_datetime", "end_datetime", "created_at", "updated_at"}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {name: getattr(operator, name[:2]) for name in ("gt", "lt")}
COMPARE |= {"gte": operator.ge, "lte": operator.le, "eq": operator.eq}


def shown(row: Row, field: str) -> Any:
    value = row[field]
    if field in TEXTS or field in CHOICES:
        return [fold(topic) for topic in value] or None if isinstance(value, list) else None if value is None else fold(value)
    return value.replace(microsecond=0) if field in ("created_at", "updated_at") else value


def said(field: str, value: Any) -> Any:
    if field in TEXTS or field in CHOICES:
        return fold(value)
    if field in MOMENTS:
        return datetime.fromisoformat(value).replace(tzinfo=ZONE) if len(value) == 10 else datetime.fromisoformat(value)
    if field == "follow_up_due":
        return date.fromisoformat(value)
    return UUID(value) if field in ("uid", "contact_id", "meeting_id") else value


def meets(row: Row, field: str, name: str, value: Any) -> bool:
    """The contract, word by word."""
    own = shown(row, field)
    match name:
        case "is_null":
            return (own is None) is (value is not False)
        case "neq" | "not_in":
            return not meets(row, field, {"neq": "eq", "not_in": "in"}[name], value)
        case _ if own is None:
            return False
        case "in":
            return any(meets(row, field, "eq", one) for one in value)
        case "between":
            return meets(row, field, "gte", value[0]) and meets(row, field, "lte", value[1])
        case "contains":
            return any(said(field, value) in text for text in (own if isinstance(own, list) else [own]))
        case "starts_with":
            return any(text.startswith(said(field, value)) for text in (own if isinstance(own, list) else [own]))
    if isinstance(own, list):
        return said(field, value) in own
    if field in MOMENTS and len(value) == 10:  # on the calendar of the site
        return COMPARE[name](own.astimezone(ZONE).date(), date.fromisoformat(value))
    return COMPARE[name](own, said(field, value))


def expected(rows: list[Row], filters: list[Any], field: str = "start_datetime", *, descending: bool = True) -> list[int]:
    found = [row for row in rows if all(meets(row, *one) for one in filters)]
    key = (lambda row: row[field]) if field in MOMENTS else lambda row: shown(row, field)  # stamps sort as they are
    valued = sorted((row for row in found if key(row) is not None), key=lambda row: (key(row), row["id"]), reverse=descending)
    without = sorted((row for row in found if key(row) is None), key=lambda row: row["id"], reverse=descending)
    return [row["id"] for row in valued + without]


def asked(member: Member, filters: list[Any], **more: Any) -> tuple[list[int], int]:
    body = {"filters": [{"field": field, "operator": name, "value": value} for field, name, value in filters], **more}
    page = search.advanced(member, read(AdvancedSearch, {"page_size": 100, **body}))
    return [row.id for row in page.items], page.total


def values_for(field: str, rows: list[Row], choose: random.Random) -> Any:
    if field == "timezone":
        return choose.choice([*ZONES, "europe/BERLIN", "America"])
    if field in TEXTS:
        word = choose.choice(WORDS)
        start = choose.randrange(len(word))
        return choose.choice([word, word.upper(), word[start : start + choose.randint(1, 4)], word[: choose.randint(1, 5)], ""])
    if field in CHOICES:
        return choose.choice(CHOICES[field]).capitalize()
    if field in MOMENTS:
        at: datetime = choose.choice(INSTANTS)
        return choose.choice([at.isoformat(), at.replace(microsecond=0).isoformat(), choose.choice(DAYS)])
    if field == "follow_up_due":
        return choose.choice(DAYS)
    known = [row[field] for row in rows if row[field] is not None]
    value = choose.choice(known)
    if isinstance(value, UUID):
        return str(choose.choice([value, uuid4()]))
    return value if isinstance(value, bool) else choose.choice([value, value + 1, 2**40])


def filters_of(field: str, rows: list[Row], choose: random.Random, operators: tuple[str, ...]) -> Iterator[Any]:
    for name in operators:
        one = lambda: values_for(field, rows, choose)  # noqa: E731
        match name:
            case "is_null":
                yield field, name, choose.choice([True, False, None])
            case "in" | "not_in":
                yield field, name, [one() for _ in range(choose.randint(1, 3))]
            case "between":
                yield field, name, [one(), one()]
            case _:
                yield field, name, one()


def test_every_field_is_known() -> None:
    columns = {column.name for column in Interaction.__table__.columns}
    inside = {"search_text", "other_text", "external_id", "deleted_at", "deleted_with_contact", "version"}
    assert set(FIELDS) == columns - inside


@pytest.mark.parametrize("seed", range(3))
def test_every_operator_on_every_field(bob: Member, rows: list[Row], seed: int) -> None:
    choose = random.Random(seed)
    met = 0
    for field, kind in FIELDS.items():
        for one in filters_of(field, rows, choose, kind.operators):
            ids, total = asked(bob, [one])
            model = expected(rows, [one])
            assert (ids, total) == (model[:100], len(model)), one
            met += bool(ids)
    assert met > 100


@pytest.mark.parametrize("part", ["contains", "starts_with", "eq", "in", "gt", "lt"])
def test_every_text(bob: Member, rows: list[Row], part: str) -> None:
    for field in ("lead", "notes", "topics_discussed", "medium"):
        for word in WORDS:
            if part in FIELDS[field].operators:
                one = (field, part, [word] if part == "in" else word)
                model = expected(rows, [one])
                assert asked(bob, [one]) == (model[:100], len(model)), one


def test_several_filters_in_any_order(bob: Member, rows: list[Row]) -> None:
    choose = random.Random(3)
    for field in list(FIELDS) * 2:
        names = choose.sample(list(FIELDS), choose.randint(0, 3))
        filters = [choose.choice(list(filters_of(name, rows, choose, FIELDS[name].operators))) for name in names]
        descending = choose.random() < 0.5
        model = expected(rows, filters, field, descending=descending)
        sort = {"field": field, "direction": "desc" if descending else "asc"}
        assert asked(bob, filters, sort=sort) == (model[:100], len(model)), (filters, sort)


@pytest.mark.parametrize("field", ["follow_up_needed", "location", "topics_discussed", "duration"])
def test_pages_meet_each_once_though_many_are_alike(bob: Member, rows: list[Row], field: str) -> None:
    model = expected(rows, [], field, descending=False)
    pages = [asked(bob, [], sort={"field": field}, page=page, page_size=7) for page in range(1, 20)]
    assert [found for ids, _ in pages for found in ids] == model
    assert {total for _, total in pages} == {len(model)}


def test_the_newest_first_unless_told_otherwise(bob: Member, rows: list[Row]) -> None:
    assert asked(bob, [])[0] == expected(rows, [])[:100]
