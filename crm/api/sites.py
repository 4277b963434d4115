"""Sites (interaction-management-api.md, "Site Endpoints")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response

from crm.api.answers import answer
from crm.api.blueprint import api
from crm.api.context import signed_in
from crm.errors import Forbidden, NotFound
from crm.services import sites

if TYPE_CHECKING:
    from crm.models import Site


@api.get("/sites")
def list_sites() -> Response:
    who = signed_in()
    return site_list(sites.visible(who.user.id, is_admin=True) if who.is_admin else who.sites)


@api.get("/sites/<id_or_guid:ref>")
def read_site(ref: int | UUID) -> Response:
    who = signed_in()
    if isinstance(ref, UUID):
        raise NotFound("There is no such site.")
    site = sites.get(ref, who.user.id, is_admin=who.is_admin)
    if not who.is_admin and site.id not in who.roles:  # an access token knows no other site than its own
        raise Forbidden("This access token is for another site.")
    return answer({"site": _site(site)})


@api.get("/users/sites")
def users_sites() -> Response:
    return site_list(signed_in().sites)


def site_list(found: Iterable[Site]) -> Response:
    return answer({"sites": [_site(site) for site in found]})


def _site(site: Site) -> dict[str, Any]:
    return {"id": site.id, "name": site.name, "description": site.description}
