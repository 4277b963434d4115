"""Every page that somebody can open: the GET routes of the URL map, with rows of a filled house in their addresses.

A new route is met by itself. One with a new kind of argument says here what stands for it (`examples`), or the walk fails
and names it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import making
from crm.database import transaction
from crm.services import auth, sites
from crm.services.imports import wizard
from world import PASSWORD

if TYPE_CHECKING:
    from browser.conftest import House

# Who opens them, and where.
WALKER, SITE = "wanda", "The walk"

# As long as what people type may be, without a space to break it at: what runs over the edge of a phone is found.
ENDLESS = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft"
LONG_TITLE = ("Kick-off of the programme and of all that belongs to it, " * 9)[:499] + "."

# Before a sign-in; and what a person only passes through.
STRANGERS = ("/sign-in", "/password", "/password/<secret>", "/join/<secret>")


def addresses(house: House, known: dict[str, Any] | None = None) -> list[str]:
    """An address for each GET route of the web that a person who has signed in can open. `known`: the examples, where they
    have been made."""
    known = known or examples(house)
    found, unknown = [], []
    for rule in sorted(house.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not rule.endpoint.startswith("web.") or "GET" not in (rule.methods or ()) or rule.rule in STRANGERS:
            continue
        noun = rule.endpoint.split(".")[1]
        address = rule.rule
        for argument in re.findall(r"<[^>]+>", rule.rule):
            name = argument.strip("<>").rpartition(":")[2]
            value = known.get(f"{rule.endpoint}.{name}") or known.get(f"{noun}.{name}") or known.get(name)
            if not value:
                unknown.append(f"{rule.rule}: what may stand for {argument}? ({noun}.{name}, or {rule.endpoint}.{name})")
            address = address.replace(argument, str(value))
        found.append(address)
    assert not unknown, "say in tests/browser/pages.py\n" + "\n".join(unknown)
    return [*found, *known["more"]]


def examples(house: House) -> dict[str, Any]:
    """What stands for an argument, the most exact first: "web.noun.view.argument", "noun.argument", "argument". `more`: others
    that are worth a look."""
    with house.app.app_context():
        with transaction():  # a site of its own: the other tests count what is on their pages
            site = sites.create(SITE)
            user = auth.create_user(f"{WALKER}@example.com", f"Wanda {ENDLESS}", PASSWORD, is_admin=True)
            sites.add_member(site, user, "manager")
        wanda = house.member(WALKER)
        ada = making.new_contact(
            wanda,
            f"Ada {ENDLESS} Lovelace",
            company="Analytical Engines",
            job_title="Countess",
            emails=["ada.lovelace@example.com"],
            phones=["+44 20 7946 0000"],
            tags=["vip", "board"],
            keep_in_touch_days=14,
            notes="Prefers a call.",
        )
        cold = making.new_contact(wanda, "Somebody Forgotten", keep_in_touch_days=7)
        making.log(wanda, cold, start_datetime=making.at(days=-40))
        making.log(wanda, cold, start_datetime=making.at(days=-41, hours=10))  # the map of hours is wider than a phone
        for number, kind in enumerate(("call", "meeting", "email", "message", "coffee", "lunch", "conference", "other")):
            sentiment = ("positive", "neutral", "negative", None)[number % 4]
            making.log(
                wanda,
                ada,
                type=kind,
                start_datetime=making.at(days=-number, hours=-1),
                duration=30,
                sentiment=sentiment,
                topics_discussed=["pricing"],
                notes="They wait for the offer.\n" * 4,
            )
        agenda = {"agenda_items": ["Pricing", "Hiring"], "preparation_notes": "Bring the offer.", "location": "Their office"}
        held = making.schedule(wanda, ada, scheduled_datetime=making.at(days=-9), purpose=LONG_TITLE, **agenda)
        done = making.complete(
            wanda, held.uid, outcomes="They take it.", topics_covered=["Pricing"], action_items=[{"title": "Send it"}]
        )
        past = making.schedule(wanda, ada, scheduled_datetime=making.at(days=-2), purpose="Debrief", **agenda)
        ahead = making.schedule(wanda, ada, scheduled_datetime="2100-01-04T10:00:00Z", purpose="Quarterly review", **agenda)
        promised = making.plan(wanda, f"Send the slides to {ENDLESS}", contact_id=ada.uid, due_on="2026-03-01")
        making.plan(wanda, "Call back", due_on="2100-01-01")
        return {
            "contact_uid": ada.uid,
            "site_uid": site.uid,
            "contact_merges.uid": ada.uid,
            "contact_imports.uid": making.do(
                wizard.upload, wanda, "contacts.csv", b"name,e-mail\nGrace Hopper,grace@example.com\n"
            ).uid,
            "analytics.name": "frequency",
            "analytics.verdict": "overdue",
            "contacts.uid": ada.uid,
            "interactions.uid": done.interaction.uid,
            "web.cells.interactions.uid": done.interaction.uid,
            "web.cells.contacts.uid": ada.uid,
            "meetings.uid": ahead.uid,
            "web.meetings.minutes.uid": held.uid,
            "follow_ups.uid": promised.uid,
            "more": [
                f"/meetings/{past.uid}",
                f"/meetings/{past.uid}/complete",
                f"/meetings/{held.uid}",
                "/analytics?range=custom&from=2025-03-03&to=2026-03-02&by=day",
                "/contacts?search=nobody-has-this-name",
                "/meetings?show=unfinished",
                "/meetings?show=completed",
                "/meetings?q=nobody-has-this-in-it",
                "/meetings/calendar?view=week&date=2100-01-04",
                f"/meetings/{held.uid}/minutes",
                "/analytics?range=custom&from=2026-01-01&to=2026-03-10",
                "/no-such-page",
                f"/interactions/new?contact={ada.uid}",
            ],
        }
