"""Importing contacts in steps: a file is uploaded, its columns are given a meaning, it is looked at, then a job writes it.

The file is kept in the database. The job commits some rows at a time, each time with the counts that tell of them, so whoever
takes over after a lost worker goes on behind the last row that is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import undefer

from crm import clock
from crm.errors import Conflict, CrmError, Forbidden, Invalid, NotFound
from crm.extensions import db
from crm.models import ContactImport, Membership, Site, User
from crm.services.imports.columns import recognised
from crm.services.imports.contact_columns import ContactColumns, known, known_columns
from crm.services.imports.contacts import import_batch, owners_of, read_rows
from crm.services.imports.report import Report, plan_anew
from crm.services.imports.rows import Refused, Row, Unreadable
from crm.services.imports.tables import Record, Table
from crm.services.imports.text import open_text
from crm.services.imports.vcards import BEGIN
from crm.services.members import Member, member_of, require_edit, require_write

LARGEST = 20 * 1024 * 1024
BATCH = 200
SAMPLED = 100
KEPT_FILE, KEPT = timedelta(days=7), timedelta(days=90)
# A worker that has not been heard of for so long is lost; a file that made one stop so often is given up.
SILENCE, MOST_ATTEMPTS = timedelta(minutes=2), 4

NAMING = {"name", "first", "last", "emails*", "phones*", "company", "file_as", "nickname"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, some of what stands in it, and what it means."""

    name: str
    samples: list[str]
    target: str


def upload(member: Member, file_name: str, content: bytes) -> ContactImport:
    """Keeps a file to be imported. Raises Forbidden, Invalid on `file` where it is none, or too large."""
    require_write(member)
    if len(content) > LARGEST:
        raise Invalid({"file": "has more than 20 MB. Split it, or use flask import"})
    try:
        columns, total = _first_look(content)
    except Unreadable as error:
        raise Invalid({"file": f"cannot be read: {error.message.removesuffix('.')}"}) from error
    if not total:
        raise Invalid({"file": "has no contact in it"})
    row = ContactImport(
        site_id=member.site_id,
        created_by=member.user_id,
        file_name=file_name[-200:] or "contacts",
        content=content,
        columns=columns,
        unit="line" if columns is None else "row",
        total=total,
    )
    db.session.add(row)
    db.session.flush()
    return row


def get(member: Member, uid: UUID, *, lock: bool = False) -> ContactImport:
    """Raises NotFound, Forbidden."""
    query = select(ContactImport).where(ContactImport.uid == uid)
    row = db.session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)
    if row is None:
        raise NotFound
    if row.site_id != member.site_id:
        raise Forbidden(f"This belongs to another site than {member.site_name}. Switch the site to see it.")
    require_write(member)
    return row


def latest(member: Member, limit: int = 10) -> list[ContactImport]:
    """The site's imports, the newest first. Raises Forbidden."""
    require_write(member)
    query = select(ContactImport).where(ContactImport.site_id == member.site_id)
    return list(db.session.scalars(query.order_by(ContactImport.created_at.desc(), ContactImport.id.desc()).limit(limit)))


def columns(row: ContactImport) -> list[Column]:
    """What the columns of a table mean as of now; nothing for vCards, and for a file that is gone."""
    if row.columns is None or row.content is None:
        return []
    with open_text(row.content) as text:
        table = Table(text.stream, known_columns)
        records = [record for record in islice(table, SAMPLED) if isinstance(record, Record)]
    return [
        Column(name, _unlike(record.cells.get(name, "") for record in records), row.columns.get(name, ""))
        for name in dict.fromkeys(table.header)
        if name
    ]


def choose(member: Member, uid: UUID, targets: Mapping[str, str]) -> ContactImport:
    """Says what the columns mean. Raises NotFound, Forbidden, Conflict, Invalid on `columns`."""
    row = get(member, uid, lock=True)
    require_edit(member, row)
    if row.status != "uploaded" or row.columns is None:
        raise Conflict("This import has begun already: its columns can no longer be changed.")
    wanted = {name: target for name, target in targets.items() if target}
    if not NAMING & set(wanted.values()):
        raise Invalid({"columns": "say no name: one of them must be a name, an e-mail address, a phone number or a company"})
    row.columns = wanted
    return row


def start(member: Member, uid: UUID) -> ContactImport:
    """Lets a job write it. One that has begun goes on as it does, one that was given up begins behind its last row.

    Raises NotFound, Forbidden, Conflict.
    """
    row = get(member, uid, lock=True)
    require_edit(member, row)
    if row.status in ("uploaded", "failed"):
        if row.columns is not None and not NAMING & set(row.columns.values()):
            raise Conflict("No column says who the contacts are. Give one of them a meaning first.")
        row.status, row.attempts, row.trouble, row.beat_at = "waiting", 0, None, clock.now()
    return row


def forget(member: Member, uid: UUID) -> None:
    """Removes an import and its file, not the contacts. Raises NotFound, Forbidden, Conflict while it runs."""
    row = get(member, uid, lock=True)
    require_edit(member, row)
    if row.status in ("waiting", "running"):
        raise Conflict("This import is under way. Wait until it is done.")
    db.session.delete(row)


