"""A reply leaves as a post of our user. Discourse takes no key of ours, so we look for our own words.

For two minutes it answers the same request of an API key with what came of the first (posts_controller.rb,
*create*, ``DistributedMemoizer``), and for some minutes it refuses the same words of the same user, staff excepted
(post_validator.rb, *unique_post_validator*). Neither lasts: an unsure attempt is read back before the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.sources.base import (
    Draft,
    Length,
    NotThere,
    Outcome,
    PollFailedError,
    ReadBack,
    Refused,
    Seen,
    Sent,
    Settings,
    Standing,
    Target,
    Unknown,
)
from oneroof.listening.sources.discourse.client import number_of
from oneroof.listening.sources.discourse.forum import CHUNK, Forum
from oneroof.listening.sources.discourse.parse import (
    FIRST,
    UnreadablePostError,
    id_of,
    is_gone,
    place_of,
    text_of,
    url_of,
)
from oneroof.listening.sources.discourse.topics import title_of
from oneroof.listening.sources.json_api import (
    Answer,
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    refusal_of,
)

LENGTH = Length(limit=32_000)
"""``max_post_length``, as forums have it unless they changed it."""
REPLY_PAGES = 25
UNPROCESSABLE = 422
SAME_WORDS = "similar to what you recently posted"
UNTIL_SAME_WORDS = 300.0
"""``unique_posts_mins``, as forums have it unless they changed it."""
IN_QUEUE = "The forum's moderators must approve it first."


@dataclass(frozen=True, slots=True)
class Below:
    """What is answered, and all that answers it directly, as far as ``is_all``."""

    post: dict[str, Any]
    replies: Sequence[dict[str, Any]]
    is_all: bool


def can_answer(settings: Settings) -> bool:
    return Forum.of(settings).can_speak


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Read what is answered and look whether our reply stands there already; then POST once."""
    forum, (topic_id, number) = Forum.of(settings), place_of(draft.to.external_id)
    try:
        below = _read_below(forum, client, draft.to)
        if stands := _ours(forum, client, below, draft):
            return _sent(stands, forum)
        if is_gone(below.post):
            return Refused("The post is gone at the forum.", permanent=True)
        sent = {"raw": draft.text, "topic_id": int(topic_id), "reply_to_post_number": int(number)}
        answer = forum.post(client, "/posts.json", sent)
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    except FetchError as error:
        return outcome_of_failure(error)
    return _outcome(settings, draft, answer, client)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look among what answers the post for our own words, and then among what waits for approval."""
    forum = Forum.of(settings)
    try:
        below = _read_below(forum, client, draft.to)
        if stands := _ours(forum, client, below, draft):
            return _sent(stands, forum)
        if _is_waiting(forum, client, draft):
            return Unknown(IN_QUEUE)
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return NotThere() if below.is_all else Unknown(f"{forum.host} does not show all that was answered.")


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    forum, (topic_id, number) = Forum.of(settings), place_of(target.external_id)
    try:
        below = _read_below(forum, client, target)
        topic = forum.topic(client, topic_id)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    if is_gone(below.post):
        return Seen(Standing.GONE)
    replies = [*below.replies, *(_to_the_topic(topic) if int(number) == FIRST else ())]
    text, names = text_of(below.post, title=title_of(topic)), _answered_by(below.post, replies, target)
    if topic.get("closed") or topic.get("archived"):
        return Seen(Standing.CLOSED, text, names, "Its topic is closed.")
    return Seen(Standing.THERE if _plain(text) == _plain(target.text) else Standing.CHANGED, text, names)


def _read_below(forum: Forum, client: SafeClient, to: Target) -> Below:
    post = forum.by_number(client, *place_of(to.external_id))
    replies: list[dict[str, Any]] = []
    for _page in range(REPLY_PAGES):
        after = replies[-1].get("post_number") if replies else FIRST
        found = forum.get(client, f"/posts/{number_of(post)}/replies.json", after=after)
        page = forum.listed({"replies": found}, "replies")
        replies += page
        if len(page) < CHUNK:
            return Below(post, replies, is_all=True)
    return Below(post, replies, is_all=False)


def _ours(forum: Forum, client: SafeClient, below: Below, draft: Draft) -> dict[str, Any] | None:
    """Only a post by itself comes with the Markdown that it was written in."""
    for each in _by_us(forum, below, draft):
        found = forum.by_id(client, number_of(each))
        if _plain(str(found.get("raw") or "")) == _plain(draft.text) and not is_gone(found):
            return found
    return None


def _by_us(forum: Forum, below: Below, draft: Draft) -> Iterator[dict[str, Any]]:
    for each in below.replies:
        is_mine = str(each.get("username") or "").lower() == forum.username.lower()
        is_direct = each.get("reply_to_post_number") == below.post.get("post_number")
        if is_mine and is_direct and _id_of(each) not in draft.to.earlier_replies:
            yield each


def _is_waiting(forum: Forum, client: SafeClient, draft: Draft) -> bool:
    told = forum.checked(forum.get(client, f"/posts/{forum.username}/pending.json"))
    topic_id, _number = place_of(draft.to.external_id)
    return any(
        str(each.get("topic_id")) == topic_id
        and _plain(str(each.get("raw_text") or "")) == _plain(draft.text)
        for each in forum.listed(told, "pending_posts")
    )


def _to_the_topic(topic: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The first of the posts that answer the topic and no post of it by number."""
    stream = topic.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else None
    return [
        each
        for each in (posts if isinstance(posts, list) else ())
        if isinstance(each, dict)
        and not each.get("reply_to_post_number")
        and each.get("post_number") != FIRST
    ]


def _answered_by(
    post: Mapping[str, Any], replies: Sequence[Mapping[str, Any]], target: Target
) -> tuple[str, ...]:
    others = [
        str(each["username"])
        for each in replies
        if each.get("username") not in {post.get("username"), None}
        and not is_gone(each)
        and _id_of(each) not in target.earlier_replies
    ]
    return tuple(dict.fromkeys(others))


def _outcome(settings: Settings, draft: Draft, answer: Answer, client: SafeClient) -> Outcome:
    forum, told = Forum.of(settings), answer.value if isinstance(answer.value, dict) else {}
    if answer.status == 200 and told.get("action") == "enqueued":
        return Unknown(IN_QUEUE)
    if answer.status == 200 and _id_of(told):
        return _sent(told, forum)
    if answer.status == UNPROCESSABLE:
        return _twice_or_refused(settings, draft, answer, client)
    return refusal_of(answer, forum.host)


def _twice_or_refused(settings: Settings, draft: Draft, answer: Answer, client: SafeClient) -> Outcome:
    """The same words may stand there already, or we said them to somebody else a moment ago. Only a sentence tells
    the latter, and only in English it is understood; elsewhere a person reads it and sends again."""
    found = read_back(settings, draft, client)
    if not isinstance(found, NotThere):
        return found
    if SAME_WORDS in answer.said:
        return Refused(answer.said, permanent=False, retry_after=UNTIL_SAME_WORDS)
    return refusal_of(answer, Forum.of(settings).host)


def _sent(post: Mapping[str, Any], forum: Forum) -> Sent:
    return Sent(_id_of(post), url_of(post, forum.url))


def _id_of(post: Mapping[str, Any]) -> str:
    try:
        return id_of(post)
    except UnreadablePostError:
        return ""


def _plain(text: str) -> str:
    return " ".join(text.split())
