"""Sites (interaction-management-api.md, "Site Endpoints")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response
from pydantic import BaseModel

from crm.api.answers import answer
from crm.api.blueprint import api
from crm.api.context import signed_in
from crm.api.described import plain
from crm.errors import Forbidden, NotFound
from crm.services import sites

if TYPE_CHECKING:
    from crm.models import Site
    from crm.services.members import SeenSite


class OfSite(BaseModel):
    id: int
    name: str
    description: str


class SiteList(BaseModel):
    sites: list[OfSite]


class OneSite(BaseModel):
    site: OfSite


EXAMPLE_SITES = {
    "sites": [
        {"id": 1, "name": "Headquarters", "description": "Main corporate headquarters"},
        {"id": 2, "name": "Northwest Regional Office", "description": "Regional branch serving the northwest territory"},
    ]
}


@api.get("/sites")
@plain(SiteList, example=EXAMPLE_SITES)
def list_sites() -> Response:
    """List all sites

    All that the caller may see: every one for an administrator, their own for the rest.
    """
    who = signed_in()
    return site_list(sites.visible(who.user.id, is_admin=True) if who.is_admin else who.sites)


@api.get("/sites/<id_or_guid:ref>")
@plain(OneSite, refuses=(Forbidden,), example={"site": EXAMPLE_SITES["sites"][0]})
def read_site(ref: int | UUID) -> Response:
    """Get a site"""
    who = signed_in()
    if isinstance(ref, UUID):
        raise NotFound("There is no such site.")
    site = sites.get(ref, who.user.id, is_admin=who.is_admin)
    if not who.is_admin and site.id not in who.roles:  # an access token knows no other site than its own
        raise Forbidden("This access token is for another site.")
    return answer({"site": _site(site)})


@api.get("/users/sites")
@plain(SiteList, example=EXAMPLE_SITES)
def users_sites() -> Response:
    """Get the user's sites"""
    return site_list(signed_in().sites)


def site_list(found: Iterable[Site | SeenSite]) -> Response:
    return answer({"sites": [_site(site) for site in found]})


def _site(site: Site | SeenSite) -> dict[str, Any]:
    return {"id": site.id, "name": site.name, "description": site.description}
