"""The community: who takes part, its rooms, and what is written in them."""

from oneroof.community.models.announcements import WARNINGS, Announcement, Audience, News
from oneroof.community.models.articles import Article, Disclaimer, Helped, Proposal, Sort
from oneroof.community.models.attachments import Attachment
from oneroof.community.models.brought import ImportedBadge, OldAddress, OldDeed
from oneroof.community.models.counsel import Counsel, CounselWord
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
from oneroof.community.models.joining import (
    CLAIM_LIFE,
    CLAIM_SALT,
    INVITATION_LIFE,
    INVITATION_SALT,
    AccountClaim,
    ClaimRule,
    GroupInvitation,
)
from oneroof.community.models.members import Member
from oneroof.community.models.moderation import FilterState, Hold, Report, ReportReason, Sanction
from oneroof.community.models.passages import Passage
from oneroof.community.models.tags import Tag, Tagged
from oneroof.community.models.talks import Block, Message, MessageReport, Talk
from oneroof.community.models.translations import Translation, TranslationService

__all__ = [
    "BELONGS",
    "CLAIM_LIFE",
    "CLAIM_SALT",
    "INVITATION_LIFE",
    "INVITATION_SALT",
    "ROOT_KINDS",
    "WARNINGS",
    "AccountClaim",
    "Announcement",
    "Article",
    "Attachment",
    "Audience",
    "Block",
    "ClaimRule",
    "Counsel",
    "CounselWord",
    "Disclaimer",
    "Draft",
    "Entry",
    "EntryQuerySet",
    "FilterState",
    "Flag",
    "Follow",
    "Group",
    "GroupInvitation",
    "Helped",
    "Hold",
    "ImportedBadge",
    "Kind",
    "LinkCheck",
    "Member",
    "Membership",
    "Message",
    "MessageReport",
    "News",
    "OldAddress",
    "OldDeed",
    "Passage",
    "Proposal",
    "Reason",
    "Report",
    "ReportReason",
    "Revision",
    "Sanction",
    "Sort",
    "Sought",
    "Status",
    "Tag",
    "Tagged",
    "Talk",
    "Translation",
    "TranslationService",
    "Visibility",
    "Vote",
    "groups_known_to",
    "groups_read_by",
]
