"""`flask import …`: what it says, what it leaves behind, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from crm.commands.imports import import_group
from crm.extensions import db
from crm.models import Contact, Interaction
from world import World

SAMPLES = Path(__file__).parents[2] / "samples"


def run(app: Flask, *words: str | Path, stdin: bytes | None = None) -> Result:
    return app.test_cli_runner().invoke(import_group, [str(word) for word in words], input=stdin)


def count(model: type[Contact | Interaction]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_contacts(app: Flask, world: World) -> None:
    result = run(app, "contacts", SAMPLES / "ours.csv", "--site", "HQ", "--user", "alice@example.com")
    assert (result.output, result.exit_code) == ("3 added, 0 updated, 0 unchanged, 0 refused\n", 0)
    assert count(Contact) == 3


def test_the_only_manager_is_the_default(app: Flask, world: World) -> None:
    assert run(app, "contacts", SAMPLES / "ours.csv", "--site", "HQ").exit_code == 0
    assert db.session.scalars(select(Contact.created_by)).first() == world.alice.id


def test_the_report(app: Flask, world: World) -> None:
    result = run(app, "contacts", SAMPLES / "hubspot.csv", "--site", "HQ")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "2 added, 0 updated, 0 unchanged, 2 refused",
        "1 ×: The owner “Alice Adams” is nobody in HQ: the contact is Alice’s.",
        "1 ×: The owner “Somebody Gone” is nobody in HQ: the contact is Alice’s.",
        "row 4: E-mail: “broken@@example.com” is not an e-mail address",
        "row 5: it has no name, no company, no e-mail address and no phone number",
    ]
    assert "line 31: the card has no END:VCARD" in run(app, "contacts", SAMPLES / "apple.vcf", "--site", "HQ").output


def test_dry_run_and_strict(app: Flask, world: World) -> None:
    dry = run(app, "contacts", SAMPLES / "ours.csv", "--site", "HQ", "--dry-run")
    assert dry.exit_code == 0
    assert dry.output.endswith("3 added, 0 updated, 0 unchanged, 0 refused\nThis was a dry run: nothing was changed.\n")
    strict = run(app, "contacts", SAMPLES / "hubspot.csv", "--site", "HQ", "--strict")
    assert strict.exit_code == 1
    assert strict.output.endswith("Nothing was imported, because of --strict.\n")
    assert count(Contact) == 0


def test_interactions_from_standard_input(app: Flask, world: World) -> None:
    rows = b"date;type;contact\n3/1/2026 2:30 PM;call;Ada\n"
    words = ("interactions", "-", "--site", "HQ", "--dates", "mdy", "--create-contacts")
    result = run(app, *words, stdin=rows)
    assert result.output == "1 added, 0 updated, 0 unchanged, 0 refused\n1 ×: A contact was added to HQ.\n"
    assert run(app, *words, stdin=rows).output == "0 added, 0 updated, 1 unchanged, 0 refused\n"
    assert (count(Interaction), count(Contact)) == (1, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([SAMPLES / "ours.csv"], "Say which site, with --site: “Annex”, “HQ”."),
        ([SAMPLES / "ours.csv", "--site", "Moon"], "There is no site “Moon”"),
        ([SAMPLES / "ours.csv", "--site", "HQ", "--user", "nobody@example.com"], "There is no user nobody@example.com."),
        (
            [SAMPLES / "ours.csv", "--site", "HQ", "--user", "charlie@example.com"],
            "charlie@example.com does not belong to HQ. In HQ: alice@example.com (manager), bob@example.com (member)",
        ),
        ([SAMPLES / "ours.csv", "--site", "HQ", "--user", "vera@example.com"], "not change it"),
        ([SAMPLES / "gone.csv", "--site", "HQ"], "No such file"),
        ([SAMPLES / "interactions.csv", "--site", "HQ", "--encoding", "klingon"], "no encoding “klingon”"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(app: Flask, world: World, words: list[str | Path], sentence: str) -> None:
    result = run(app, "contacts", *words)
    assert result.exit_code == 2
    assert sentence in result.output
    assert result.output.count("\n") == 1
    assert count(Contact) == 0