# --- What the job does: each of these is a transaction of its own ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs: the file, what its columns mean, and where to begin."""

    content: bytes
    targets: dict[str, str] | None
    done: int

    def batches(self) -> Iterator[list[Row | Refused]]:
        """The rows that are not written yet."""
        with open_text(self.content) as text:
            rows = islice(read_rows(text.stream, Report(), self.targets), self.done, None)
            while batch := list(islice(rows, BATCH)):
                yield batch


def begin(import_id: int) -> Work | None:
    """What is to be done; None where nothing is. A file that makes every worker stop is given up."""
    row = db.session.get_one(ContactImport, import_id, with_for_update=True, options=[undefer(ContactImport.content)])
    if row.status not in ("waiting", "running") or row.content is None:
        return None
    row.attempts += 1
    if row.attempts > MOST_ATTEMPTS:
        _give_up(row, f"The worker stopped {MOST_ATTEMPTS} times after row {row.done:,}. What is imported stays.")
        return None
    row.status, row.beat_at = "running", clock.now()
    return Work(row.content, row.columns, row.done)


def write(import_id: int, batch: list[Row | Refused], behind: int) -> bool:
    """Writes some rows, those behind `behind`. False where somebody else is at it, or the person may no longer write."""
    row = db.session.get_one(ContactImport, import_id, with_for_update=True, populate_existing=True)
    if row.status != "running" or row.done != behind:
        return False
    try:
        member = _actor(row)
    except CrmError as error:
        _give_up(row, error.message)
        return False
    report = Report()
    import_batch(member, batch, owners_of(member), report)
    row.done = behind + len(batch)
    row.added, row.updated, row.unchanged = (
        row.added + report.added,
        row.updated + report.updated,
        row.unchanged + report.unchanged,
    )
    row.refused = [*row.refused, *([one.number, one.reason, one.raw] for one in sorted(report.refused, key=_number))]
    row.notes = row.notes | {note: row.notes.get(note, 0) + times for note, times in report.notes.items()}
    row.beat_at = clock.now()
    row.total = max(row.total, row.done)
    db.session.flush()
    plan_anew()
    return True


def finish(import_id: int) -> None:
    row = db.session.get_one(ContactImport, import_id, with_for_update=True, populate_existing=True)
    if row.status == "running":
        row.status, row.finished_at, row.total, row.trouble = "done", clock.now(), row.done, None


def stumbled(import_id: int, error: Exception) -> None:
    """Notes why a worker has stopped; another one will try again."""
    row = db.session.get_one(ContactImport, import_id, with_for_update=True, populate_existing=True)
    row.trouble = f"It stopped after row {row.done:,} ({type(error).__name__})."
    if isinstance(error, CrmError):
        _give_up(row, error.message)


def lost() -> list[int]:
    """The imports that nobody is at, or whose worker is lost."""
    waits = (ContactImport.status == "waiting") & (ContactImport.beat_at < clock.now() - SILENCE / 4)
    silent = (ContactImport.status == "running") & (ContactImport.beat_at < clock.now() - SILENCE)
    return list(db.session.scalars(select(ContactImport.id).where(waits | silent).order_by(ContactImport.id)))


def forget_old() -> None:
    """Removes files a week after the last change, and what became of them after three months. For a job."""
    ended = ContactImport.status.in_(("uploaded", "done", "failed"))
    old = update(ContactImport).where(
        ended, ContactImport.updated_at < clock.now() - KEPT_FILE, ContactImport.content.is_not(None)
    )
    db.session.execute(
        old.values(content=None, updated_at=ContactImport.updated_at).execution_options(synchronize_session=False)
    )
    db.session.execute(delete(ContactImport).where(ended, ContactImport.created_at < clock.now() - KEPT))


def _give_up(row: ContactImport, trouble: str) -> None:
    row.status, row.trouble, row.finished_at = "failed", trouble, clock.now()


def _actor(row: ContactImport) -> Member:
    membership = db.session.get(Membership, (row.created_by, row.site_id)) if row.created_by else None
    user = db.session.get(User, row.created_by) if membership else None
    if membership is None or user is None or not user.is_active:
        raise Forbidden("Who began this import does not belong to the site any more.")
    member = member_of(db.session.get_one(Site, row.site_id), user, membership.role)
    require_write(member)
    return member


def _first_look(content: bytes) -> tuple[dict[str, str] | None, int]:
    """What the columns seem to mean (None: they are vCards), and how many rows there are. Raises Unreadable."""
    with open_text(content) as text:
        first = next((line for line in text.stream if line.strip()), "")
        if BEGIN.match(first):
            return None, 1 + sum(BEGIN.match(line) is not None for line in text.stream)
        table = Table(chain([first], text.stream), known_columns)
        try:
            targets = dict(ContactColumns.of(table.header).targets)
        except Unreadable:
            targets = recognised(table.header, known)
        return targets, sum(1 for _ in table)


def _unlike(values: Iterable[str], most: int = 3) -> list[str]:
    return list(islice(dict.fromkeys(value for value in values if value), most))


def _number(refused: Refused) -> int:
    return refused.number
