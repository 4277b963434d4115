"""Action items of a completed meeting: each becomes a follow-up."""

from __future__ import annotations

from crm import clock
from crm.models import FollowUp, Meeting
from crm.schemas.meetings import ActionItem
from crm.services import follow_ups, sites
from crm.services.follow_ups import DEFAULT_DUE
from crm.services.members import Member


def plan(member: Member, meeting: Meeting, actions: list[ActionItem]) -> list[FollowUp]:
    """A follow-up for each action item.

    Raises Invalid where an owner is not of this site.
    """
    due = clock.today(member.timezone) + DEFAULT_DUE
    made = []
    for position, action in enumerate(actions):
        sites.require_colleague(member, action.owner_id, "action_items", f"item {position + 1} owner ")
        follow_up = FollowUp(
            site_id=member.site_id,
            created_by=member.user_id,
            contact_id=meeting.contact_id,
            meeting_id=meeting.id,
            owner_id=action.owner_id or member.user_id,
            title=action.title,
            due_on=action.due_on or due,
        )
        made.append(follow_ups.add(member, follow_up))
    return made
