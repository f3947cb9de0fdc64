"""The sample company, read from the files beside this module and shifted to end now.

Pure: nothing is stored here. Posts come in the order in which they are heard, which for a few late parents
is not the order in which they were said.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class SampleSource:
    """One place where the sample company is talked about.

    ``answered_by`` is ``email`` or ``webhook``, or ``hand`` where a person must answer, by the post's link.
    """

    key: str
    name: str
    network: str
    answered_by: str
    department: str
    url: str
    our_handles: tuple[str, ...]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class SamplePost:
    """One post as its source would tell it.

    ``true_lang`` is for tests alone: a post's language is ours to find. A post that ``is_late`` was said
    before the posts that answer it and is heard after them.
    """

    source: str
    external_id: str
    author_handle: str
    author_name: str
    followers: int | None
    text: str
    said_at: datetime
    parent_id: str | None
    url: str
    kind: str
    likes: int
    reposts: int
    is_ours: bool
    is_late: bool
    true_lang: str


@dataclass(frozen=True, slots=True)
class LivePost:
    """A post that comes while one watches: ``delay`` after the one before it, ``after`` the load in all."""

    delay: timedelta
    after: timedelta
    post: SamplePost

    def said(self, moment: datetime) -> SamplePost:
        """The post as said at the moment when it is sent, which a busy machine may put off."""
        return replace(self.post, said_at=moment)


@dataclass(frozen=True, slots=True)
class SampleUser:
    email: str
    name: str
    role: str
    department: str
    languages: tuple[str, ...]
    time_zone: str


@dataclass(frozen=True, slots=True)
class SampleWatch:
    """``tell`` is ``at_once``, ``daily`` or ``never``; ``owner`` is a sample user's e-mail address."""

    name: str
    query: str
    owner: str
    department: str
    tell: str


@dataclass(frozen=True, slots=True)
class SampleSavedReply:
    name: str
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Open hours by weekday, Monday 0: pairs of local times such as ``("08:00", "18:00")``."""

    name: str
    time_zone: str
    days: dict[int, tuple[tuple[str, str], ...]]
    closed_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamplePolicy:
    """How soon posts of a priority are answered and settled, in working minutes."""

    priority: str
    first_response_minutes: int
    resolution_minutes: int
    hours: str


@dataclass(frozen=True, slots=True)
class SampleProduct:
    name: str
    what: str
    since: str


@dataclass(frozen=True, slots=True)
class ServicePoint:
    city: str
    country: str
    hours: str


@dataclass(frozen=True, slots=True)
class SampleCompany:
    name: str
    about: str
    products: tuple[SampleProduct, ...]
    departments: tuple[str, ...]
    service_points: tuple[ServicePoint, ...]
    users: tuple[SampleUser, ...]
    sources: tuple[SampleSource, ...]
    watches: tuple[SampleWatch, ...]
    saved_replies: tuple[SampleSavedReply, ...]
    hours: tuple[WorkingHours, ...]
    policies: tuple[SamplePolicy, ...]
    rules_of_engagement: str
    posts: tuple[SamplePost, ...]
    live: tuple[LivePost, ...]


def load(now: datetime) -> SampleCompany:
    """The whole company as of ``now``, which must be aware: its newest post was said just before."""
    told = json.loads(_text("company.json"))
    return SampleCompany(
        name=told["name"],
        about=told["about"],
        products=tuple(SampleProduct(**product) for product in told["products"]),
        departments=tuple(told["departments"]),
        service_points=tuple(ServicePoint(**point) for point in told["service_points"]),
        users=tuple(_user(row) for row in told["users"]),
        sources=tuple(_source(row) for row in told["sources"]),
        watches=tuple(SampleWatch(**watch) for watch in told["watches"]),
        saved_replies=tuple(SampleSavedReply(**reply) for reply in told["saved_replies"]),
        hours=tuple(_hours(row) for row in told["hours"]),
        policies=tuple(SamplePolicy(**policy) for policy in told["policies"]),
        rules_of_engagement=_text("rules-of-engagement.md"),
        posts=tuple(_post(row, now + timedelta(seconds=row["at"])) for row in _rows("posts.jsonl")),
        live=tuple(_live_posts(now)),
    )


def _text(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _rows(name: str) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in _text(name).splitlines())


def _post(row: dict[str, Any], said_at: datetime) -> SamplePost:
    return SamplePost(
        source=row["source"],
        external_id=row["external_id"],
        author_handle=row["author_handle"],
        author_name=row["author_name"],
        followers=row["followers"],
        text=row["text"],
        said_at=said_at,
        parent_id=row["parent_id"],
        url=row["url"],
        kind=row["kind"],
        likes=row["likes"],
        reposts=row["reposts"],
        is_ours=row.get("ours", False),
        is_late=row.get("late", False),
        true_lang=row["true_lang"],
    )


def _live_posts(now: datetime) -> Iterator[LivePost]:
    after = timedelta()
    for row in _rows("live.jsonl"):
        delay = timedelta(seconds=row["delay"])
        after += delay
        yield LivePost(delay, after, _post(row, now + after))


def _user(row: dict[str, Any]) -> SampleUser:
    return SampleUser(**{**row, "languages": tuple(row["languages"])})


def _source(row: dict[str, Any]) -> SampleSource:
    return SampleSource(**{**row, "our_handles": tuple(row["our_handles"])})


def _hours(row: dict[str, Any]) -> WorkingHours:
    days = {int(day): tuple((opens, closes) for opens, closes in spans) for day, spans in row["days"].items()}
    return WorkingHours(row["name"], row["time_zone"], days, tuple(row["closed_on"]))
