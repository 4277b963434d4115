from __future__ import annotations

from typing import Any

from wtforms import SelectField

from crm.schemas.access_tokens import USUAL_DAYS, AccessTokenNew
from crm.web.forms.base import Form
from crm.web.forms.fields import Text, one_of, whole

SCOPES = {"read": "Read", "write": "Read and write"}
DAYS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year"}


class AccessTokenForm(Form[AccessTokenNew]):
    schema = AccessTokenNew
    mark = "token-"

    name = Text("Name")
    site_id = SelectField("Site", coerce=int, validate_choice=False)
    scope = one_of("It may", SCOPES, default="read")
    expires_in_days = one_of("Stops working after", DAYS, default=str(USUAL_DAYS))

    def values(self) -> dict[str, Any]:
        values = super().values() | {"name": self.name.data or "", "expires_in_days": whole(self.expires_in_days.data)}
        return {name: value for name, value in values.items() if value is not None}
