"""The one tree of errors that services raise. Each edge renders it once: the API as its envelope, the web as a page,
a form error or a toast, the command line as a sentence.

The messages are written for the person who reads them: what happened, and what to do.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID


class CrmError(Exception):
    """The root. `message` is a sentence for a person."""

    message: str = "Something went wrong."

    # What the service wrote before it raised is normally rolled back. Where the writing is the point (a failed sign-in is
    # counted, a stolen refresh token ends its login) the error says so, and the edge commits.
    keeps_changes: ClassVar[bool] = False

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message


class Invalid(CrmError):
    """What was sent breaks a rule. `details` has one sentence for each field, all of them at once."""

    def __init__(self, details: dict[str, str], message: str | None = None) -> None:
        super().__init__(message or "Please correct: " + ", ".join(details) + ".")
        self.details = details


class InvalidEmail(CrmError):
    message = "Invalid email address"


class Problems:
    """Gathers what several rules refuse, so that a person is told all of it at once:

    with problems: rule(); with problems: another(); problems.check()
    """

    def __init__(self) -> None:
        self.details: dict[str, str] = {}

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, Invalid):
            for name, sentence in error.details.items():
                self.details.setdefault(name, sentence)
        return isinstance(error, Invalid)

    def check(self) -> None:
        """Raises Invalid where a rule has refused."""
        if self.details:
            raise Invalid(self.details)


class NotFound(CrmError):
    message = "There is nothing here. It may have been deleted."


class Merged(NotFound):
    """The contact was merged into another one: `into` is its GUID."""

    def __init__(self, into: UUID) -> None:
        super().__init__(f"This contact was merged into another one. It is there: {into}.")
        self.into = into


class Forbidden(CrmError):
    message = "You are not allowed to do this here."


class SiteRequired(Forbidden):
    """The person has several sites and has not chosen one (or has none)."""

    message = "Choose a site first."


class InsufficientScope(Forbidden):
    """An access token that may only read was used to write (RFC 6750 §3.1)."""

    message = "This access token may only read. Make one with the scope “write” for this."


class Conflict(CrmError):
    """The thing is in a state that forbids it: a completed meeting cannot be completed again."""


class Over(Conflict):
    """The meeting was completed or cancelled `at` that instant (as they have it who acts, where the meeting is told to
    them). `sentence` has {when} in its place, for who writes it in another manner."""

    def __init__(self, sentence: str, at: datetime) -> None:
        super().__init__(sentence.replace("{when}", f"on {at.day} {at:%B %Y} at {at:%H:%M}"))
        self.sentence, self.at = sentence, at


class Stale(CrmError):
    """Somebody else changed the thing since it was read."""

    message = "Somebody changed this while you were editing. Look at their version, then save yours again."


class Unauthenticated(CrmError):
    message = "Authentication required"


class InvalidAccessToken(Unauthenticated):
    """An access token that is not known, or not good any more. The message says which, and what to do."""


class InvalidCredentials(Unauthenticated):
    message = "Invalid username or password"
    keeps_changes = True  # the failed attempt is counted


class InvalidRefreshToken(Unauthenticated):
    message = "Invalid or expired refresh token"
    keeps_changes = True  # reuse ends the login


class TooManyAttempts(CrmError):
    """Guessing is slowed. `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"Too many attempts. Try again in {_wait(retry_after)}.")
        self.retry_after = retry_after


def _wait(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    return f"{round(seconds / 60)} minutes"


class ProviderError(CrmError):
    """Another program did not do what it was asked. `permanent`: trying again would not help."""

    def __init__(self, message: str, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent
