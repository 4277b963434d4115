"""The shape of a contact (one-contract.md, "Contacts, meetings, analytics")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field

from crm.schemas import shapes
from crm.schemas.base import ABSENT, Blank, Flag, Line50, Line200, Line254, Prose, Schema, Texts
from crm.schemas.interactions import Type
from crm.schemas.shapes import After


def email_address(value: str) -> str:
    """An e-mail address as people write it (RFC 5321, RFC 6531). Raises ValueError with a sentence.

    Domains that no public mail reaches ("corp.local") are in real address books, and are taken.
    """
    try:
        address = validate_email(value, check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise ValueError(f"“{value[:100]}” is not an e-mail address") from error
    if "." not in address.domain:
        raise ValueError(f"“{value[:100]}” is not an e-mail address: its domain has no dot")
    return address.normalized


def phone_digits(number: str) -> str:
    """What two spellings of a number have in common: its digits, with a leading +."""
    digits = "".join(character for character in number if character.isdecimal())
    return f"+{digits}" if number.lstrip().startswith("+") else digits


def _phone(value: str) -> str:
    if not 2 <= len(phone_digits(value).lstrip("+")) <= 30:
        raise ValueError(f"“{value}” is not a phone number")
    return value


def _first_of_each(key: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    """Keeps the first of several values that are the same by `key`, in its place."""

    def kept(values: list[str]) -> list[str]:
        first: dict[str, str] = {}
        for value in values:
            first.setdefault(key(value), value)
        return list(first.values())

    return kept


EmailAddress = Annotated[Line254, After(email_address, shape=shapes.as_email)]
Emails = Annotated[list[EmailAddress], Field(max_length=50), AfterValidator(_first_of_each(str.casefold))]
PhoneNumber = Annotated[Line50, After(_phone, shape=shapes.with_examples("+49 30 901820"))]
Phones = Annotated[list[PhoneNumber], Field(max_length=50), AfterValidator(_first_of_each(phone_digits))]


class ContactEdit(Schema):
    """Changes the fields it names. Null clears a field."""

    name: Line200 = ABSENT
    emails: Emails | None = None
    phones: Phones | None = None
    company: Annotated[Line200 | None, Blank] = None
    job_title: Annotated[Line200 | None, Blank] = None
    tags: Texts | None = None
    notes: Prose = None
    owner_id: int | None = None
    keep_in_touch_days: Annotated[int, Field(strict=True, gt=0, le=3660)] | None = None


class ContactNew(ContactEdit):
    name: Line200


class _Cadence(Schema):
    """What counts as keeping in touch: which types (none named: all), and whether only what the owner led. Set on the page of
    a contact; no document lists it."""

    cadence_types: Annotated[list[Type], AfterValidator(sorted)] | None = None
    cadence_by_owner: Flag = ABSENT


class ContactFormEdit(ContactEdit, _Cadence):
    """What the form of a contact changes."""


class ContactFormNew(ContactNew, _Cadence):
    """What the form of a new contact says."""
