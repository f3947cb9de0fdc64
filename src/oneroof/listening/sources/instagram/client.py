"""Hear an account: the comments and replies below its newest media, in one request, and the media that name it.

What stands below older media is told by webhook, and read when a thread is followed. Of a mention in somebody
else's comment the webhook tells only that it is there: it is a gap, and is read when gaps are filled.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.moments import parse_moment
from oneroof.listening.sources.base import Batch, Cursor, Followed, RawPost, Rejected, Settings
from oneroof.listening.sources.graph import checked, cursor_after, inner, listed, pages
from oneroof.listening.sources.instagram.account import DAYS_BACK, Profile
from oneroof.listening.sources.instagram.mentions import asked_mention
from oneroof.listening.sources.instagram.parse import (
    COMMENT,
    MEDIA,
    REPLY,
    Read,
    comment_reader,
    gone,
    media_reader,
    mention_of,
    mention_reader,
    read_all,
    said_at,
)
from oneroof.listening.sources.json_api import NotFoundError

MEDIA_PAGE = 25
COMMENTS_PAGE = 50
PAGES_AT_ONCE = 5
EVERY = 180.0
SOON = 15.0
RECENT_KEPT = 300
LONG_KEPT = 200
MISSING_ASKED = 5
FOLLOWED_ASKED = 20
OVERLAP = timedelta(minutes=10)
WITH_REPLIES = f"{COMMENT},replies.limit({COMMENTS_PAGE}){{{REPLY}}}"
BELOW_MEDIA = f"{MEDIA},comments.limit({COMMENTS_PAGE}){{{WITH_REPLIES}}}"


@dataclass(slots=True)
class Heard:
    """What was read as ``me``, back to ``since``.

    ``onward`` are edges that go on, ``long`` comments whose many replies were read once.
    """

    me: str
    since: datetime
    long: list[str] = field(default_factory=list)
    posts: list[RawPost] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    onward: list[dict[str, Any]] = field(default_factory=list)

    def take(self, entries: Sequence[Mapping[str, Any]], read: Read) -> None:
        posts, rejected = read_all(entries, read)
        self.posts += posts
        self.rejected += rejected

    def take_media(self, media: Sequence[Mapping[str, Any]]) -> None:
        """Not the media themselves: they are our own, and are read with their threads."""
        for medium in media:
            below, comments = inner(medium, "id"), listed(medium.get("comments"))
            self.take_comments(comments, below, inner(medium, "permalink"))
            after = cursor_after(medium.get("comments"))
            if after and not self.is_reached(comments):
                self._go_on(below, "comments", after)

    def take_comments(self, comments: Sequence[Mapping[str, Any]], below: str, url: str = "") -> None:
        self.take(comments, comment_reader(self.me, below=below, url=url))
        for comment in comments:
            name = inner(comment, "id")
            self.take(listed(comment.get("replies")), comment_reader(self.me, below=name, url=url))
            after = cursor_after(comment.get("replies"))
            if after and name not in self.long:
                self.long.append(name)
                self._go_on(name, "replies", after)

    def is_reached(self, entries: Sequence[Mapping[str, Any]]) -> bool:
        return any((said := said_at(each)) and said < self.since for each in entries)

    def _go_on(self, below: str, edge: str, after: str) -> None:
        self.onward.append({"below": below, "edge": edge, "after": after, "since": self.since.timestamp()})


def poll(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """All that is new below the newest media; what came too fast, and the past at first, is a gap."""
    profile = Profile.of(settings)
    me = str(cursor.get("username") or profile.username(client))
    newest = parse_moment(cursor["newest"]) if cursor.get("newest") else None
    heard = Heard(me, newest - OVERLAP if newest else _horizon(settings), list(cursor.get("long", ())))
    media = profile.graph.get(client, f"{profile.id}/media", fields=BELOW_MEDIA, limit=MEDIA_PAGE)
    heard.take_media(checked(media, profile.graph.who))
    older = cursor_after(media) if not cursor and not heard.is_reached(listed(media)) else None
    if settings.get("mentions"):
        tags = profile.graph.get(client, f"{profile.id}/tags", fields=MEDIA, limit=MEDIA_PAGE)
        heard.take(checked(tags, profile.graph.who), mention_reader(me))
    recent = _ask_for_absent(profile, client, [str(each) for each in cursor.get("recent", ())], heard)
    gap = _gap(heard.onward, media=older and {"after": older, "since": heard.since.timestamp()})
    known = {"username": me, "newest": _newest(heard, newest), "recent": recent}
    return Batch(
        posts=heard.posts,
        rejected=heard.rejected,
        cursor={**known, "long": heard.long[-LONG_KEPT:]},
        next_poll_after=(SOON if gap else EVERY) * random.uniform(0.9, 1.1),  # noqa: S311 - politeness
        gap=gap,
    )


def fill(settings: Settings, gap: Mapping[str, Any], client: SafeClient) -> Batch:
    """Mentions that were only told of, one edge that went on, or a few pages of older media."""
    profile = Profile.of(settings)
    edges, media, mentions = list(gap.get("edges") or ()), gap.get("media"), list(gap.get("mentions") or ())
    heard = Heard(profile.username(client), _horizon(settings))
    if mentions:
        _take_mentions(profile, client, mentions, heard)
    elif edges:
        _read_onward(profile, client, edges.pop(0), heard)
    elif media:
        media = _read_older(profile, client, media, heard)
    left = _gap([*edges, *heard.onward], media=media)
    return Batch(posts=heard.posts, rejected=heard.rejected, cursor={}, next_poll_after=EVERY, gap=left)


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The medium and all comments below it; what we know of them and is not there is asked for."""
    profile = Profile.of(settings)
    heard = Heard(profile.username(client), _from(0))
    root = _medium_of(profile, external_id, client)
    if root:
        heard.take([profile.get(client, root, MEDIA)], media_reader(heard.me))
        for comments, _after in _edge(profile, client, root, "comments"):
            heard.take_comments(comments, root)
    there = {each.external_id for each in heard.posts}
    absent = [each for each in dict.fromkeys((external_id, *known)) if each not in there]
    _ask_each(profile, client, absent[:FOLLOWED_ASKED], heard)
    return Followed(posts=heard.posts, rejected=heard.rejected)


