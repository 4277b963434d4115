"""Follow-ups in a list, as parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup

from crm.web import parts, security
from crm.web.session import member

if TYPE_CHECKING:
    from crm.models import FollowUp
    from crm.services.promises import Open


def todos(rows: Iterable[FollowUp | Open], in_side: object = False, undated: object = False, focus: object = "") -> Markup:
    """`in_side`: beside the contact that they are about; `undated`: below a heading that says when; `focus`: the GUID of the
    one that is to have it, or True."""
    me, reader, token = member(), parts.the_reader(), security.token()
    return Markup("").join(
        parts.part(
            "follow_ups/_todo.html",
            token,
            reader,
            uid=str(row.uid),
            title=row.title,
            notes=row.notes,
            due_on=row.due_on,
            remind_on=row.remind_on if row.reminds else None,
            open=row.status == "open",
            contact=(str(row.contact.uid), row.contact.name) if row.contact and not in_side else None,
            theirs=row.owed_by == "theirs" and not in_side,
            owner=row.owner_name if in_side or row.owner_id != me.user_id else None,
            may_edit=me.may_edit(row),
            undated=bool(undated),
            focused=focus is True or focus == str(row.uid),
        )
        for row in rows
    )
