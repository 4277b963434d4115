"""Changing several interactions at once: each by its own rules, in one transaction. What one of them refuses is reported, and
hinders no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from crm.errors import Conflict, Forbidden, Invalid, NotFound
from crm.extensions import db
from crm.models import Change, Contact, Interaction
from crm.schemas.base import read
from crm.schemas.interactions import InteractionEdit
from crm.services import events, interactions, rows
from crm.services.members import Member, require_write

MOST = 500

# What an edit takes in the form in which history keeps it.
_UNDOABLE = (
    "type",
    "title",
    "lead",
    "start_datetime",
    "duration",
    "sentiment",
    "contact_id",
    "topics_discussed",
    "follow_up_needed",
    "follow_up_notes",
    "follow_up_due",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were changed, how many were so already, which could not be and why, and the lines of history, first to last, by
    which it can be taken back."""

    changed: int
    same: int
    refused: list[Refusal]
    lines: tuple[int, int] | None


def edit(member: Member, refs: Iterable[UUID], values: dict[str, Any]) -> Outcome:
    """Sets `values`, under the names of InteractionEdit, in each; `add_topics` are added to those that are there.

    Raises Forbidden, Invalid for values that no interaction could have, and for more than MOST.
    """
    require_write(member)
    topics = values.pop("add_topics", None)
    changes = read(InteractionEdit, values | ({"topics_discussed": topics} if topics is not None else {}))
    whom = changes.contact_id if "contact_id" in changes.model_fields_set else None
    if whom:
        rows.contact_for(member, whom)

    def change(row: Interaction) -> None:
        wanted = changes
        if topics is not None:
            known = {topic.casefold() for topic in row.topics_discussed}
            more = [topic for topic in changes.topics_discussed or [] if topic.casefold() not in known]
            wanted = read(InteractionEdit, values | {"topics_discussed": row.topics_discussed + more})
        interactions.edit(member, row.uid, wanted, ahead=True)

    return _each(member, refs, change, whom)


def delete(member: Member, refs: Iterable[UUID]) -> Outcome:
    """Hides them for 30 days. Raises Forbidden, Invalid for more than MOST."""
    require_write(member)
    return _each(member, refs, lambda row: interactions.delete(member, row.uid))


def take_back(member: Member, lines: tuple[int, int]) -> Outcome:
    """Undoes what the member did to interactions in these lines of history, where nobody has changed it since.

    Raises Forbidden, Invalid.
    """
    require_write(member)
    first, last = map(rows.possible, lines)
    query = select(Change).where(
        Change.id.between(first, last),
        Change.site_id == member.site_id,
        Change.actor_id == member.user_id,
        Change.subject_type == "interaction",
        Change.action.in_(("updated", "deleted")),
    )
    told = {line.subject_id: line for line in db.session.scalars(query.limit(MOST))}
    uids = list(db.session.scalars(select(Interaction.uid).where(Interaction.id.in_(told))))

    def undo(row: Interaction) -> None:
        line = told[row.id]
        if line.action == "deleted":
            interactions.restore(member, row.uid)
            return
        was = {name: line.fields[name] for name in _UNDOABLE if name in line.fields}
        if any(events.plain(getattr(row, name)) != now for name, (_, now) in was.items()):
            raise Conflict("Somebody has changed it since.")
        before = {name: value for name, (value, _) in was.items()}
        if before.get("contact_id"):
            before["contact_id"] = db.session.scalar(select(Contact.uid).where(Contact.id == before["contact_id"]))
        interactions.edit(member, row.uid, read(InteractionEdit, before), ahead=True)

    former = {line.fields["contact_id"][0] for line in told.values() if "contact_id" in line.fields}
    return _each(member, uids, undo, former=former)


def _each(
    member: Member,
    refs: Iterable[UUID],
    act: Callable[[Interaction], object],
    moves_to: UUID | None = None,
    former: Iterable[int | None] = (),
) -> Outcome:
    """Does `act` to each, within a savepoint of its own: what refuses leaves nothing behind."""
    wanted = list(dict.fromkeys(refs))
    if len(wanted) > MOST:
        raise Invalid({"row": f"must be at most {MOST} at once"})
    found = rows.lock_several(member, wanted, moves_to=moves_to, also={key for key in former if key})
    first = (db.session.scalar(select(func.max(Change.id))) or 0) + 1
    done, same, refused = 0, 0, []
    for row in found:
        title, was = row.title, row.version
        try:
            with db.session.begin_nested():
                act(row)
            done += row.version != was
            same += row.version == was
        except (Forbidden, NotFound, Conflict) as error:
            refused.append(Refusal(title, error.message))
        except Invalid as error:
            refused.append(Refusal(title, _sentence(error)))
    missing = len(wanted) - len(found)
    refused += [Refusal("An interaction", NotFound.message)] * missing
    db.session.flush()
    last = db.session.scalar(select(func.max(Change.id)).where(Change.actor_id == member.user_id, Change.id >= first))
    return Outcome(done, same, refused, (first, last) if last else None)


def _sentence(error: Invalid) -> str:
    return " ".join(f"{name.replace('_', ' ').capitalize()} {sentence}." for name, sentence in error.details.items())
