"""A reply leaves as a reply to the comment, or (where we were named elsewhere) as an answer to the mention.

Instagram takes no key of ours: after an attempt of unknown outcome the replies are read for our own words. A reply
to a reply is put below the comment that both stand under. Below others' media nothing can be read: there a person
decides.
"""

import time
from typing import Any
from urllib.parse import quote

from oneroof.core.http import SafeClient
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
from oneroof.listening.sources.graph import inner, pages
from oneroof.listening.sources.instagram.account import Profile
from oneroof.listening.sources.instagram.mentions import asked_mention
from oneroof.listening.sources.instagram.parse import COMMENT, REPLY, mention_of
from oneroof.listening.sources.json_api import NotFoundError

LENGTH = Length(limit=300)
PAGES_READ = 10
LOOKS_AGAIN_AFTER = 3.0
PAGE = 50


def can_answer(settings: Settings) -> bool:
    return bool(settings.get("access_token"))


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """``POST /{comment}/replies``, or ``POST /{account}/mentions``."""
    if (over := -LENGTH.left(draft.text)) > 0:
        return Refused(f"The reply is too long by {over}.", permanent=True)
    try:
        profile = Profile.of(settings)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=True)
    if mention := mention_of(draft.to.external_id):
        medium, comment = mention
        sent = {"media_id": medium, "comment_id": comment or None, "message": draft.text}
        return profile.graph.post(client, f"{profile.id}/mentions", **sent)
    return profile.graph.post(client, f"{quote(draft.to.external_id, safe='')}/replies", message=draft.text)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Twice, for a reply may show late."""
    found = _look(settings, draft, client)
    if isinstance(found, NotThere):
        time.sleep(LOOKS_AGAIN_AFTER)
        found = _look(settings, draft, client)
    return found


def _look(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    if mention_of(draft.to.external_id):
        return Unknown("Instagram does not show what stands below somebody else's post.")
    try:
        profile = Profile.of(settings)
        me = profile.username(client)
        above = inner(profile.get(client, draft.to.external_id, COMMENT), "parent_id")
        replies, is_whole = _replies(profile, above or draft.to.external_id, client)
    except PollFailedError as failed:
        return Unknown(failed.reason)
    if ours := next((each for each in replies if _is_ours(each, me, draft)), None):
        return Sent(inner(ours, "id"))
    return NotThere() if is_whole else Unknown("There are more replies than are read.")


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    try:
        profile = Profile.of(settings)
        if mention := mention_of(target.external_id):
            return _mention_seen(profile, client, *mention, target)
        comment = profile.get(client, target.external_id, f"{COMMENT},hidden")
        replies, _is_whole = _replies(profile, target.external_id, client)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    if comment.get("hidden") is True:
        return Seen(
            Standing.CLOSED,
            text=inner(comment, "text"),
            reason="The comment is hidden; hidden ones take no reply.",
        )
    return _seen(inner(comment, "text"), target, _answered_by(comment, replies, target))


def _mention_seen(profile: Profile, client: SafeClient, medium: str, comment: str, target: Target) -> Seen:
    post = asked_mention(profile, client, medium, comment)
    return Seen(Standing.GONE) if post is None else _seen(post.text, target, ())


def _seen(text: str, target: Target, answered_by: tuple[str, ...]) -> Seen:
    is_same = _plain(text) == _plain(target.text)
    return Seen(Standing.THERE if is_same else Standing.CHANGED, text=text, answered_by=answered_by)


def _replies(profile: Profile, comment: str, client: SafeClient) -> tuple[list[dict[str, Any]], bool]:
    """And whether these are all."""
    read: list[dict[str, Any]] = []
    onward: str | None = None
    edge = f"{quote(comment, safe='')}/replies"
    for entries, onward in pages(profile.graph, client, edge, at_most=PAGES_READ, fields=REPLY, limit=PAGE):  # noqa: B007
        read += entries
    return read, onward is None


def _answered_by(comment: dict[str, Any], replies: list[dict[str, Any]], target: Target) -> tuple[str, ...]:
    author = inner(comment, "username")
    others = [
        inner(each, "username")
        for each in replies
        if inner(each, "username") not in {author, ""} and inner(each, "id") not in target.earlier_replies
    ]
    return tuple(dict.fromkeys(others))


def _is_ours(reply: dict[str, Any], me: str, draft: Draft) -> bool:
    return (
        inner(reply, "username").lower() == me.lower()
        and inner(reply, "id") not in draft.to.earlier_replies
        and _plain(inner(reply, "text")) == _plain(draft.text)
    )


def _plain(text: str) -> str:
    return " ".join(text.split())
