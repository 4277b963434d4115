"""The shape of a saved view."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from crm.schemas.base import ABSENT, Flag, Schema, Storable
from crm.schemas.selections import LONGEST

Name = Annotated[str, StringConstraints(min_length=1, max_length=60), Storable]
Query = Annotated[str, StringConstraints(max_length=LONGEST), Storable]


class ViewEdit(Schema):
    """Changes what it names."""

    name: Name = ABSENT
    query: Query = ABSENT
    shared: Flag = ABSENT


class ViewNew(ViewEdit):
    name: Name
    query: Query
