"""One topic is heard whole, and read again while a conversation in it is open."""

import re
from collections.abc import Sequence
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Batch, Cursor, Followed, PollFailedError, RawPost, Settings
from oneroof.listening.sources.discourse.client import (
    MISSING_ASKED,
    ask_missing,
    known_of,
    number_of,
    pause,
    words_of,
)
from oneroof.listening.sources.discourse.forum import CHUNK, Forum
from oneroof.listening.sources.discourse.parse import gone, place_of, read_posts
from oneroof.listening.sources.json_api import NotAllowedError, NotFoundError

READ_AT_ONCE = 100
FOLLOWED = 200
FOLLOWED_ASKED = 20
LARGEST = 10_000
TOPIC_ID = re.compile(r"(?:.*/t/(?:[^/]*/)?)?(\d+)(?:[/?].*)?")


def topic_of(settings: Settings) -> str:
    """The topic's number, from its number or its address. Raises PollFailedError."""
    written = words_of(settings, "which topic")
    if not (found := TOPIC_ID.fullmatch(written)):
        raise PollFailedError(f"“{written[:100]}” is no topic: give its number or its address.")
    return found[1]


def poll_topic(settings: Settings, cursor: Cursor, client: SafeClient) -> Batch:
    """What is new in it, the oldest first, and its last twenty posts again."""
    forum, topic_id = Forum.of(settings), topic_of(settings)
    topic = forum.topic(client, topic_id)
    stream = stream_of(topic)
    upto = int(cursor.get("upto", 0))
    if sum(each <= upto for each in stream) > int(cursor.get("below", 0)):
        upto = 0  # older posts were moved here from elsewhere
    new = [each for each in stream if each > upto]
    now, last = new[:READ_AT_ONCE], stream[-CHUNK:]
    found = list(forum.posts_of(client, topic_id, sorted({*now, *(last if len(now) == len(new) else ())})))
    absent = _delisted(cursor, stream)
    again = ask_missing(forum, client, absent)
    posts, rejected = read_posts([*found, *again.found], forum.url, titles={topic_id: title_of(topic)})
    upto = max([upto, *now])
    return Batch(
        posts=[*posts, *again.gone],
        rejected=rejected,
        cursor={
            "upto": upto,
            "below": sum(each <= upto for each in stream),
            "recent": [*absent[MISSING_ASKED:], *known_of(found)],
        },
        next_poll_after=pause(is_more=len(new) > len(now)),
    )


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """The topic around the post that matters most; what we know of it and was not shown is asked for."""
    forum, (topic_id, _number) = Forum.of(settings), place_of(external_id)
    try:
        topic = forum.topic(client, topic_id)
    except NotFoundError:
        return Followed(posts=[gone(each) for each in dict.fromkeys((external_id, *known))])
    around = _around(forum, client, external_id, stream_of(topic))
    found = list(forum.posts_of(client, topic_id, around))
    posts, rejected = read_posts(found, forum.url, titles={topic_id: title_of(topic)})
    shown = {post.external_id for post in posts}
    absent = [each for each in dict.fromkeys((external_id, *known)) if each not in shown]
    return Followed(posts=[*posts, *_each_asked(forum, client, absent)], rejected=rejected)


def stream_of(topic: dict[str, Any]) -> list[int]:
    """The ids of all its posts, in order. Raises PollFailedError where it has too many to be told."""
    stream = topic.get("post_stream")
    ids = stream.get("stream") if isinstance(stream, dict) else None
    if not isinstance(ids, list):
        raise PollFailedError(
            f"The topic has more than {LARGEST:,} posts: listen to all that is said instead."
        )
    return [each for each in ids if isinstance(each, int)]


def title_of(topic: dict[str, Any]) -> str:
    return str(topic.get("title") or "")


def _delisted(cursor: Cursor, stream: Sequence[int]) -> list[list[Any]]:
    """Of those heard last, the ones that the topic does not list any more."""
    listed = set(stream)
    return [each for each in cursor.get("recent", []) if each[0] not in listed]


def _around(forum: Forum, client: SafeClient, external_id: str, stream: list[int]) -> list[int]:
    if len(stream) <= FOLLOWED:
        return stream
    try:
        post_id = number_of(forum.by_number(client, *place_of(external_id)))
    except NotFoundError:
        return stream[-FOLLOWED:]
    at = stream.index(post_id) if post_id in stream else len(stream)
    start = max(0, min(at - FOLLOWED // 2, len(stream) - FOLLOWED))
    return [stream[0], *stream[max(start, 1) : start + FOLLOWED]]


def _each_asked(forum: Forum, client: SafeClient, absent: Sequence[str]) -> list[RawPost]:
    posts: list[RawPost] = []
    for external_id in absent[:FOLLOWED_ASKED]:
        try:
            found = forum.by_number(client, *place_of(external_id))
        except NotFoundError:
            posts.append(gone(external_id))
        except NotAllowedError:
            continue  # moved out of our sight, and not gone
        else:
            posts += read_posts([found], forum.url)[0]
    return posts
