"""`flask import contacts FILE` and `flask import interactions FILE` (docs/import.md)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask.cli import AppGroup

from crm.database import rollback, transaction
from crm.errors import CrmError
from crm.services.imports.actor import acting
from crm.services.imports.contacts import import_contacts
from crm.services.imports.interactions import import_interactions
from crm.services.imports.moments import DayOrder
from crm.services.imports.report import Progress, Report
from crm.services.imports.text import Source
from crm.services.members import Member

ALL_IMPORTED, SOME_REFUSED, NOTHING_READ = 0, 1, 2

import_group = AppGroup("import", help="Import contacts and interactions from the files of other programs.")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """What both commands take."""
    options: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (
        click.argument("file"),
        click.option("--site", "site_name", metavar="NAME", help="The site to import into. May be left out if there is one."),
        click.option("--user", "email", metavar="EMAIL", help="Who imports. May be left out if the site has one manager."),
        click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing."),
        click.option("--strict", is_flag=True, help="Import nothing if any row is refused."),
        click.option("--encoding", metavar="NAME", help="The file's encoding, where it is not found out right."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@import_group.command("contacts")
@_options
def contacts_command(
    file: str, site_name: str | None, email: str | None, dry_run: bool, strict: bool, encoding: str | None
) -> None:
    """Import contacts from FILE: a CSV file as Google Contacts, Outlook and HubSpot export it, or vCards. "-" is the
    standard input."""

    def run(member: Member, source: Source, progress: Progress) -> Report:
        return import_contacts(member, source, encoding=encoding, progress=progress)

    _import("contacts", run, file, site_name, email, dry_run=dry_run, strict=strict)


@import_group.command("interactions")
@_options
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="What comes first in dates like 3/4/2026: day or month.")
@click.option("--create-contacts", is_flag=True, help="Add the contacts that the site does not have yet.")
def interactions_command(
    file: str,
    site_name: str | None,
    email: str | None,
    dry_run: bool,
    strict: bool,
    encoding: str | None,
    dates: DayOrder | None,
    create_contacts: bool,
) -> None:
    """Import interactions from FILE, a CSV file. "-" is the standard input."""

    def run(member: Member, source: Source, progress: Progress) -> Report:
        return import_interactions(
            member, source, encoding=encoding, order=dates, create_contacts=create_contacts, progress=progress
        )

    _import("interactions", run, file, site_name, email, dry_run=dry_run, strict=strict)


def _import(
    noun: str,
    run: Callable[[Member, Source, Progress], Report],
    file: str,
    site_name: str | None,
    email: str | None,
    *,
    dry_run: bool,
    strict: bool,
) -> None:
    source: Source = sys.stdin.buffer if file == "-" else file
    try:
        with transaction():
            member = acting(site_name, email)
            with _bar(f"Importing {noun}") as progress:
                report = run(member, source, progress)
            given_up = strict and bool(report.refused)
            if dry_run or given_up:
                rollback()
    except CrmError as error:
        click.echo(error.message, err=True)
        sys.exit(NOTHING_READ)
    _tell(report)
    if dry_run:
        click.echo("This was a dry run: nothing was changed.")
    elif given_up:
        click.echo("Nothing was imported, because of --strict.")
    sys.exit(SOME_REFUSED if report.refused else ALL_IMPORTED)


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """A progress bar over the file's bytes, on a terminal only."""
    options: dict[str, Any] = {"length": 1, "label": label, "file": sys.stderr, "hidden": not sys.stderr.isatty()}
    with click.progressbar(**options) as bar:

        def progress(done: int, size: int) -> None:
            bar.length = size
            bar.update(done - bar.pos)

        yield progress


def _tell(report: Report) -> None:
    click.echo(report)
    for note, times in report.notes.items():
        click.echo(f"{times} ×: {note}")
    for refused in report.refused:
        click.echo(f"{report.unit} {refused.number}: {refused.reason}")
