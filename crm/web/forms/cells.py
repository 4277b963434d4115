"""One cell of the list of interactions, edited where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from crm import clock
from crm.web import session
from crm.web.forms.interactions import FOLLOW_UP_IN, InteractionEditForm

if TYPE_CHECKING:
    from crm.models import Interaction

# What stands in a cell, under the schema's names.
CELLS = {
    "when": ("start_datetime",),
    "type": ("type",),
    "title": ("title",),
    "lead": ("lead",),
    "length": ("duration",),
    "mood": ("sentiment",),
    "follow_up": ("follow_up_needed", "follow_up_notes", "follow_up_due"),
}


class CellForm(InteractionEditForm):
    """The fields of one cell. The others are left as they are."""

    cell: str

    @classmethod
    def in_cell(cls, interaction: Interaction, cell: str, formdata: Any = None) -> Self:
        """The cell as it is, or as it was typed."""
        form = cls.of(interaction, formdata)
        form.cell = cell
        form.identify(f"cell-{interaction.id}-")
        form.length.data = ""  # the chips of the whole form, which has them beside the number
        if formdata is None:
            form.duration.data = interaction.duration
            if not interaction.follow_up_needed:
                # Who opens an empty one wants one.
                form.follow_up_needed.data = True
                form.follow_up_due.data = clock.today(session.member().timezone) + FOLLOW_UP_IN
        return form

    def values(self) -> dict[str, Any]:
        wanted = CELLS[self.cell]
        return {name: value for name, value in super().values().items() if name in wanted}
