"""Conversations, what is said in them on our side, replies on their way, and service levels."""

from oneroof.care.models.conversations import (
    Conversation,
    ConversationQuerySet,
    Outcome,
    PastWork,
    Priority,
    State,
)
from oneroof.care.models.notes import Note, SavedReply, SavedView, Tag, Tagging
from oneroof.care.models.replies import LIVE_REPLY_STATES, Reply, ReplyState, Trust
from oneroof.care.models.service import CareSettings, ServicePolicy, WorkingHours
from oneroof.care.models.used import UsedPassage

__all__ = [
    "LIVE_REPLY_STATES",
    "CareSettings",
    "Conversation",
    "ConversationQuerySet",
    "Note",
    "Outcome",
    "PastWork",
    "Priority",
    "Reply",
    "ReplyState",
    "SavedReply",
    "SavedView",
    "ServicePolicy",
    "State",
    "Tag",
    "Tagging",
    "Trust",
    "UsedPassage",
    "WorkingHours",
]
