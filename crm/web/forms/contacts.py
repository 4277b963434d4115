from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from wtforms import BooleanField, SelectMultipleField, TextAreaField

from crm.schemas.contacts import ContactFormEdit, ContactFormNew
from crm.web import words
from crm.web.forms.base import Form
from crm.web.forms.fields import Number, Rows, Text, Tokens, choices

if TYPE_CHECKING:
    from crm.models import Contact

C = TypeVar("C", ContactFormNew, ContactFormEdit)


class _ContactForm(Form[C]):
    name = Text("Name")
    job_title = Text("Job title")
    company = Text("Company")
    emails = Rows("E-mail")
    phones = Rows("Phone")
    tags = Tokens("Tags")
    owner_id = Number("Owner")
    keep_in_touch_days = Number("Keep in touch")
    cadence_types = SelectMultipleField("What counts", choices=choices(words.labels(words.TYPES)), validate_choice=False)
    cadence_by_owner = BooleanField("Only what the owner led")
    notes = TextAreaField("Notes")

    def values(self) -> dict[str, Any]:
        return super().values() | {"name": self.name.data or ""}


class ContactNewForm(_ContactForm[ContactFormNew]):
    schema = ContactFormNew


class ContactEditForm(_ContactForm[ContactFormEdit]):
    schema = ContactFormEdit

    @classmethod
    def of(cls, contact: Contact, formdata: Any = None) -> Self:
        """The contact as it is, or as it was typed."""
        plain = ["name", "job_title", "company", "tags", "owner_id", "keep_in_touch_days", "notes", "version"]
        plain += ["cadence_types", "cadence_by_owner"]
        return cls(
            formdata,
            emails=[email.address for email in contact.emails],
            phones=[phone.number for phone in contact.phones],
            **{name: getattr(contact, name) for name in plain},
        )