def _read_onward(profile: Profile, client: SafeClient, left: Mapping[str, Any], heard: Heard) -> None:
    heard.since = _from(left["since"])
    below, edge, onward = str(left["below"]), str(left["edge"]), None
    try:
        for entries, onward in _edge(profile, client, below, edge, after=left["after"]):  # noqa: B007
            heard.take_comments(entries, below)
            if edge == "comments" and heard.is_reached(entries):
                return
    except NotFoundError:
        return  # it is gone, and what stood below it
    if onward:
        heard.onward.append({**left, "after": onward})


def _read_older(
    profile: Profile, client: SafeClient, left: Mapping[str, Any], heard: Heard
) -> dict[str, Any] | None:
    heard.since, onward = _from(left["since"]), None
    asked = {"fields": BELOW_MEDIA, "limit": MEDIA_PAGE, "after": left["after"]}
    for media, onward in pages(profile.graph, client, f"{profile.id}/media", at_most=PAGES_AT_ONCE, **asked):  # noqa: B007
        heard.take_media(media)
        if heard.is_reached(media):
            return None
    return {**left, "after": onward} if onward else None


def _edge(profile: Profile, client: SafeClient, below: str, edge: str, after: str | None = None) -> Any:
    fields = WITH_REPLIES if edge == "comments" else REPLY
    asked = {"fields": fields, "limit": COMMENTS_PAGE, "after": after}
    return pages(profile.graph, client, f"{quote(below, safe='')}/{edge}", at_most=PAGES_AT_ONCE, **asked)


def _take_mentions(
    profile: Profile, client: SafeClient, mentions: Sequence[Mapping[str, Any]], heard: Heard
) -> None:
    for told in mentions:
        post = asked_mention(profile, client, inner(told, "medium"), inner(told, "comment"))
        if post is not None:
            heard.posts.append(post)


def _medium_of(profile: Profile, external_id: str, client: SafeClient) -> str:
    """The medium of ours that it stands below, or nothing."""
    if mention_of(external_id):
        return ""
    try:
        return inner(profile.get(client, external_id, COMMENT), "media", "id")
    except NotFoundError:
        return ""


def _ask_for_absent(profile: Profile, client: SafeClient, recent: Sequence[str], heard: Heard) -> list[str]:
    """Of what stood there at the last poll and does not now, a few; what to remember for the next."""
    there = [each.external_id for each in heard.posts]
    absent = [each for each in recent if each not in set(there)]
    _ask_each(profile, client, absent[:MISSING_ASKED], heard)
    return list(dict.fromkeys([*there, *absent[MISSING_ASKED:]]))[:RECENT_KEPT]


def _ask_each(profile: Profile, client: SafeClient, ids: Sequence[str], heard: Heard) -> None:
    """Gone where it is not there: that the account is ours to read is known by then."""
    for external_id in ids:
        try:
            if mention := mention_of(external_id):
                post = asked_mention(profile, client, *mention)
                heard.posts.append(post or gone(external_id))
            else:
                entry = profile.get(client, external_id, COMMENT)
                heard.take([entry], comment_reader(heard.me))
        except NotFoundError:
            heard.posts.append(gone(external_id))


def _horizon(settings: Settings) -> datetime:
    days = settings.get("days_back")
    return clock.ago(days=DAYS_BACK if days in (None, "") else max(0, int(days)))


def _newest(heard: Heard, before: datetime | None) -> str:
    """Never ahead of our clock, whatever theirs says."""
    said = [each.created_at for each in heard.posts if not each.deleted]
    return min(max([*said, *([before] if before else [])], default=clock.now()), clock.now()).isoformat()


def _gap(edges: Sequence[Mapping[str, Any]], *, media: Any = None) -> dict[str, Any] | None:
    found: dict[str, Any] = {"edges": [dict(each) for each in edges]} if edges else {}
    if media:
        found["media"] = dict(media)
    return found or None


def _from(seconds: Any) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)
