"""What the API says of conversations, and what it is told. Times are ISO 8601 with their zone."""

from datetime import datetime
from typing import Any, Self

from ninja import Schema
from pydantic import AwareDatetime, Field

from oneroof.accounts.models import User
from oneroof.care.models import Conversation, Note, Outcome, Reply
from oneroof.care.queries.conversation import Said, notes_of, thread
from oneroof.core.pagination import Page
from oneroof.core.storable import StorableText


class PersonOut(Schema):
    id: int
    name: str

    @classmethod
    def of(cls, user: User | None) -> Self | None:
        return cls(id=user.pk, name=str(user)) if user else None


class SourceOut(Schema):
    id: int
    name: str
    network: str


class CustomerOut(Schema):
    name: str
    handle: str


class ClocksOut(Schema):
    """Due times stay as the policy of their day made them; a breach is judged now."""

    opened_at: datetime
    awaiting_since: datetime | None
    first_due_at: datetime | None
    first_response_at: datetime | None
    first_response_breached: bool
    resolution_due_at: datetime | None
    resolved_at: datetime | None
    resolution_breached: bool

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        return cls(
            opened_at=conversation.opened_at,
            awaiting_since=conversation.awaiting_since,
            first_due_at=conversation.first_due_at,
            first_response_at=conversation.first_response_at,
            first_response_breached=conversation.is_first_response_breached,
            resolution_due_at=conversation.resolution_due_at,
            resolved_at=conversation.resolved_at,
            resolution_breached=conversation.is_resolution_breached,
        )


class ConversationOut(Schema):
    id: int
    subject: str
    snippet: str
    state: str
    outcome: str | None
    priority: str
    need: int = Field(description="0 to 100: how much an answer is needed")
    need_reasons: list[Any]
    at_risk: bool
    risk_reasons: list[Any]
    lang: str | None
    source: SourceOut
    customer: CustomerOut
    department: str | None
    assignee: PersonOut | None
    claimant: PersonOut | None = Field(description="who is answering it now")
    claimed_until: datetime | None
    first_helper: PersonOut | None
    snoozed_until: datetime | None
    tags: list[str]
    posts: int
    clocks: ClocksOut

    @classmethod
    def of(cls, conversation: Conversation, **more: Any) -> Self:
        source, holder = conversation.source, conversation.holder
        return cls(
            id=conversation.pk,
            subject=conversation.subject,
            snippet=conversation.snippet,
            state=conversation.state,
            outcome=conversation.outcome,
            priority=conversation.priority,
            need=conversation.need,
            need_reasons=conversation.need_reasons,
            at_risk=conversation.is_at_risk,
            risk_reasons=conversation.risk_reasons,
            lang=conversation.lang,
            source=SourceOut(id=source.pk, name=source.name, network=source.network),
            customer=CustomerOut(name=conversation.customer_name, handle=conversation.customer_handle),
            department=conversation.department.slug if conversation.department else None,
            assignee=PersonOut.of(conversation.assignee),
            claimant=PersonOut.of(holder),
            claimed_until=conversation.claim_expires_at if holder else None,
            first_helper=PersonOut.of(conversation.first_helper),
            snoozed_until=conversation.snoozed_until,
            tags=[tag.name for tag in conversation.tags.all()],
            posts=conversation.posts_count,
            clocks=ClocksOut.of(conversation),
            **more,
        )


class SaidOut(Schema):
    """A post that was heard, or a reply of ours; one that was heard back has both numbers."""

    at: datetime
    author: str
    text: str
    url: str
    is_ours: bool
    post_id: int | None
    reply_id: int | None
    reply_state: str | None

    @classmethod
    def of(cls, said: Said) -> Self:
        return cls(
            at=said.at,
            author=said.author,
            text=said.text,
            url=said.url,
            is_ours=said.is_ours,
            post_id=said.post.pk if said.post else None,
            reply_id=said.reply.pk if said.reply else None,
            reply_state=said.reply.state if said.reply else None,
        )


class NoteOut(Schema):
    id: int
    author: PersonOut | None
    text: str
    at: datetime

    @classmethod
    def of(cls, note: Note) -> Self:
        return cls(id=note.pk, author=PersonOut.of(note.author), text=note.text, at=note.at)


class WholeConversationOut(ConversationOut):
    thread: list[SaidOut]
    notes: list[NoteOut]

    @classmethod
    def whole(cls, conversation: Conversation) -> Self:
        return cls.of(
            conversation,
            thread=[SaidOut.of(said) for said in thread(conversation)],
            notes=[NoteOut.of(note) for note in notes_of(conversation)],
        )


class ConversationsOut(Schema):
    items: list[ConversationOut]
    next: str | None

    @classmethod
    def of(cls, page: Page[Conversation]) -> Self:
        return cls(items=[ConversationOut.of(row) for row in page.rows], next=page.next)


class ReplyOut(Schema):
    id: int
    conversation_id: int
    post_id: int
    follows: int | None
    author: PersonOut | None
    text: str
    state: str
    reason: str
    created_at: datetime
    sent_at: datetime | None
    url: str

    @classmethod
    def of(cls, reply: Reply) -> Self:
        return cls(
            id=reply.pk,
            conversation_id=reply.conversation_id,
            post_id=reply.post_id,
            follows=reply.follows_id,
            author=PersonOut.of(reply.author),
            text=reply.text,
            state=reply.state,
            reason=reply.reason,
            created_at=reply.created_at,
            sent_at=reply.sent_at,
            url=reply.url,
        )


class ReplyIn(Schema):
    text: StorableText
    post_id: int | None = Field(
        None, description="the post that is answered; the customer's latest if left out"
    )
    follows: int | None = Field(None, description="our earlier reply to the same post")


class ResolveIn(Schema):
    outcome: Outcome = Outcome.SOLVED


class NoteIn(Schema):
    text: StorableText


class TagIn(Schema):
    name: StorableText


class HandOffIn(Schema):
    """To a person by number, or to a department by its slug: one of the two."""

    person: int | None = None
    department: StorableText | None = None
    note: StorableText = ""


class SnoozeIn(Schema):
    until: AwareDatetime
