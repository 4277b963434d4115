"""One cell of a list, edited where it stands: a part of the form in which all of the row can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from crm import clock
from crm.web import session
from crm.web.forms.base import Form
from crm.web.forms.contacts import ContactEditForm
from crm.web.forms.interactions import FOLLOW_UP_IN, InteractionEditForm

if TYPE_CHECKING:
    from crm.models import Contact, Interaction


class CellForm(Form[Any]):
    """The fields of one cell. The others are left as they are."""

    # What stands in each cell, under the schema's names.
    cells: ClassVar[Mapping[str, tuple[str, ...]]]

    cell: str

    def values(self) -> dict[str, Any]:
        wanted = self.cells[self.cell]
        return {name: value for name, value in super().values().items() if name in wanted}

    def stand_in(self, cell: str, row: Any) -> None:
        self.cell = cell
        self.identify(f"cell-{row.id}-")


class InteractionCell(CellForm, InteractionEditForm):
    cells = {
        "when": ("start_datetime",),
        "type": ("type",),
        "title": ("title",),
        "lead": ("lead",),
        "length": ("duration",),
        "mood": ("sentiment",),
        "follow_up": ("follow_up_needed", "follow_up_notes", "follow_up_due"),
    }

    @classmethod
    def within(cls, interaction: Interaction, cell: str, formdata: Any = None) -> Self:
        """The cell as it is, or as it was typed."""
        form = cls.of(interaction, formdata)
        form.stand_in(cell, interaction)
        form.length.data = ""  # the chips of the whole form, which has them beside the number
        if formdata is None:
            form.duration.data = interaction.duration
            if not interaction.follow_up_needed:
                # Who opens an empty one wants one.
                form.follow_up_needed.data = True
                form.follow_up_due.data = clock.today(session.member().timezone) + FOLLOW_UP_IN
        return form


class ContactCell(CellForm, ContactEditForm):
    cells = {"name": ("name", "job_title"), "company": ("company",), "tags": ("tags",), "owner": ("owner_id",)}

    @classmethod
    def within(cls, contact: Contact, cell: str, formdata: Any = None) -> Self:
        """The cell as it is, or as it was typed."""
        form = cls.of(contact, formdata)
        form.stand_in(cell, contact)
        return form
