"""One's talks, and what was reported of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from oneroof.accounts.models import User
from oneroof.community.models import Block, Follow, Member, Message, MessageReport, Talk

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Relation:
    """What one member is to a reader."""

    is_self: bool = False
    is_followed: bool = False
    is_blocked: bool = False
    takes_messages: bool = False


def talks_of(reader: User) -> QuerySet[Talk]:
    rows = Talk.objects.filter(Q(one__user=reader) | Q(other__user=reader))
    return rows.select_related("one__user", "other__user")


def talk_of(reader: User, talk_id: int) -> Talk:
    """Raises Talk.DoesNotExist to anybody but the two."""
    return talks_of(reader).get(pk=talk_id)


def talks(reader: User) -> Sequence[tuple[Talk, Member, int]]:
    """The latest first: each with the other, and how many messages are unread."""
    unread = Count("messages", filter=Q(messages__read_at=None) & ~Q(messages__author__user=reader))
    rows = talks_of(reader).annotate(unread=unread).order_by("-last_at", "-pk")[:SHOWN]
    return [(talk, other_than(reader, talk), getattr(talk, "unread", 0)) for talk in rows]


def messages_of(talk: Talk) -> Sequence[Message]:
    """The latest, in their order."""
    rows = talk.messages.select_related("author").order_by("-pk")[:SHOWN]
    return list(reversed(rows))


def other_than(reader: User, talk: Talk) -> Member:
    return talk.other if talk.one.user_id == reader.pk else talk.one


def reported_messages() -> QuerySet[MessageReport]:
    """What waits for a moderator; of each talk only what was reported."""
    return MessageReport.objects.filter(outcome="").select_related("message__author").order_by("pk")


def relation(reader: User | None, member: Member) -> Relation:
    if reader is None:
        return Relation()
    if member.user_id == reader.pk:
        return Relation(is_self=True)
    return Relation(
        is_followed=Follow.objects.filter(member__user=reader, whom=member).exists(),
        is_blocked=Block.objects.filter(member__user=reader, whom=member).exists(),
        takes_messages=member.user_id is not None,
    )


def followed_by(reader: User) -> QuerySet[Member]:
    return Member.objects.filter(followers__member__user=reader).order_by("name", "pk")


def blocked_by(reader: User) -> QuerySet[Member]:
    blocked = Block.objects.filter(member__user=reader).values("whom")
    return Member.objects.filter(pk__in=blocked).order_by("name", "pk")
