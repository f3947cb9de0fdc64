"""Conversations are opened and continued by what is heard.

Everything is worked out anew from the thread as it stands, so an event that is delivered twice, or out of
order, changes nothing the second time.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.actions.echoes import match_our_posts
from oneroof.care.changes import next_changes
from oneroof.care.events import ConversationsOpened
from oneroof.care.models import CareSettings, Conversation, PastWork, State
from oneroof.care.rules.priority import priority_of
from oneroof.care.rules.rank import waiting_counts_from
from oneroof.care.service import Policies
from oneroof.care.threads import ThreadNow, read_threads
from oneroof.core import clock, events
from oneroof.listening.models import Mention, PostKey, Source
from oneroof.listening.sources import network
from oneroof.notify.actions import tell

OPENING_LOCK = 0x0CA2E

COLUMNS = (
    "subject", "snippet", "opening_post_id", "latest_post_id", "posts_count", "identity", "customer_name",
    "customer_handle", "lang", "need", "need_reasons", "is_at_risk", "risk_reasons", "priority", "rank",
    "state", "outcome", "opened_at", "customer_said_at", "ours_said_at", "waits_from", "awaiting_since",
    "first_response_at", "resolved_at", "first_due_at", "resolution_due_at", "policy", "snoozed_until",
    "changed",
)  # fmt: skip


@transaction.atomic
def open_conversations(source_id: int, post_ids: Sequence[int]) -> list[int]:
    """Open or continue the conversations of these posts' threads; the ids of those with new work."""
    take_turns(source_id)
    source = Source.objects.get(pk=source_id)
    match_our_posts(source_id, post_ids)
    threads = set(
        PostKey.objects.filter(pk__in=post_ids, thread__isnull=False).values_list("thread_id", flat=True)
    )
    return bring_up_to_date(source, threads)


def bring_up_to_date(source: Source, threads: Collection[int], taken: Iterable[int] = ()) -> list[int]:
    """Read the threads and write their conversations. The caller holds the source's turn.

    ``taken``: posts that somebody wants answered. What a conversation began with stays its business.
    """
    standing = {
        conversation.thread_id: conversation
        for conversation in Conversation.objects.select_for_update(of=("self",))
        .filter(thread_id__in=threads)
        .order_by("pk")
    }
    began = {each.opening_post_id for each in standing.values()}
    all_is_to_us = network(source.network).is_private_at(source.settings)
    now = read_threads(threads, all_is_to_us=all_is_to_us, taken=began.union(taken))
    policies, reopen_days = Policies(), reopens_within()
    fresh, again = [], []
    for thread, posts in now.items():
        conversation = standing.get(thread)
        if conversation is None and posts.opening is not None:
            fresh.append(_new(source, thread, posts, policies))
        elif (
            conversation is not None
            and posts.customers
            and _continue(conversation, posts, policies, reopen_days)
        ):
            again.append(conversation)
    opened = _write(source, fresh, list(standing.values())) + [each.pk for each in again]
    _warn_of_risks([*fresh, *again])
    if opened:
        events.publish(ConversationsOpened(opened))
    return opened


def reopens_within() -> timedelta:
    settings = CareSettings.objects.first() or CareSettings()
    return timedelta(days=settings.reopen_days)


