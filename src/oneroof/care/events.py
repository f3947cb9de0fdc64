"""What happened in care, told to the rooms above; ids are those of Conversation and Reply."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ConversationsOpened:
    """New conversations, or new work in old ones."""

    conversation_ids: list[int]


@dataclass(frozen=True)
class ConversationClaimed:
    conversation_id: int
    post_id: int
    user_id: int


@dataclass(frozen=True)
class ConversationHandedOn:
    conversation_id: int
    by_id: int
    to_user_id: int | None
    to_department_id: int | None


@dataclass(frozen=True)
class ConversationClosed:
    conversation_id: int
    post_id: int
    outcome: str


@dataclass(frozen=True)
class ReplySent:
    """It stands at the source. ``by_hand``: a person gave it there and told us."""

    reply_id: int
    conversation_id: int
    by_hand: bool


@dataclass(frozen=True)
class ReplyUnsure:
    """It may stand at the source or not, and a person has to say."""

    reply_id: int
    conversation_id: int
