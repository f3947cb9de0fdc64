"""What the API's routes of listening take and give."""

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from oneroof.accounts.models import User
from oneroof.core.storable import StorableText
from oneroof.listening.models import Mention, Post, Watch
from oneroof.listening.past import Past
from oneroof.listening.queries import SourceHealth

type Tell = Literal["at_once", "daily", "never"]


class ReasonOut(Schema):
    code: str
    points: int = 0
    params: dict[str, str | int | float] = {}


class WatchRef(Schema):
    id: int
    name: str
    is_useful: bool | None


class PostOut(Schema):
    id: int
    external_id: str
    source: int
    source_name: str
    author_handle: str
    author_name: str
    text: str
    said_at: datetime
    heard_at: datetime
    url: str
    kind: str
    lang: str | None
    feeling: float | None
    followers: int | None
    reposts: int | None
    likes: int | None
    need: int
    need_reasons: list[ReasonOut]
    risk: list[ReasonOut] | None
    watches: list[WatchRef]

    @classmethod
    def of(cls, post: Post, catches: list[Mention]) -> "PostOut":
        same = (
            "external_id author_handle author_name text said_at heard_at url kind lang feeling followers"
            " reposts likes need need_reasons risk"
        )
        return cls(
            id=post.pk,
            source=post.source_id,
            source_name=post.source.name,
            watches=[
                WatchRef(id=each.watch_id, name=each.watch.name, is_useful=each.is_useful) for each in catches
            ],
            **{name: getattr(post, name) for name in same.split()},
        )


class PostsOut(Schema):
    items: list[PostOut]
    next: str | None


class WatchIn(Schema):
    """``name`` may be left out: then the query names it."""

    query: StorableText
    name: StorableText = ""
    tell: Tell = "never"
    department: int | None = None


class WatchChange(Schema):
    """What is left out stays as it is."""

    query: StorableText | None = None
    name: StorableText | None = None
    tell: Tell | None = None
    department: int | None = None


class WatchOut(Schema):
    id: int
    name: str
    query: str
    owner: str
    department: int | None
    tell: str
    is_mine: bool

    @classmethod
    def of(cls, watch: Watch, user: User) -> "WatchOut":
        return cls(
            id=watch.pk,
            name=watch.name,
            query=watch.query,
            owner=watch.owner.email,
            department=watch.department_id,
            tell=watch.tell,
            is_mine=watch.owner_id == user.pk,
        )


class CountedWatchOut(WatchOut):
    """``useful_share`` is 0 to 1, and null where nothing is judged."""

    catches: int
    catches_7d: int
    judged: int
    useful_share: float | None


class WatchesOut(Schema):
    items: list[CountedWatchOut]
    next: None = None


class WatchTestIn(Schema):
    """``from`` is included, ``to`` is not; without them all stored posts are asked."""

    query: StorableText
    start: datetime | None = Field(None, alias="from")
    end: datetime | None = Field(None, alias="to")
    limit: int = Field(10, ge=0, le=100)


class SampleOut(Schema):
    """``spans`` are (start, end) in characters of ``text``."""

    id: int
    text: str
    said_at: datetime
    source: int
    author_handle: str
    url: str
    spans: list[tuple[int, int]]


class WatchTestOut(Schema):
    """``is_complete`` is false where there were too many posts to look at: then the newest were counted."""

    matches: int
    last_7_days: int
    last_30_days: int
    is_complete: bool
    sample: list[SampleOut]

    @classmethod
    def of(cls, past: Past) -> "WatchTestOut":
        return cls(
            matches=past.matches,
            last_7_days=past.last_7_days,
            last_30_days=past.last_30_days,
            is_complete=past.is_complete,
            sample=[
                SampleOut(
                    id=each.post.pk,
                    text=each.post.text,
                    said_at=each.post.said_at,
                    source=each.post.source_id,
                    author_handle=each.post.author_handle,
                    url=each.post.url,
                    spans=each.spans,
                )
                for each in past.sample
            ],
        )


class SourceOut(Schema):
    """``lag`` is in seconds since the last success. ``replies_fail``: none went out since one did not. Settings
    and secrets stay inside."""

    id: int
    name: str
    network: str
    state: str
    enabled: bool
    last_success_at: datetime | None
    last_post_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    lag: float | None
    posts_last_hour: int
    posts_last_day: int
    open_gaps: int
    rejected_last_week: int
    replies_fail: bool
    replies_failed_last_week: int

    @classmethod
    def of(cls, health: SourceHealth) -> "SourceOut":
        own = ["name", "network", "enabled", "last_success_at", "last_post_at", "last_error", "last_error_at"]
        told = ["state", "posts_last_hour", "posts_last_day", "open_gaps", "rejected_last_week"]
        return cls(
            id=health.source.pk,
            lag=health.lag.total_seconds() if health.lag else None,
            replies_fail=health.answering.is_failing,
            replies_failed_last_week=health.answering.failed,
            **{name: getattr(health.source, name) for name in own},
            **{name: getattr(health, name) for name in told},
        )


class SourcesOut(Schema):
    items: list[SourceOut]
    next: None = None


class InboxOut(Schema):
    """What became of a message's posts; of a message that came before, nothing."""

    is_new: bool
    stored: int
    duplicates: int
    rejected: int
