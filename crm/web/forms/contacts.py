from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from wtforms import TextAreaField

from crm.schemas.contacts import ContactEdit, ContactNew
from crm.web.forms.base import Form
from crm.web.forms.fields import Number, Rows, Text, Tokens

if TYPE_CHECKING:
    from crm.models import Contact

C = TypeVar("C", ContactNew, ContactEdit)


class _ContactForm(Form[C]):
    name = Text("Name")
    job_title = Text("Title")
    company = Text("Company")
    emails = Rows("E-mail")
    phones = Rows("Phone")
    tags = Tokens("Tags")
    owner_id = Number("Owner")
    keep_in_touch_days = Number("Keep in touch")
    notes = TextAreaField("Notes")

    def values(self) -> dict[str, Any]:
        return super().values() | {"name": self.name.data or ""}


class ContactNewForm(_ContactForm[ContactNew]):
    schema = ContactNew


class ContactEditForm(_ContactForm[ContactEdit]):
    schema = ContactEdit


def edit_form(contact: Contact, formdata: Any = None) -> ContactEditForm:
    """The contact as it is, or as it was typed."""
    plain = ("name", "job_title", "company", "tags", "owner_id", "keep_in_touch_days", "notes", "version")
    return ContactEditForm(
        formdata,
        emails=[email.address for email in contact.emails],
        phones=[phone.number for phone in contact.phones],
        **{name: getattr(contact, name) for name in plain},
    )
