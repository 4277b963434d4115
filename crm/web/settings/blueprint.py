"""The frame of the settings. They are there without a site too: an administrator may belong to none."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, current_app, g, url_for

from crm.services.members import SignedIn
from crm.web import session
from crm.web.respond import Shown

blueprint = Blueprint("settings", __name__, url_prefix="/settings")


class Entry(NamedTuple):
    url: str
    word: str
    icon: str
    endpoints: tuple[str, ...]


# Endpoint, word, icon; the pages below it. What another part of the settings brings is there as soon as its page is.
YOURS = (
    (("web.settings.index",), "Profile", "user"),
    (("web.settings.password",), "Password", "lock"),
    (("web.settings.sign_ins",), "Sign-ins", "device-desktop"),
    (("web.settings_tokens.index", "web.settings.tokens", "web.access_tokens.index"), "Access tokens", "key"),
)


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
    groups = {"You": [entry for names, word, icon in YOURS if (entry := _entry(names, word, icon))]}
    here = []
    if g.get("member"):
        here = [
            Entry(url_for("web.settings.members"), f"Members of {g.member.site_name}", "users", ("web.settings.members",)),
            Entry(url_for("web.settings.deleted"), "Deleted things", "trash", ("web.settings.deleted",)),
        ]
        groups["Site"] = here
    if who.user.is_admin:
        groups["Administration"] = [
            Entry(
                url_for("web.settings.sites"),
                "Sites",
                "building",
                ("web.settings.sites", "web.settings.new_site", "web.settings.edit_site", "web.settings.site_members"),
            ),
            Entry(url_for("web.settings.users"), "People", "address-book", ("web.settings.users",)),
        ]
    return groups


def _entry(endpoints: tuple[str, ...], word: str, icon: str) -> Entry | None:
    there = next((endpoint for endpoint in endpoints if endpoint in current_app.view_functions), None)
    return Entry(url_for(there), word, icon, (there,)) if there else None
