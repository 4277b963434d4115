"""A form that is sent after its sign-in has ended is not thrown away: what was typed goes along through the sign-in page, in
the page itself, and is offered to be sent afterwards. Nobody who is not signed in leaves anything on the server.

It is sealed (signed with the key of the sessions), so that what comes back is what was typed on a page of ours, under the login
that it names. For pages that HTMX sends there is another way: they stay, and keep their text (static/drafts.js).
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from crm.services import auth
from crm.web import respond, session, times, words

FIELD = "kept"
# Sealed, in characters: some 100 pages of text. It travels twice, and the second time beside a password.
LONGEST = 300_000

# What is never written into a page: a form with such a field is typed again.
SECRETS = {"password", "old"}
# What only the program reads, or says again what stands beside it: `name=value`.
_UNREAD = re.compile(
    r"^(once|version|panel|alone|again|focus|query|when|act|back|keep-[^=]*|[^=]*(uid|id))=|=[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?$")

# Forms of one word, which stand on a page among others: one that is refused is shown again by the page that says why.
WORDS = {"name": "Name", "new_lead": "Led by", "new_topics": "Topics", "point": "Point of the agenda", "tags": "Tags"}

# What the forms call what their fields do not say by their names.
LABELS = WORDS | {
    "at": "Time",
    "due_on": "Until",
    "follow_up_due": "Until",
    "follow_up_needed": "Follow up",
    "follow_up_notes": "What",
    "lead": "Led by",
    "length": "Minutes",
    "duration": "Minutes",
    "location": "Place",
    "outcomes": "What was agreed",
    "relationship_impact": "The relationship is now",
    "scheduled_datetime": "Time",
    "sentiment": "Mood",
    "they_owe": "They promised",
    "they_owe_due": "They promised it until",
    "took_place": "Did it take place?",
}
CODES = {"y": "Yes"} | words.labels(words.TYPES) | words.labels(words.MOODS) | words.IMPACTS | words.TOOK_PLACE

TOO_LONG = "What you sent is too long to be kept through signing in. It was not saved: go back for your text, and copy it."


class Kept(NamedTuple):
    """What was typed: where it was sent, its fields in their order, and the GUID of the login under which it was typed."""

    path: str
    fields: list[tuple[str, str]]
    login: str


def guard(web: Blueprint) -> None:
    """Between the check of the token, which only a page of that session has, and the guard that asks for a sign-in."""
    web.before_request(keep)


def keep() -> ResponseReturnValue | None:
    """The sign-in page with what was typed in it, for who has been signed out meanwhile and has typed something."""
    login = cookie.get("_user_id")
    if request.method != "POST" or request.endpoint in session.PUBLIC or respond.wants_fragment() or session.who() or not login:
        return None
    path, fields = respond.local_path(request.full_path.rstrip("?"), ""), typed()
    if not path or not any(value and not _UNREAD.search(f"{name}={value}") for name, value in fields):
        return None
    sealed = str(_sealer().dumps([path, fields, login]))
    fits = len(sealed) <= LONGEST
    shown = {"kept": sealed if fits else "", "problem": None if fits else TOO_LONG}
    to = respond.back(url_for("web.today.index"))
    return respond.page("auth/sign_in.html", 401, to=to, username="", demo=[], **shown)


def typed() -> list[tuple[str, str]]:
    """What the form had, for a form that sends it again; nothing where a part of it cannot be sent that way."""
    return [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"] if can_go_along() else []


def words_typed() -> list[str]:
    """The names of the fields, of WORDS, in which somebody has typed. A point of the agenda that is moved is not typed."""
    return [name for name in WORDS if request.form.get(name, "").strip() and "to" not in request.form]


def can_go_along() -> bool:
    return not (SECRETS & set(request.form) or request.files)


def carried() -> str:
    """What came with this request from a sign-in page, sealed as it is, for the next one; nothing if it is not ours."""
    sealed = request.form.get(FIELD, "")
    return sealed if opened(sealed) else ""


def opened(sealed: str) -> Kept | None:
    try:
        path, fields, login = _sealer().loads(sealed)
    except BadData:
        return None
    return Kept(path, [(name, value) for name, value in fields], login)


def go_on(to: str) -> ResponseReturnValue:
    """After a sign-in, or the choice of a site: `to` the page that was wanted, by way of what was kept, if there is something.
    It is sent by nobody but who presses the button, and says so where somebody else has typed it."""
    found, who = opened(request.form.get(FIELD, "")), session.who()
    if found is None or who is None:
        return redirect(to, 303)
    login = auth.login_by_uid(UUID(found.login))
    writer = login.user if login else None
    mine = writer is not None and writer.id == who.user.id
    if "member" not in g and mine and login and login.site_id in who.roles and who.login.site_id is None:
        auth.choose_site(who, login.site_id)  # where it was typed
        g.member = who.member(login.site_id)
    session.recall()
    if "member" not in g and who.roles:
        return respond.page("auth/sites.html", sites=list(who.roles.values()), chosen=None, to=to, kept=request.form[FIELD])
    by = None if mine else writer.name if writer else "Somebody else"
    return respond.page("auth/kept.html", found=found, shown=read_aloud(found.fields), by=by, to=to)


def read_aloud(fields: list[tuple[str, str]]) -> dict[str, str]:
    """What people have typed or chosen, as they would say it; without what the form had by itself or only the program reads."""
    said: dict[str, list[str]] = {}
    for name, value in fields:
        if value.strip() and not (_UNREAD.search(f"{name}={value}") or _is_idle(name, fields)):
            called = LABELS.get(name) or words.field(name.removesuffix("-new")).replace("-", " ").capitalize()
            said.setdefault(called, []).append(_in_words(value))
    return {called: ", ".join(values) for called, values in said.items()}


def _is_idle(name: str, fields: list[tuple[str, str]]) -> bool:
    """A date whose matter was not typed, a time that was not chosen: the form comes with both."""
    if name == "at":
        return ("when", "now") in fields
    stem = name.removesuffix("_due")
    return stem != name and not any(value and other != name for other, value in fields if other.startswith(stem))


def _in_words(value: str) -> str:
    try:
        at = datetime.fromisoformat(value) if _DAY.match(value) else None
    except ValueError:
        at = None
    if at:
        return times.exact(at).strip() if "T" in value else times.long_day(at.date())
    return CODES.get(value, value)


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="kept-form")
