"""The exports of other programs, as files: what their columns become."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from crm.services.imports import contact_columns, interaction_columns
from crm.services.imports.moments import read_flag, read_minutes, read_moment
from crm.services.imports.rows import Refused, Row, Unreadable
from crm.services.imports.tables import Table
from crm.services.imports.text import open_text

SAMPLES = Path(__file__).parents[2] / "samples"


def contacts(source: str | bytes) -> list[Row | Refused]:
    with open_text(SAMPLES / source if isinstance(source, str) else source) as text:
        return list(contact_columns.read_contacts(Table(text.stream, contact_columns.known_columns)))


def interactions(source: str | bytes, order: str | None = None) -> list[Row | Refused]:
    with open_text(SAMPLES / source if isinstance(source, str) else source) as text:
        table = Table(text.stream, interaction_columns.known_columns)
        return list(interaction_columns.read_interactions(table, order))


ADA = {
    "name": "Ada Lovelace",
    "emails": ["ada@analytical.example", "countess@lovelace.example"],
    "phones": ["+44 20 7946 0018", "+44 7700 900123"],
    "company": "Analytical Engines",
    "job_title": "Mathematician",
    "tags": ["Advisers"],
    "notes": "Met at the salon.\nLikes “poetical science”, and tea.",
}
JUERGEN = {
    "name": "Dr. Jürgen Müller",
    "emails": ["juergen.mueller@bäckerei-höß.example"],
    "phones": ["0171 2345678"],
    "company": "Bäckerei Höß",
    "tags": ["coworkers"],
}
ORDERS = {"name": "orders@supplier.example", "emails": ["orders@supplier.example"]}


def test_google_until_2024() -> None:
    assert contacts("google-until-2024.csv") == [
        Row(2, ADA),
        Row(3, JUERGEN),
        Row(4, ORDERS),
        Row(5, {"name": "Only A. Phone", "phones": ["0313786565"]}),
    ]


def test_google_since_2024() -> None:
    *rows, nobody = contacts("google-since-2024.csv")
    hotline = {"name": "Acme Hotline", "phones": ["0800 111 2222"], "company": "Acme Hotline"}
    assert rows == [Row(2, ADA), Row(3, JUERGEN), Row(4, ORDERS), Row(5, hotline)]
    assert isinstance(nobody, Refused)
    assert (nobody.number, nobody.reason) == (6, contact_columns.NAMELESS)


def test_outlook() -> None:
    renee, colleague, cafe = contacts("outlook.csv")
    assert renee == Row(
        2,
        {
            "name": "Renée B. Lefèvre Jr.",
            "emails": ["renee.lefevre@sg.example"],
            "phones": ["+33 1 42 14 20 00", "+33 1 42 14 20 01", "+33 6 12 34 56 78"],
            "company": "Société Générale",
            "job_title": "Directrice",
            "tags": ["Customer", "VIP"],
            "notes": "Prix : 100 €\nÀ rappeler – “urgent”",
        },
    )
    # The address of a colleague in Exchange is a directory path; the fax is no phone.
    assert colleague == Row(3, {"name": "Colleague Inhouse", "phones": ["4711"], "company": "Rapport"})
    emails = ["hola@nandu.example", "pedidos@nandu.example"]
    assert cafe == Row(4, {"name": "Café Ñandú", "emails": emails, "company": "Café Ñandú"})


def test_outlook_in_german() -> None:
    kaethe, joerg = contacts("outlook-german.csv")
    assert kaethe == Row(
        2,
        {
            "name": "Käthe Weiß",
            "emails": ["kaethe.weiss@hoess.example", "kaethe@weiss.example"],
            "phones": ["+49 221 4711-0", "0221 998877", "0171/1234567"],
            "company": "Höß & Söhne",
            "job_title": "Geschäftsführerin",
            "tags": ["Kunde", "Köln"],
            "notes": "Grüße an Jürgen; Preis 10 €",
        },
    )
    assert joerg == Row(3, {"name": "Jörg Groß", "phones": ["0221/123"], "company": "Groß GmbH"})


def test_hubspot() -> None:
    gaelle, noname, broken, nobody = contacts("hubspot.csv")
    assert gaelle == Row(
        2,
        {
            "name": "Gaëlle Perrin",
            "emails": ["g.perrin@fromagerie-perrin.example", "gaelle@perrin.example", "g.perrin@old.example"],
            "phones": ["04 50 11 22 33", "+33 6 00 00 00 00"],
            "company": "Fromagerie Perrin",
            "job_title": "Buyer",
            "tags": ["Customer"],
            "owner": "Alice Adams",
        },
        "901",
    )
    assert isinstance(noname, Row)
    assert noname.values["name"] == "noname@example.com"
    assert isinstance(broken, Row)
    assert isinstance(nobody, Refused)


OURS = {
    "name": "Grace Hopper",
    "emails": ["grace@navy.example", "hopper@yale.example"],
    "phones": ["+1 202 555 0143;ext=12", "+1 202 555 0199"],
    "company": "Navy",
    "job_title": "Rear Admiral",
    "tags": ["Compilers", "COBOL"],
    "notes": "First line\nsecond line; with a semicolon",
    "owner": "bob@example.com",
    "keep_in_touch_days": "30",
}


@pytest.mark.parametrize("name", ["ours.csv", "excel-unicode-text.txt", "excel-sep-line.csv"])
def test_ours(name: str) -> None:
    first, *others = contacts(name)
    assert first == Row(2, OURS)
    assert [row.values["name"] for row in others if isinstance(row, Row)] == ["Łukasz Żółć", "山田太郎"][: len(others)]


def test_headers_in_any_spelling() -> None:
    (row,) = contacts(b" NAME ,E-Mail,JOB_TITLE,e-mail 2 \nAda,a@b.example,Countess,c@d.example\n")
    assert row == Row(2, {"name": "Ada", "emails": ["a@b.example", "c@d.example"], "job_title": "Countess"})


def test_title_is_the_job_unless_there_is_a_job_title() -> None:
    assert contacts(b"Name,Title\nAda,Countess\n") == [Row(2, {"name": "Ada", "job_title": "Countess"})]
    assert contacts(b"Title,Name,Job Title\nDr.,Ada,\n") == [Row(2, {"name": "Ada"})]


def test_a_file_about_something_else() -> None:
    with pytest.raises(
        Unreadable, match="Found: “Colour”, “Size”.*name, an e-mail address or a phone.*Understood: name, emails"
    ):
        contacts(b"Colour,Size\nred,3\n")
    with pytest.raises(Unreadable, match="An interaction needs a column with its date"):
        interactions(b"Colour,Title\nred,3\n")


def test_interactions() -> None:
    first, coffee, call, nobody, ambiguous, long, future = interactions("interactions.csv")
    assert first == Row(
        2,
        {
            "contact": "Ada Lovelace",
            "contact_email": "ADA@analytical.example",
            "type": "call",
            "title": "About the engine",
            "start_datetime": datetime(2026, 3, 2, 14, 30),  # noqa: DTZ001  (in the row's time zone)
            "duration": 45,
            "medium": "phone",
            "topics_discussed": ["engine", "notes", "engine"],
            "notes": "Went well.\nMore soon.",
            "sentiment": "Positive",
            "lead": "Bob",
            "follow_up_needed": True,
            "follow_up_due": date(2026, 3, 9),
            "follow_up_notes": "Send the drawings",
            "timezone": "Europe/London",
        },
        "crm-1",
    )
    assert isinstance(coffee, Row)
    assert coffee.values["start_datetime"] == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert coffee.values["duration"] == 90
    assert isinstance(call, Row)
    assert (call.values["type"], call.values["start_datetime"]) == ("call", datetime(2026, 3, 4, 16, 15))  # noqa: DTZ001
    assert isinstance(nobody, Row)
    assert ambiguous == Refused(
        6,
        "date: “03/04/2026” can be read in two ways: write it as 2026-03-01, or use --dates dmy or --dates mdy",
        "date: 03/04/2026; type: meeting; contact: Ada Lovelace",
    )
    assert isinstance(long, Refused)
    assert long.reason == "duration (minutes): “long” is not a number of minutes"
    assert isinstance(future, Row)


def test_every_problem_of_a_row_at_once() -> None:
    (refused,) = interactions(b"Date,Duration,Follow up\nsoon,long,perhaps\n")
    assert isinstance(refused, Refused)
    assert refused.reason.split("; ") == [
        "Date: “soon” is not a date: write it as 2026-03-01 14:30",
        "Duration: “long” is not a number of minutes",
        "Follow up: “perhaps” is neither yes nor no",
    ]


def test_dates_and_times_in_columns_of_their_own() -> None:
    (row,) = interactions(
        b"Subject,Start Date,Start Time,End Date,End Time\nLunch,3/1/2026,12:30:00 PM,3/1/2026,1:15 PM\n", "mdy"
    )
    assert isinstance(row, Row)
    assert row.values["start_datetime"] == datetime(2026, 3, 1, 12, 30)  # noqa: DTZ001
    assert row.values["end_datetime"] == datetime(2026, 3, 1, 13, 15)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2026-03-01", None, (2026, 3, 1)),
        ("2026-03-01T14:30", None, (2026, 3, 1, 14, 30)),
        ("2026-03-01 14:30:59", None, (2026, 3, 1, 14, 30, 59)),
        ("2026/03/01 14:30", None, (2026, 3, 1, 14, 30)),
        ("2026-3-1 9:05", None, (2026, 3, 1, 9, 5)),
        ("1.3.2026", None, (2026, 3, 1)),
        ("01.03.2026, 14:30 Uhr", None, (2026, 3, 1, 14, 30)),
        ("3/1/2026 2:30 PM", "mdy", (2026, 3, 1, 14, 30)),
        ("3/1/2026 12:05 am", "mdy", (2026, 3, 1, 0, 5)),
        ("1/3/2026 14:30", "dmy", (2026, 3, 1, 14, 30)),
    ],
)
def test_moments(text: str, order: str | None, moment: tuple[int, ...]) -> None:
    assert read_moment(text, order) == datetime(*moment)  # noqa: DTZ001


def test_moments_with_an_offset() -> None:
    assert read_moment("2026-03-01T14:30:00Z", None) == datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
    assert read_moment("2026-03-01 14:30+02:00", None).tzinfo == timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("3/1/2026", None),
        ("31.2.2026", None),
        ("13/13/2026", "dmy"),
        ("2026-03-01 25:00", None),
        ("1.3.2026 25:00", None),
        ("", None),
    ],
)
def test_no_moments(text: str, order: str | None) -> None:
    with pytest.raises(ValueError, match="“"):
        read_moment(text, order)


def test_minutes_and_flags() -> None:
    texts = ["45", "45 min", "45.0", "1:30", "0:45:00", "1h", "1 h 30", "2 hours", "1 Std. 5 min"]
    assert [read_minutes(text) for text in texts] == [45, 45, 45, 90, 45, 60, 90, 120, 65]
    assert [read_flag(word) for word in ("Yes", "x", "ja", "0", "FALSE", "nein")] == [True, True, True, False, False, False]
