"""Settings: what people decide about themselves, about their sites, and about what was deleted."""

from crm.web.settings import deleted, members, profile, sign_ins, sites, users
from crm.web.settings.blueprint import blueprint

__all__ = ["blueprint", "deleted", "members", "profile", "sign_ins", "sites", "users"]
