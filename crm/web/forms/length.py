"""A length in minutes: a chip for the usual ones, a number for the others."""

from __future__ import annotations

from typing import Any

from wtforms import RadioField

from crm.web import words
from crm.web.forms.fields import one_of, whole


def chips() -> RadioField:
    return one_of("Minutes", {str(count): str(count) for count in words.DURATIONS}, none=True)


def minutes(form: Any) -> int | None:
    """The chosen length, unless another one was typed."""
    typed: int | None = form.duration.data
    return typed if typed is not None else whole(form.length.data)


def lengths(duration: int | None) -> dict[str, Any]:
    """What the chip and the number show for `duration`."""
    chip = duration in words.DURATIONS
    return {"length": str(duration) if chip else "", "duration": None if chip else duration}
