"""Saved views: naming a list of interactions, sharing it with the site, letting it go."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select

from crm import clock
from crm.errors import Forbidden, Invalid, NotFound
from crm.extensions import db
from crm.models import SavedView
from crm.schemas import selections
from crm.schemas.views import ViewEdit, ViewNew
from crm.services import rows
from crm.services.members import Member
from crm.services.selections import conditions

MOST = 30  # of one person in one site
MOST_SHARED = 60  # in one site: they stand over everybody's list


def of(member: Member) -> list[SavedView]:
    """What stands over the member's list, from the left: their own views and those that colleagues share."""
    query = _alive(member).where((SavedView.user_id == member.user_id) | SavedView.shared)
    return list(db.session.scalars(query.order_by(SavedView.place, SavedView.id)))


def may_edit(member: Member, view: SavedView) -> bool:
    """Who made it may, and a manager for what is shared."""
    return view.user_id == member.user_id or (view.shared and member.role == "manager")


def save(member: Member, new: ViewNew) -> SavedView:
    """A viewer may, too: it is their own way of looking. Only who writes may share one.

    Raises Invalid, Forbidden.
    """
    if (db.session.scalar(_mine(member).with_only_columns(func.count())) or 0) >= MOST:
        raise Invalid({"name": f"cannot be added: {MOST} views are the most. Delete one first"})
    last = db.session.scalar(_alive(member).with_only_columns(func.max(SavedView.place)))
    view = SavedView(site_id=member.site_id, user_id=member.user_id, place=(last or 0.0) + 1)
    _assign(member, view, new)
    db.session.add(view)
    db.session.flush()
    return view


def edit(member: Member, ref: UUID, changes: ViewEdit) -> SavedView:
    """Changes what `changes` names. Raises NotFound, Forbidden, Invalid."""
    view = _changeable(member, ref)
    _assign(member, view, changes)
    db.session.flush()
    return view


def move(member: Member, ref: UUID, by: int) -> SavedView:
    """Puts it so many places to the right, to the left if negative, as the member sees them. Nobody else's view moves.

    Raises NotFound, Forbidden.
    """
    view = _changeable(member, ref)
    others = [one for one in of(member) if one is not view]
    at = sum((one.place, one.id) < (view.place, view.id) for one in others)
    to = min(max(at + by, 0), len(others))
    if to == at:
        return view
    view.place = _between(others, to)
    if others[to - 1 : to] and view.place <= others[to - 1].place or others[to : to + 1] and view.place >= others[to].place:
        # Halved too often.
        for number, one in enumerate(db.session.scalars(_alive(member).order_by(SavedView.place, SavedView.id)), 1):
            one.place = float(number)
        view.place = _between(others, to)
    return view


def _between(others: list[SavedView], to: int) -> float:
    """A place before the one at `to` and behind the one before it."""
    before = others[to - 1].place if to else others[0].place - 2
    return (before + (others[to].place if to < len(others) else before + 2)) / 2


def delete(member: Member, ref: UUID) -> SavedView:
    """Hides it for 30 days. Raises NotFound, Forbidden."""
    view = _changeable(member, ref)
    view.deleted_at = clock.now()
    return view


def restore(member: Member, ref: UUID) -> SavedView:
    """Brings a deleted view back; one that is not deleted is left as it is. Raises NotFound, Forbidden."""
    view = _changeable(member, ref, deleted=True)
    view.deleted_at = None
    return view


def _assign(member: Member, view: SavedView, changes: ViewEdit) -> None:
    values = changes.given()
    if values.get("shared") and not member.may_write:
        raise Forbidden(f"You can read everything in {member.site_name}, but not share a view. Save it for yourself.")
    if values.get("shared") and not view.shared:
        shared = _alive(member).where(SavedView.shared).with_only_columns(func.count())
        if (db.session.scalar(shared) or 0) >= MOST_SHARED:
            raise Invalid({"name": f"cannot be shared: {MOST_SHARED} views are the most. Keep it for yourself"})
    if "query" in values:
        asked = selections.parse(values["query"])
        try:
            conditions(member, asked)
        except Invalid as error:
            name, sentence = next(iter(error.details.items()))
            raise Invalid({"query": f"cannot be saved: {name} {sentence}"}) from None
        values["query"] = asked.query()
    rows.assign(view, values)


def _changeable(member: Member, ref: UUID, *, deleted: bool = False) -> SavedView:
    """A view that the member may change. Another's private one is as good as not there."""
    alive = SavedView.deleted_at.is_(None)
    query = select(SavedView).where(
        SavedView.uid == ref, alive | (SavedView.deleted_at > clock.now() - rows.UNDO) if deleted else alive
    )
    view = db.session.scalar(query.with_for_update(key_share=True))
    if view is None:
        raise NotFound
    if view.site_id != member.site_id:
        raise Forbidden(f"This belongs to another site than {member.site_name}. Switch the site to see it.")
    if view.user_id != member.user_id and not view.shared:
        raise NotFound
    if not may_edit(member, view):
        raise Forbidden("Only who made this view, or a manager, can change it. Save one of your own.")
    return view


def _alive(member: Member) -> Select[SavedView]:
    return select(SavedView).where(SavedView.site_id == member.site_id, SavedView.deleted_at.is_(None))


def _mine(member: Member) -> Select[SavedView]:
    return _alive(member).where(SavedView.user_id == member.user_id)
