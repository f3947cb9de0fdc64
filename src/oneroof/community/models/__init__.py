"""The community: who takes part, its rooms, and what is written in them."""

from oneroof.community.models.announcements import WARNINGS, Announcement, Audience, News
from oneroof.community.models.articles import Article, Disclaimer, Helped, Proposal, Sort
from oneroof.community.models.attachments import Attachment
from oneroof.community.models.brought import ImportedBadge, OldAddress
from oneroof.community.models.entries import (
    ROOT_KINDS,
    Entry,
    EntryQuerySet,
    Follow,
    Kind,
    Revision,
    Status,
    Vote,
    groups_known_to,
    groups_read_by,
)
from oneroof.community.models.finding import Draft, Sought
from oneroof.community.models.freshness import Flag, LinkCheck, Reason
from oneroof.community.models.groups import BELONGS, Group, Membership, Visibility
from oneroof.community.models.joining import INVITATION_LIFE, INVITATION_SALT, ClaimRule, GroupInvitation
from oneroof.community.models.members import Member
from oneroof.community.models.passages import Passage
from oneroof.community.models.tags import Tag, Tagged
from oneroof.community.models.translations import Translation, TranslationService

__all__ = [
    "BELONGS",
    "INVITATION_LIFE",
    "INVITATION_SALT",
    "ROOT_KINDS",
    "WARNINGS",
    "Announcement",
    "Article",
    "Attachment",
    "Audience",
    "ClaimRule",
    "Disclaimer",
    "Draft",
    "Entry",
    "EntryQuerySet",
    "Flag",
    "Follow",
    "Group",
    "GroupInvitation",
    "Helped",
    "ImportedBadge",
    "Kind",
    "LinkCheck",
    "Member",
    "Membership",
    "News",
    "OldAddress",
    "Passage",
    "Proposal",
    "Reason",
    "Revision",
    "Sort",
    "Sought",
    "Status",
    "Tag",
    "Tagged",
    "Translation",
    "TranslationService",
    "Visibility",
    "Vote",
    "groups_known_to",
    "groups_read_by",
]
