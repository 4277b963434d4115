"""CSV to records: delimiters, quotes, line ends, and the numbers that a spreadsheet shows."""

from __future__ import annotations

import io

import pytest

from crm.services.imports.contact_columns import known_columns
from crm.services.imports.rows import Refused, Unreadable
from crm.services.imports.tables import LONGEST_FIELD, Record, Table


def table(text: str) -> Table:
    return Table(io.StringIO(text, newline=""), known_columns)


def records(text: str) -> list[Record | Refused]:
    return list(table(text))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    lines = [["Name", "Company", "Notes"], ["Ada", "Engines", '"two\nlines, or; so"']]
    text = end.join(delimiter.join(cells) for cells in lines) + end
    assert records(text) == [Record(2, {"Name": "Ada", "Company": "Engines", "Notes": "two\nlines, or; so"})]


def test_the_delimiter_is_the_one_that_gives_known_columns() -> None:
    # More commas than semicolons, but no column that has them in its name is known.
    assert table("name;emails;a,b,c,d,e\n").delimiter == ";"
    assert table('"name";"e-mail, or so";"company"\n').delimiter == ";"
    assert table("name\nAda\n").header == ("name",)


def test_excels_sep_line() -> None:
    assert records("sep=;\r\nname;company\r\nAda;\r\n") == [Record(2, {"name": "Ada"})]
    assert table("SEP=|\nname|company\n").header == ("name", "company")


def test_numbers_are_those_of_the_spreadsheet() -> None:
    text = 'name,notes\n\nAda,"one\ntwo\nthree"\n,,\nGrace,\n'
    assert [(record.number) for record in records(text)] == [3, 5]


def test_fields_that_the_header_does_not_have() -> None:
    short, empty, long = records("name,company\nAda\nGrace,Navy,,\nKing, Ada,Engines\n")
    assert short == Record(2, {"name": "Ada"})
    assert empty == Record(3, {"name": "Grace", "company": "Navy"})
    assert isinstance(long, Refused)
    assert long.number == 4
    assert long.reason.startswith("it has 3 fields, the header 2")


def test_spaces_around_quotes() -> None:
    assert records('name, company\n"Ada", "Engines, Ltd."\n') == [Record(2, {"name": "Ada", "company": "Engines, Ltd."})]


def test_quotes_out_of_order_refuse_the_row_and_not_the_next() -> None:
    broken, good = records('name,company\n"Ada "the Countess" King",Engines\nGrace,Navy\n')
    assert isinstance(broken, Refused)
    assert (broken.number, good) == (2, Record(3, {"name": "Grace", "company": "Navy"}))
    assert "line 2" in broken.reason


def test_a_quote_that_is_never_closed() -> None:
    (refused,) = records('name,company\n"Ada,Engines\nGrace,Navy\n')
    assert isinstance(refused, Refused)
    assert refused.number == 2
    swallowed = records('name\n"Ada\n' + "x" * LONGEST_FIELD + "\nGrace\n")
    assert isinstance(swallowed[0], Refused)
    assert swallowed[-1] == Record(3, {"name": "Grace"})


def test_a_nul_refuses_the_row() -> None:
    (refused,) = records("name\nA\0da\n")
    assert refused == Refused(2, "it has a NUL character", "Ada")


def test_a_header_that_is_none() -> None:
    with pytest.raises(Unreadable, match="The header cannot be read"):
        table('"name" of\r"what\n')
    assert table("name\x0bof,company\n").header == ("name\x0bof", "company")


def test_nothing_to_read() -> None:
    with pytest.raises(Unreadable, match="empty"):
        table("\n \n")
    assert records("name,company\n") == []
