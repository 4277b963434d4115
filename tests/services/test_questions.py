"""Questions that are asked together get the answers that each would get by itself."""

from __future__ import annotations

from datetime import date

import pytest

from crm.models import Contact
from crm.questions import Question, answer, answers
from crm.services import agenda, board, promises, reach, sites, timeline, touches
from crm.services.members import Member
from making import at, log, plan, schedule

pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def asked(bob: Member, ada: Contact) -> list[Question]:
    log(bob, ada, title="A talk", start_datetime=at(days=-1))
    log(bob, ada, title="A plan", topics_discussed=["pläne", "price"], start_datetime=at(days=1), ahead=True)
    schedule(bob, ada, scheduled_datetime=at(hours=1), purpose="To say 100 %")
    plan(bob, "Send the offer", due_on=str(date(2026, 3, 1)), contact_id=ada.uid)
    return [
        agenda.ask_around(bob, ada),
        timeline.ask_first(bob, ada),
        promises.ask(bob, ada),
        reach.ask(ada),
        touches.ask_quarter(bob, ada),
        touches.ask_latest(bob, ada),
        sites.ask_colleagues(bob),
        board.ask_count_due(bob),
    ]


def test_together_or_one_by_one(asked: list[Question]) -> None:
    """Read as SQLAlchemy reads them: the same values, of the same types."""
    together, alone = answers(*asked), [answer(question) for question in asked]
    assert together == alone
    (row,), (same,) = together[1].planned, alone[1].planned
    assert [type(value) for value in row] == [type(value) for value in same]
    assert (row.title, row.topics_discussed, row.owner_id) == ("A plan", ["pläne", "price"], same.owner_id)
    assert together[0].upcoming[0].purpose == "To say 100 %"
