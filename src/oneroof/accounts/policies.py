"""Who may do what: pure, and the only place that says so."""

from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """What a person is to the company, from the least to the most trusted."""

    MEMBER = "member", _("Member")
    VOLUNTEER = "volunteer", _("Volunteer")
    AGENT = "agent", _("Agent")
    LEAD = "lead", _("Lead")
    ADMIN = "admin", _("Administrator")


class Permission(StrEnum):
    """One thing that a page, a route or an action asks for."""

    OWN_ACCOUNT = "own_account"  # one's own profile, notices and tokens
    HEAR = "hear"  # read posts, watches and their catches
    OWN_WATCH = "own_watch"  # make watches and change one's own
    ANY_WATCH = "any_watch"  # change somebody else's
    MANAGE_SOURCES = "manage_sources"
    EXPORT = "export"
    READ_CONVERSATIONS = "read_conversations"
    ANSWER = "answer"  # claim, hand on, note, reply, close
    ANSWER_UNREVIEWED = "answer_unreviewed"  # a reply needs nobody's approval
    APPROVE = "approve"  # let a volunteer's reply out
    TAKE_OVER = "take_over"  # end somebody else's claim
    STEER = "steer"  # service levels, saved replies, tags, rules of engagement
    KNOW_CUSTOMERS = "know_customers"  # purchases and value; join and part people
    GOVERN_PEOPLE = "govern_people"  # what is kept of a person: export, erasure, retention, syncs
    READ_AUDIT = "read_audit"
    MANAGE_USERS = "manage_users"
    TAKE_PART = "take_part"  # ask, answer, vote and write in the community
    MODERATE = "moderate"  # hold back, merge, restore and close what others wrote there


_MEMBER = frozenset({Permission.OWN_ACCOUNT, Permission.TAKE_PART})
_VOLUNTEER = _MEMBER | {
    Permission.HEAR,
    Permission.OWN_WATCH,
    Permission.READ_CONVERSATIONS,
    Permission.ANSWER,
}
_AGENT = _VOLUNTEER | {
    Permission.ANSWER_UNREVIEWED,
    Permission.EXPORT,
    Permission.MODERATE,
    Permission.KNOW_CUSTOMERS,
}
_LEAD = _AGENT | {
    Permission.ANY_WATCH,
    Permission.MANAGE_SOURCES,
    Permission.APPROVE,
    Permission.TAKE_OVER,
    Permission.STEER,
    Permission.GOVERN_PEOPLE,
    Permission.READ_AUDIT,
}
_ADMIN = _LEAD | {Permission.MANAGE_USERS}

PERMISSIONS = MappingProxyType(
    {
        Role.MEMBER: _MEMBER,
        Role.VOLUNTEER: _VOLUNTEER,
        Role.AGENT: _AGENT,
        Role.LEAD: _LEAD,
        Role.ADMIN: _ADMIN,
    }
)

STAFF_ROLES = (Role.VOLUNTEER, Role.AGENT, Role.LEAD, Role.ADMIN)


def may(role: str, permission: Permission) -> bool:
    """Whether a role carries a permission; an unknown role carries none."""
    return permission in PERMISSIONS.get(Role(role), frozenset()) if role in Role.values else False
