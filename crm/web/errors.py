"""The one tree of errors, told to people: a page that says what happened and what to do, or a toast where HTMX asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from crm import database
from crm.errors import (
    Conflict,
    CrmError,
    Forbidden,
    Invalid,
    NotFound,
    Over,
    SiteRequired,
    Stale,
    TooManyAttempts,
    Unauthenticated,
)
from crm.web import kept, respond, security, session, times, words
from crm.web.security import CrossSite


class Words(NamedTuple):
    """What a page says about an error: its title, and what to do. The error's own message stands between them."""

    title: str
    advice: str


STATUS: dict[type[CrmError], int] = {
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Invalid: 422,
    TooManyAttempts: 429,
    Unauthenticated: 401,
}

WORDS = {
    400: Words("This page is too old", "Go back, load the page again, and repeat what you did. Nothing was changed."),
    403: Words("Not yours to see or change", "What you see depends on your site and your role in it."),
    404: Words("Not found", "Check the address, or look for it in the lists."),
    405: Words("Not a page", "This address takes a form. Go back and use the buttons of the page."),
    409: Words("Not as things stand", "Nothing was changed. Go back and load the page again to see how it stands."),
    412: Words("Somebody else was faster", "Your text is still in the form: go back, and compare it with theirs."),
    413: Words(
        "Nothing was saved",
        "The most that can be sent at once is 2 MB, of a file to import 20 MB. Send it in parts.",
    ),
    422: Words("That does not fit", "Nothing was changed. Go back and correct it."),
    429: Words("Too many attempts", "Wait a little, then try again. Nothing is locked for good."),
    500: Words("Something went wrong on our side", "Nothing was changed. Try again in a moment."),
}
FALLBACK = {404: NotFound.message, 413: "What was sent is too large.", 500: "It has been noted, and we will look at it."}


def render(app: Flask, web: Blueprint) -> None:
    web.register_error_handler(CrmError, crm_error)
    web.register_error_handler(SiteRequired, ask_for_site)
    for error in (CSRFError, CrossSite):
        web.register_error_handler(error, forged)
    app.register_error_handler(HTTPException, http_error)


def ask_for_site(error: SiteRequired) -> ResponseReturnValue:
    database.rollback()
    to = url_for("web.auth.choose_site", next=request.full_path.rstrip("?") if request.method == "GET" else None)
    return Response(headers={"HX-Redirect": to}) if respond.wants_fragment() else redirect(to, 303)


def crm_error(error: CrmError) -> Response:
    status = next(status for kind, status in STATUS.items() if isinstance(error, kind))
    if error.keeps_changes:
        g.keep_changes = True
    else:
        database.rollback()
    text = error.message
    if isinstance(error, Over):
        text = error.sentence.replace("{when}", times.on_at(error.at))
    if isinstance(error, Invalid):
        text = " ".join(f"{words.field(name).capitalize()} {sentence}." for name, sentence in error.details.items())
    response = answer(status, text)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def forged(error: HTTPException) -> ResponseReturnValue:
    """No token of this session. A page that outlived its sign-in gets the new one, so that only a second click is lost."""
    database.rollback()
    if session.who() is None and request.endpoint not in session.PUBLIC:
        return session.ask_to_sign_in()
    if respond.wants_fragment():
        text = "You signed in again since this page was loaded. Do it once more."
        return respond.refused(text, status=400, headers={"X-CSRF-Token": security.token()})
    ours = isinstance(error, CSRFError) and from_here()
    if request.endpoint == "web.auth.sign_in":
        return _sign_in_once_more(kept.carried() if ours else "")
    if request.endpoint in session.PUBLIC:
        return answer(400, CrossSite.description)
    again = kept.typed() or [("again", "1")] if ours and kept.can_go_along() else []
    return answer(400, RENEWED if again else CrossSite.description, again=again)


def _sign_in_once_more(typed: str) -> ResponseReturnValue:
    """The form with a token of this session, and what was typed before it. Who has signed in meanwhile, in another tab or by
    this very page before it was loaded again, goes on."""
    to = respond.local_path(request.form.get("next"), url_for("web.today.index"))
    if session.who():
        return kept.go_on(to) if typed else answer(400, CrossSite.description)
    problem = "This page was open for very long. Sign in once more."
    username = request.form.get("username", "")
    return respond.page("auth/sign_in.html", 400, to=to, problem=problem, username=username, demo=[], kept=typed)


RENEWED = "You signed in again after this page was loaded, so it was not sent. Nothing is lost: send it again."


def from_here() -> bool:
    """Whether a page of ours has sent the form: the browser says so, in one way or the other."""
    return request.headers.get("Sec-Fetch-Site") == "same-origin" or urlsplit(request.origin or "").netloc == request.host


def http_error(error: HTTPException) -> ResponseReturnValue:
    """What Flask itself refuses, an unknown path included. A redirect is no error."""
    if error.code is None or error.code < 400:
        return error.get_response()
    database.rollback()
    response = answer(error.code, FALLBACK.get(error.code, ""))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def answer(status: int, text: str, *, again: Iterable[tuple[str, str]] = ()) -> Response:
    said = WORDS.get(status) or Words("That did not work", "Go back and try again.")
    if again:
        here = session.who()
        whose = f" You are {here.user.name} here." if here else ""
        said = Words("This page was older than your sign-in", f"What you typed goes with it.{whose}")
    if respond.wants_fragment():
        return respond.refused(text or said.advice, status=status, link=_look(status))
    if status >= 500:  # what broke may be the very database that the frame of a page needs
        g.broken = True
        return respond.page("errors/broken.html", status, error=said, text=text)
    g.refused = True
    session.recall()
    words = kept.words_typed() if status in (409, 422) else []
    if words:
        said, again = Words(said.title, "Nothing was changed, and what you typed is here."), kept.typed()
    shown = {
        "code": status,
        "back": _its_form(),
        "its_page": its_page(),
        "again": again,
        "words": {name: kept.WORDS[name] for name in words},
    }
    return respond.page("errors/error.html", status, error=said, text=text, **shown)


def _look(status: int) -> tuple[str, str] | None:
    page = its_page()
    return (page, "Look at it") if status == 409 and page else None


def its_page() -> str | None:
    """The page of the row that the address is about."""
    show = f"{request.blueprint}.show"
    uid = (request.view_args or {}).get("uid")
    return url_for(show, uid=uid) if uid and show in current_app.view_functions else None


def _its_form() -> str:
    """The page that the form was on, if it was not one like this."""
    page = respond.back("") if request.method == "POST" else ""
    return page if page.partition("?")[0] != request.path else ""


def sign_in_refused(error: CrmError, **context: object) -> Response:
    """The form again, with what went wrong. The attempt is counted."""
    g.keep_changes = error.keeps_changes
    limited = isinstance(error, TooManyAttempts)
    text = error.message if limited else "This name and password do not belong together. Check both, and try again."
    response = respond.page("auth/sign_in.html", 429 if limited else 401, problem=text, **context)
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.retry_after)
    return response
