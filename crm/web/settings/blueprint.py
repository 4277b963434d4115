"""The frame of the settings. They are there without a site too: an administrator may belong to none."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, g, request, url_for

from crm.services.members import SignedIn
from crm.web import session
from crm.web.respond import Shown

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


class Entry(NamedTuple):
    url: str
    word: str
    icon: str
    is_here: bool


# Endpoint, word, icon.
YOURS = (
    ("web.settings.index", "Profile", "user"),
    ("web.settings.password", "Password", "lock"),
    ("web.settings.sign_ins", "Sign-ins", "device-desktop"),
    ("web.access_tokens.index", "Access tokens", "key"),
)
# The pages of one site: they belong to "Members" where it is the one that is open, else to "Sites".
OF_A_SITE = {"web.settings.site_members", "web.settings.invite", "web.settings.site_history"}
SITES = {"web.settings.sites", "web.settings.new_site", "web.settings.edit_site"}


def me() -> SignedIn:
    who = session.who()
    assert who
    return who


@blueprint.app_context_processor
def for_templates() -> Shown:
    """Every page under /settings includes the navigation, whichever blueprint it is of."""
    return {"settings_groups": navigation}


def navigation() -> dict[str, list[Entry]]:
    """By heading."""
    who = session.who()
    if who is None:
        return {}
    here = request.endpoint or ""
    groups = {"You": [_entry(name, word, icon, here == name) for name, word, icon in YOURS]}
    of_ours = here in OF_A_SITE and request.view_args == {"site_uid": _site_uid(who)}
    if g.get("member"):
        members = here == "web.settings.members" or of_ours
        groups[g.member.site_name] = [
            _entry("web.settings.members", "Members", "users", members),
            _entry("web.settings.deleted", "Deleted things", "trash", here == "web.settings.deleted"),
        ]
    if who.user.is_admin:
        groups["Administration"] = [
            _entry("web.settings.sites", "Sites", "building", here in SITES or (here in OF_A_SITE and not of_ours)),
            _entry(
                "web.settings.users", "People", "address-book", here in ("web.settings.users", "web.settings.users_history")
            ),
        ]
    return groups


def _site_uid(who: SignedIn) -> UUID | None:
    """Of the site that is open."""
    return next((site.uid for site in who.sites if "member" in g and site.id == g.member.site_id), None)


def _entry(endpoint: str, word: str, icon: str, is_here: bool) -> Entry:
    return Entry(url_for(endpoint), word, icon, is_here)