def take_turns(source_id: int) -> None:
    """Two deliveries of one source follow one another, so that a thread has one conversation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [OPENING_LOCK, source_id])


def _new(source: Source, thread: int, posts: ThreadNow, policies: Policies) -> Conversation:
    opening = posts.opening
    assert opening
    conversation = Conversation(
        thread_id=thread,
        source=source,
        department_id=source.department_id,
        opened_at=opening.said_at,
        customer_said_at=posts.latest.said_at,
        claim_token=0,
    )
    _describe(conversation, posts)
    conversation.ours_said_at = _since(posts.ours_said_at, opening.said_at)
    conversation.first_response_at = _first_response(posts, opening.said_at)
    _judge(conversation, posts)
    _turn(conversation, posts)
    _set_clocks(conversation, policies)
    return conversation


def _continue(
    conversation: Conversation, posts: ThreadNow, policies: Policies, reopen_days: timedelta
) -> bool:
    """Take over what the thread says now; whether it became new work."""
    customer_spoke = posts.latest.said_at > conversation.customer_said_at
    ours = [moment for moment in (posts.ours_said_at, conversation.ours_said_at) if moment]
    we_spoke = bool(posts.ours_said_at) and max(ours) != conversation.ours_said_at
    _begin_earlier(conversation, posts)
    _describe(conversation, posts)
    conversation.customer_said_at = max(conversation.customer_said_at, posts.latest.said_at)
    conversation.ours_said_at = max(ours, default=None)
    is_new_work = False
    if customer_spoke and posts.unanswered(conversation.ours_said_at):
        is_new_work = conversation.state != State.OPEN
        _take_up_again(conversation, posts, reopen_days)
    if conversation.first_response_at is None:
        conversation.first_response_at = _first_response(posts, conversation.opened_at)
    _judge(conversation, posts)
    if we_spoke or (customer_spoke and conversation.state == State.OPEN):
        _turn(conversation, posts)
    _set_clocks(conversation, policies)
    return is_new_work


def _begin_earlier(conversation: Conversation, posts: ThreadNow) -> None:
    """The post that it begins with came late: its clocks ran since then."""
    opening = posts.opening
    if opening is None or opening.id == conversation.opening_post_id:
        return
    if opening.said_at < conversation.opened_at and not conversation.past_work.exists():
        conversation.opened_at = opening.said_at
        conversation.policy = {}
        if conversation.awaiting_since and not conversation.ours_said_at:
            conversation.awaiting_since = opening.said_at


def _describe(conversation: Conversation, posts: ThreadNow) -> None:
    opening, latest = posts.opening or posts.customers[0], posts.latest
    conversation.subject = " ".join(opening.head.split())
    own = [post for post in posts.customers if post.author_handle == opening.author_handle]
    conversation.snippet = " ".join((own or [latest])[-1].head.split())
    conversation.opening_post_id, conversation.latest_post_id = opening.id, latest.id
    conversation.posts_count = len(posts.posts)
    conversation.identity_id = opening.identity_id
    conversation.customer_name = opening.author_name or opening.author_handle[:200]
    conversation.customer_handle = opening.author_handle
    conversation.lang = latest.lang or opening.lang


def _judge(conversation: Conversation, posts: ThreadNow) -> None:
    """Need and risk are those of what is not answered yet."""
    open_posts = posts.unanswered(conversation.ours_said_at) or posts.customers[-1:]
    neediest = max(open_posts, key=lambda post: post.need)
    conversation.need, conversation.need_reasons = neediest.need, neediest.need_reasons
    risks = [reason for post in open_posts for reason in post.risk or ()]
    conversation.is_at_risk, conversation.risk_reasons = bool(risks), risks
    if not conversation.priority_by_hand:
        conversation.priority = priority_of(conversation.need, is_at_risk=conversation.is_at_risk)


def _turn(conversation: Conversation, posts: ThreadNow) -> None:
    """Whose turn it is: ours while something is unanswered, else the customer's."""
    waiting = posts.unanswered(conversation.ours_said_at)
    if waiting:
        first = waiting[0]
        if conversation.awaiting_since is None:
            conversation.awaiting_since = first.said_at
            conversation.waits_from = waiting_counts_from(first.said_at, first.heard_at)
    else:
        conversation.awaiting_since = None
        if conversation.state in (State.OPEN, State.SNOOZED):
            conversation.state, conversation.snoozed_until = State.WAITING, None


