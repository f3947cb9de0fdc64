"""Replies on their way, and those that wait for a person."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission, Role, may
from oneroof.care.models import CareSettings, Reply, ReplyState

WAITING = (ReplyState.AWAITING_APPROVAL, ReplyState.UNKNOWN, ReplyState.QUESTION, ReplyState.FAILED)


def waiting_for_a_person(user: User) -> QuerySet[Reply]:
    """What this person may decide on: a lead on all, others on their own."""
    waiting = Reply.objects.filter(state__in=WAITING)
    if not user.may(Permission.APPROVE):
        waiting = waiting.filter(author=user)
    return waiting.select_related("conversation__source", "author", "approver").order_by("pk")


def to_approve(user: User) -> QuerySet[Reply]:
    """Others' replies that wait for a lead, those to who needs an answer most first."""
    waiting = waiting_for_a_person(user).filter(state=ReplyState.AWAITING_APPROVAL)
    neediest = waiting.exclude(author=user).select_related("author__trust")
    return neediest.order_by("-conversation__need", "pk")


def to_decide(user: User) -> QuerySet[Reply]:
    """What stands in the outbox for this person: all that waits, but what waits for their approval."""
    return waiting_for_a_person(user).exclude(~Q(author=user), state=ReplyState.AWAITING_APPROVAL)


def on_their_way(user: User) -> QuerySet[Reply]:
    """Replies that leave by themselves: a lead sees all, others their own."""
    leaving = Reply.objects.filter(state__in=(ReplyState.QUEUED, ReplyState.SENDING))
    if not user.may(Permission.APPROVE):
        leaving = leaving.filter(author=user)
    return leaving.select_related("conversation__source", "author", "approver", "decided_by").order_by("pk")


def waiting_count(user: User) -> int:
    """How many wait for this person, on both lists."""
    return waiting_for_a_person(user).order_by().count()


def outbox_counts() -> dict[str, int]:
    """How many replies are in each state that is not final."""
    passing = Reply.objects.exclude(
        Q(state=ReplyState.SENT) | Q(state=ReplyState.WITHDRAWN) | Q(state=ReplyState.DRAFT)
    )
    return dict(passing.order_by().values_list("state").annotate(count=Count("pk")))


def care_settings() -> CareSettings:
    return CareSettings.objects.first() or CareSettings()


def whose_replies_wait() -> Sequence[User]:
    """Everybody whose replies wait for approval, or did until they were trusted; with their row so far."""
    roles = [
        role
        for role in Role.values
        if may(role, Permission.ANSWER) and not may(role, Permission.ANSWER_UNREVIEWED)
    ]
    return list(User.objects.active().filter(role__in=roles).select_related("trust").order_by("name", "pk"))


def in_a_row(user: User) -> int:
    """How many of their replies were approved unchanged since the row began."""
    trust = getattr(user, "trust", None)
    return trust.in_a_row if trust else 0
