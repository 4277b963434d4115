"""The shape of an advanced search (interaction-management-api.md, "Filter", "Sort")."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from crm.schemas.base import Lower, Schema

MOST_FILTERS = 20
LAST_PAGE = 1_000_000  # a database would be asked for an offset that it cannot count

Operator = Annotated[
    Literal["eq", "neq", "gt", "gte", "lt", "lte", "contains", "starts_with", "in", "not_in", "between", "is_null"], Lower
]


class Filter(Schema):
    """What `value` has to be, the field and the operator say."""

    field: str
    operator: Operator
    value: Any = None


class Sort(Schema):
    field: str
    direction: Annotated[Literal["asc", "desc"], Lower] = "asc"


class AdvancedSearch(Schema):
    filters: Annotated[list[Filter], Field(max_length=MOST_FILTERS)] = []
    sort: Sort | None = None
    page: Annotated[int, Field(strict=True, ge=1, le=LAST_PAGE)] = 1
    page_size: Annotated[int, Field(strict=True, ge=1, le=100)] = 20