def _take_up_again(conversation: Conversation, posts: ThreadNow, reopen_days: timedelta) -> None:
    if conversation.state == State.DONE:
        resolved_at = conversation.resolved_at or clock.now()
        if posts.latest.said_at - resolved_at > reopen_days:
            _begin_new_work(conversation, posts)
        conversation.outcome = conversation.resolved_at = None
    conversation.state, conversation.snoozed_until = State.OPEN, None


def _begin_new_work(conversation: Conversation, posts: ThreadNow) -> None:
    """The old work stays in the figures as it was."""
    PastWork.objects.get_or_create(
        conversation=conversation,
        opened_at=conversation.opened_at,
        defaults={
            name: getattr(conversation, name)
            for name in (
                "priority", "outcome", "first_response_at", "resolved_at", "first_due_at",
                "resolution_due_at", "policy",
            )
        },
    )  # fmt: skip
    since = conversation.resolved_at or conversation.opened_at
    begins = next(post for post in posts.customers if post.said_at > since)
    conversation.opened_at = begins.said_at
    conversation.first_response_at = conversation.awaiting_since = None
    conversation.policy = {}
    conversation.priority_by_hand = False


def _set_clocks(conversation: Conversation, policies: Policies) -> None:
    """Another priority than that of the due times makes new ones; a clock that was met stays as it was."""
    if conversation.policy.get("priority") == conversation.priority or conversation.resolved_at:
        return
    due = policies.due_times(conversation.priority, conversation.opened_at)
    if conversation.first_response_at and conversation.first_due_at:
        due["first_due_at"] = conversation.first_due_at
    for name, value in due.items():
        setattr(conversation, name, value)


def _first_response(posts: ThreadNow, opened_at: datetime) -> datetime | None:
    return next((post.said_at for post in posts.ours if post.said_at > opened_at), None)


def _since(moment: datetime | None, start: datetime) -> datetime | None:
    return moment if moment and moment > start else None


def _write(source: Source, fresh: list[Conversation], standing: list[Conversation]) -> list[int]:
    numbers = iter(next_changes(len(fresh) + len(standing)))
    for conversation in [*fresh, *standing]:
        conversation.rank, conversation.changed = store.rank_of(conversation), next(numbers)
    rooms = _departments([each.opening_post_id for each in fresh])
    for conversation in fresh:
        conversation.department_id = rooms.get(conversation.opening_post_id, source.department_id)
    Conversation.objects.bulk_create(fresh, batch_size=500)
    Conversation.objects.bulk_update(standing, COLUMNS, batch_size=200)
    return [conversation.pk for conversation in fresh]


def _departments(post_ids: Sequence[int]) -> Mapping[int, int]:
    """The department of the eldest watch that caught the post, where it has one."""
    caught = (
        Mention.objects.filter(post_id__in=post_ids, watch__department__isnull=False)
        .order_by("-watch_id")
        .values_list("post_id", "watch__department_id")
    )
    return {post: room for post, room in caught if room is not None}


def _warn_of_risks(conversations: Sequence[Conversation]) -> None:
    at_risk = [each for each in conversations if each.is_at_risk and each.state == State.OPEN]
    if not at_risk:
        return
    leads = list(User.objects.who_may(Permission.APPROVE))
    for conversation in at_risk:
        tell(
            leads,
            key=f"risk:{conversation.pk}:{conversation.opened_at:%s}",
            kind="risk",
            title=_("At risk: %(subject)s") % {"subject": conversation.subject},
            path=f"/desk/inbox/{conversation.pk}/",
        )


@transaction.atomic
def refresh_conversations(source_id: int, post_ids: Sequence[int]) -> None:
    """Posts were edited at the source, or are gone there."""
    take_turns(source_id)
    threads = PostKey.objects.filter(pk__in=post_ids).values_list("thread_id", flat=True)
    known = Conversation.objects.filter(thread_id__in=list(threads)).values_list("thread_id", flat=True)
    bring_up_to_date(Source.objects.get(pk=source_id), [thread for thread in known if thread is not None])
