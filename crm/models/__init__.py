"""The tables, and what must hold in one row."""

from crm.models.access_token import AccessToken
from crm.models.base import Base
from crm.models.contact import Contact, ContactEmail, ContactPhone
from crm.models.contact_import import ContactImport
from crm.models.event import Change, Event
from crm.models.follow_up import FollowUp
from crm.models.interaction import Interaction
from crm.models.invitation import Invitation
from crm.models.kept_answer import KeptAnswer
from crm.models.meeting import Meeting
from crm.models.password_reset import PasswordReset
from crm.models.saved_view import SavedView
from crm.models.site import Membership, Site
from crm.models.undo import KeptUndo
from crm.models.user import Login, LoginThrottle, User

__all__ = [
    "AccessToken",
    "Base",
    "Change",
    "Contact",
    "ContactEmail",
    "ContactImport",
    "ContactPhone",
    "Event",
    "FollowUp",
    "Interaction",
    "Invitation",
    "KeptAnswer",
    "KeptUndo",
    "Login",
    "LoginThrottle",
    "Meeting",
    "Membership",
    "PasswordReset",
    "SavedView",
    "Site",
    "User",
]
