"""Finding interactions (interaction-management-api.md, "Search Endpoints"), in both dialects."""

from __future__ import annotations

from flask import Response

from crm.api import asked, context, dialects
from crm.api.bearers import reads
from crm.api.blueprint import api
from crm.api.described import results, some
from crm.api.errors import as_bad_request
from crm.api.queries import DateRangeQuery, LimitQuery, Paged, SearchQuery, takes
from crm.api.resources import INTERACTION
from crm.services import interactions, search


@api.get("/search/interactions")
@takes(SearchQuery)
@results(INTERACTION)
def search_by_text(query: SearchQuery) -> Response:
    """Search interactions by text

    Every term must occur in the title, lead, location, description, notes, a topic or the contact's name.
    """
    found = search.by_text(context.member(), query.query, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.post("/search/advanced")
@reads
@results(INTERACTION, reads=asked.BODY)
def search_by_filters() -> Response:
    """Search interactions by filters

    All of at most 20 filters must hold. What does not fit its field is 400, with `details` such as `filters[1].operator`.
    """
    member = context.member()
    with as_bad_request():
        found = search.advanced(member, asked.advanced_search())
    return dialects.of(INTERACTION).results(found)


@api.get("/search/date-range")
@takes(DateRangeQuery)
@results(INTERACTION)
def search_by_dates(query: DateRangeQuery) -> Response:
    """Search interactions by date range

    What begins on these days of the site's time zone, both included. In the contact dialect: `startDate` and `endDate`.
    """
    member = context.member()
    start, end = query.span(member)
    found = interactions.find(member, start=start, end=end, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/type/<interaction_type>")
@takes(Paged)
@results(INTERACTION)
def search_by_type(query: Paged, interaction_type: str) -> Response:
    """Search interactions by type"""
    kind = asked.interaction_type(interaction_type)
    found = interactions.find(context.member(), type=kind, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/lead/<path:lead>")
@takes(Paged)
@results(INTERACTION)
def search_by_lead(query: Paged, lead: str) -> Response:
    """Search interactions by lead

    A part of the lead's name; or the id, user name or e-mail address of somebody of the site, for their name.
    """
    found = search.by_lead(context.member(), asked.lead(lead), page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/upcoming")
@takes(LimitQuery)
@some(INTERACTION)
def upcoming_interactions(query: LimitQuery) -> Response:
    """Get upcoming interactions

    What is planned and has not begun, soonest first.
    """
    return dialects.of(INTERACTION).many(search.upcoming(context.member(), query.limit))


@api.get("/search/recent")
@takes(LimitQuery)
@some(INTERACTION)
def recent_interactions(query: LimitQuery) -> Response:
    """Get recent interactions

    What has ended, the last one first.
    """
    return dialects.of(INTERACTION).many(search.recent(context.member(), query.limit))
