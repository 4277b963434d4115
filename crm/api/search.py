"""Finding interactions (interaction-management-api.md, "Search Endpoints"), in both dialects."""

from __future__ import annotations

from flask import Response

from crm.api import asked, context, dialects
from crm.api.bearers import reads
from crm.api.blueprint import api
from crm.api.errors import as_bad_request
from crm.api.queries import DateRangeQuery, LimitQuery, Paged, SearchQuery, takes
from crm.api.resources import INTERACTION
from crm.services import interactions, search


@api.get("/search/interactions")
@takes(SearchQuery)
def search_by_text(query: SearchQuery) -> Response:
    found = search.by_text(context.member(), query.query, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.post("/search/advanced")
@reads
def search_by_filters() -> Response:
    member = context.member()
    with as_bad_request():
        found = search.advanced(member, asked.advanced_search())
    return dialects.of(INTERACTION).results(found)


@api.get("/search/date-range")
@takes(DateRangeQuery)
def search_by_dates(query: DateRangeQuery) -> Response:
    member = context.member()
    start, end = query.span(member)
    found = interactions.find(member, start=start, end=end, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/type/<interaction_type>")
@takes(Paged)
def search_by_type(query: Paged, interaction_type: str) -> Response:
    kind = asked.interaction_type(interaction_type)
    found = interactions.find(context.member(), type=kind, page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/lead/<path:lead>")
@takes(Paged)
def search_by_lead(query: Paged, lead: str) -> Response:
    found = search.by_lead(context.member(), asked.lead(lead), page=query.page, page_size=query.page_size)
    return dialects.of(INTERACTION).results(found)


@api.get("/search/upcoming")
@takes(LimitQuery)
def upcoming_interactions(query: LimitQuery) -> Response:
    return dialects.of(INTERACTION).many(search.upcoming(context.member(), query.limit))


@api.get("/search/recent")
@takes(LimitQuery)
def recent_interactions(query: LimitQuery) -> Response:
    return dialects.of(INTERACTION).many(search.recent(context.member(), query.limit))
