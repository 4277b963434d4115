"""The tables, and what must hold in one row."""

from crm.models.base import Base
from crm.models.contact import Contact, ContactEmail, ContactPhone
from crm.models.event import Change, Event
from crm.models.follow_up import FollowUp
from crm.models.interaction import Interaction
from crm.models.invitation import Invitation
from crm.models.kept_answer import KeptAnswer
from crm.models.meeting import Meeting
from crm.models.password_reset import PasswordReset
from crm.models.site import Membership, Site
from crm.models.user import Login, LoginThrottle, User

__all__ = [
    "Base",
    "Change",
    "Contact",
    "ContactEmail",
    "ContactPhone",
    "Event",
    "FollowUp",
    "Interaction",
    "Invitation",
    "KeptAnswer",
    "Login",
    "LoginThrottle",
    "Meeting",
    "Membership",
    "PasswordReset",
    "Site",
    "User",
]
