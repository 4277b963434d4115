"""Sites (interaction-management-api.md, "Site Endpoints")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response

from crm.api.answers import answer
from crm.api.blueprint import api
from crm.api.context import signed_in
from crm.errors import NotFound
from crm.services import sites

if TYPE_CHECKING:
    from crm.models import Site


@api.get("/sites")
def list_sites() -> Response:
    user = signed_in().user
    return site_list(sites.visible(user.id, is_admin=user.is_admin))


@api.get("/sites/<id_or_guid:ref>")
def read_site(ref: int | UUID) -> Response:
    user = signed_in().user
    if isinstance(ref, UUID):
        raise NotFound("There is no such site.")
    return answer({"site": _site(sites.get(ref, user.id, is_admin=user.is_admin))})


@api.get("/users/sites")
def users_sites() -> Response:
    return site_list(signed_in().sites)


def site_list(found: Iterable[Site]) -> Response:
    return answer({"sites": [_site(site) for site in found]})


def _site(site: Site) -> dict[str, Any]:
    return {"id": site.id, "name": site.name, "description": site.description}
