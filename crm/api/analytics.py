"""What interactions add up to."""

from __future__ import annotations

from flask import Response

from crm.api import context, dialects
from crm.api.blueprint import api
from crm.api.described import one
from crm.api.queries import AnalyticsQuery, takes
from crm.api.resources import ANALYTICS
from crm.errors import NotFound
from crm.services import analytics


@api.get("/analytics/interactions")
@takes(AnalyticsQuery)
@one(ANALYTICS, refuses=(NotFound,))
def analyse_interactions(query: AnalyticsQuery) -> Response:
    """Analyse interactions

    Without dates: the last 12 weeks. At most 400 buckets. Weeks begin on Monday, days are those of the site's time zone.
    """
    member = context.member()
    start, end = query.span(member)
    report = analytics.interactions(member, unit=query.group_by, start=start, end=end, contact_id=query.contact_id)
    return dialects.of(ANALYTICS).one(report)
