"""Reads for pages, the API and other rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.functions import Extract, Floor
from procrastinate.contrib.django.models import ProcrastinateJob

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.pagination import LIMIT, MOST, Page, decode_pk, page_of
from oneroof.listening.answering import NO_TROUBLE, Answering, answering_at
from oneroof.listening.models import (
    Mention,
    Post,
    PostKey,
    RateBudget,
    RejectedPost,
    Source,
    Watch,
)
from oneroof.listening.sources import network
from oneroof.listening.stream import loaded

THREAD_SHOWN = 500
LATE = timedelta(hours=24)
BACKFILL = "oneroof.listening.backfill_watch"


@dataclass(frozen=True, slots=True)
class PostInThread:
    """A post, the post that it answers (None: none that we heard), and its whole thread, oldest first."""

    post: Post
    parent_id: int | None
    thread: Sequence[Post]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """How a source does. ``lag`` is how far its last success lies back; ``state`` is ok, failing, off or new, and
    speaks of listening; ``answering`` of our replies there."""

    source: Source
    lag: timedelta | None
    posts_last_hour: int
    posts_last_day: int
    open_gaps: int
    rejected_last_week: int
    state: str
    answering: Answering = NO_TROUBLE


def post_with_thread(post_id: int) -> PostInThread:
    """Raises PostKey.DoesNotExist for a post that we have not heard."""
    key = PostKey.objects.get(pk=post_id, heard_at__isnull=False)
    in_thread = PostKey.objects.filter(thread_id=key.thread_id, heard_at__isnull=False).order_by(
        "said_at", "id"
    )
    places = [(each, said) for each, said in in_thread.values_list("id", "said_at")[:THREAD_SHOWN] if said]
    assert key.said_at
    if all(each != post_id for each, _said in places):
        places.append((key.pk, key.said_at))
    thread = loaded(places)
    post = next(each for each in thread if each.pk == post_id)
    parent_heard = any(each.pk == key.parent_id for each in thread)
    return PostInThread(post, key.parent_id if parent_heard else None, thread)


def is_useful(watch_id: int, post_ids: Sequence[int]) -> Mapping[int, bool | None]:
    """How the catches of these posts were judged; None: not yet."""
    rows = Mention.objects.filter(watch_id=watch_id, post_id__in=post_ids)
    return dict(rows.values_list("post_id", "is_useful"))


def watch_list(*, owner: User | None = None) -> list[Watch]:
    """Live watches by name, with ``catches``, ``catches_7d``, ``judged``, ``useful`` and ``useful_share``."""
    watches: QuerySet[Watch] = Watch.objects.live().select_related("owner", "department")
    if owner is not None:
        watches = watches.filter(owner=owner)
    counted: list[Watch] = list(
        watches.annotate(
            catches=Count("mentions"),
            catches_7d=Count("mentions", filter=Q(mentions__said_at__gte=clock.ago(days=7))),
            judged=Count("mentions", filter=Q(mentions__is_useful__isnull=False)),
            useful=Count("mentions", filter=Q(mentions__is_useful=True)),
        )
    )
    for watch in counted:
        watch.useful_share = watch.useful / watch.judged if watch.judged else None  # type: ignore[attr-defined]
    return counted


def is_looking_back(watch_id: int) -> bool:
    """Whether a watch is still at what was said before it was made, or got its words."""
    jobs = ProcrastinateJob.objects.filter(
        task_name=BACKFILL, status__in=("todo", "doing"), args__watch_id=watch_id
    )
    return bool(jobs.exists())


def catches_by_day(watch_ids: Sequence[int], days: int = 30) -> Mapping[int, list[int]]:
    """What each watch caught in each of the last days, oldest first; a day has 24 hours, the last ends now."""
    now = clock.now()
    rows = Mention.objects.filter(
        watch_id__in=watch_ids, said_at__gt=now - timedelta(days=days), said_at__lte=now
    )
    age = ExpressionWrapper(Value(now) - F("said_at"), output_field=DurationField())
    back = Floor(Extract(age, "epoch") / 86_400)
    counted = rows.annotate(back=back).values_list("watch_id", "back").annotate(count=Count("id"))
    found = {watch_id: [0] * days for watch_id in watch_ids}
    for watch_id, day, count in counted:
        found[watch_id][days - 1 - int(day)] += count
    return found


def may_change(actor: User, watch: Watch) -> bool:
    """One's own with OWN_WATCH, somebody else's with ANY_WATCH."""
    return actor.may(Permission.OWN_WATCH if watch.owner_id == actor.pk else Permission.ANY_WATCH)


def source_health(source_id: int | None = None) -> list[SourceHealth]:
    """Every source, by name; or the one, if it is there."""
    hour, day = clock.ago(hours=1), clock.ago(days=1)
    sources = Source.objects.select_related("department", "owner").annotate(
        gaps_open=Count("gaps", filter=Q(gaps__filled_at=None), distinct=True),
        rejected_week=Count("rejected", filter=Q(rejected__last_at__gte=clock.ago(days=7)), distinct=True),
    )
    if source_id is not None:
        sources = sources.filter(pk=source_id)
    heard, answering = _heard_since(hour, day), answering_at([source.pk for source in sources])
    return [
        SourceHealth(
            source=source,
            lag=clock.now() - source.last_success_at if source.last_success_at else None,
            posts_last_hour=heard.get(source.pk, (0, 0))[0],
            posts_last_day=heard.get(source.pk, (0, 0))[1],
            open_gaps=source.gaps_open,
            rejected_last_week=source.rejected_week,
            state=state_of(source),
            answering=answering.get(source.pk, NO_TROUBLE),
        )
        for source in sources
    ]


def state_of(source: Source) -> str:
    """``ok``, ``failing`` (the last poll heard nothing), ``silent`` (asked, but no success for a day), ``off``,
    ``new`` (not heard yet)."""
    if not source.enabled:
        return "off"
    if source.failures:
        return "failing"
    if source.last_success_at is None:
        return "new"
    is_asked = network(source.network).poll is not None
    return "silent" if is_asked and clock.now() - source.last_success_at > LATE else "ok"


def _heard_since(hour: datetime, day: datetime) -> dict[int, tuple[int, int]]:
    rows = PostKey.objects.filter(heard_at__gte=day).values("source_id")
    counted = rows.annotate(in_hour=Count("id", filter=Q(heard_at__gte=hour)), in_day=Count("id"))
    return {row["source_id"]: (row["in_hour"], row["in_day"]) for row in counted}


def rejected_page(source_id: int, cursor: str | None = None, limit: int = LIMIT) -> Page[RejectedPost]:
    """What of a source could not be read, newest first."""
    rows = RejectedPost.objects.filter(source_id=source_id).order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=decode_pk(cursor))
    size = max(1, min(limit, MOST))
    return page_of(list(rows[: size + 1]), size, lambda row: (row.pk,))


def rate_budgets() -> Sequence[RateBudget]:
    """How much of what each credential may ask is asked, for the health page; what was reset comes as unspent."""
    budgets = list(RateBudget.objects.all())
    for budget in budgets:
        if budget.resets_at <= clock.now():
            budget.used = 0
    return budgets
