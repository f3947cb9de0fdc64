"""A reply leaves as an answer in the comment's thread, by one POST of 50 units.

YouTube has no key that takes a reply once. Where nobody knows what became of one, the thread is read for our own
words.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.http import FetchError, SafeClient
from oneroof.core.moments import UnreadableMomentError, parse_moment
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
from oneroof.listening.sources.json_api import (
    SOON,
    Answer,
    NotAllowedError,
    outcome_of_failure,
    post_json,
    refusal_of,
    url_with,
)
from oneroof.listening.sources.youtube.client import ANSWERS_READ, CHANNEL_ID, answers_in, thread_by_id
from oneroof.listening.sources.youtube.parse import (
    author_of,
    comments_of,
    handle_of,
    text_of,
    thread_of,
    url_of,
)
from oneroof.listening.sources.youtube.quota import seconds_to_reset
from oneroof.listening.sources.youtube.service import (
    COMMENTS,
    SPENT,
    TITLE,
    SwitchedOffError,
    YouTube,
    failure,
    is_too_fast,
    reason_of,
    record,
)

CHARACTERS = 10_000
MENTION_ROOM = 32
"""What the length keeps free for a mention: @, a name of thirty characters, a space."""
LENGTH = Length(limit=CHARACTERS - MENTION_ROOM)
LOOKS_AGAIN_AFTER = 3.0
"""Seconds: a comment may be taken a little before it is shown."""
UNCERTAIN = "processingFailure"
"""It “may be a transient error”, the reference says: nobody knows."""
A_MENTION = re.compile(r"^@[\w.\-·]+\s+")


def can_answer(settings: Settings) -> bool:
    return YouTube.of(settings).has_account


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    place = YouTube.of(settings)
    snippet = {"parentId": thread_of(draft.to.external_id), "textOriginal": _text(draft)}
    try:
        headers = place.our_headers(client)
    except PollFailedError as failed:
        is_final = isinstance(failed, NotAllowedError)
        return Refused(failed.reason, permanent=is_final, retry_after=failed.next_poll_after or None)
    url = url_with(f"{place.api}{COMMENTS}", {"part": "snippet"})
    try:
        answer = post_json(client, url, {"snippet": snippet}, headers=headers)
    except FetchError as error:
        return outcome_of_failure(error)
    if answer.status == 200 and record(answer.value).get("id"):
        return _sent(record(answer.value))
    place.learn_from(client, answer)
    return _refusal(answer)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look in the thread for our own words; twice, for it may take a moment until they are shown."""
    found = _look(settings, draft, client)
    if isinstance(found, NotThere):
        time.sleep(LOOKS_AGAIN_AFTER)
        found = _look(settings, draft, client)
    return found


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    place, thread_id = YouTube.of(settings), thread_of(target.external_id)
    try:
        thread = thread_by_id(place, client, thread_id, as_us=place.has_account)
        if thread is None:
            return Seen(Standing.GONE)
        answers = list(answers_in(place, client, thread_id))
    except SwitchedOffError as closed:
        return Seen(Standing.CLOSED, reason=closed.reason)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    by_id = {str(each.get("id")): each for each in (*comments_of(thread)[:1], *answers)}
    if target.external_id not in by_id:
        return Seen(Standing.GONE)
    snippet = record(by_id[target.external_id].get("snippet"))
    text, answered_by = text_of(snippet), _answered_by(snippet, answers, target)
    if record(thread.get("snippet")).get("canReply") is False:
        return Seen(Standing.CLOSED, text, answered_by, "This comment takes no answers.")
    is_same = _plain(text) == _plain(target.text)
    return Seen(Standing.THERE if is_same else Standing.CHANGED, text, answered_by)


def _look(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    place, read = YouTube.of(settings), 0
    try:
        me = place.own_channel(client)
        for comment in answers_in(place, client, thread_of(draft.to.external_id), as_us=True):
            if _is_ours(comment, me, draft):
                return _sent(comment)
            read += 1
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return NotThere() if read < ANSWERS_READ else Unknown("The thread is too long to be read whole.")


def _is_ours(comment: Mapping[str, Any], me: str, draft: Draft) -> bool:
    snippet = record(comment.get("snippet"))
    return (
        author_of(snippet) == me
        and str(comment.get("id")) not in draft.to.earlier_replies
        and _plain(str(snippet.get("textOriginal") or text_of(snippet))) == _plain(_text(draft))
    )


def _refusal(answer: Answer) -> Outcome:
    reason = reason_of(answer)
    if reason == UNCERTAIN:
        return Unknown(f"YouTube could not process it ({answer.said}).")
    if reason in SPENT:
        return Refused(failure(answer).reason, permanent=False, retry_after=seconds_to_reset(clock.now()))
    if is_too_fast(answer):
        return Refused(failure(answer).reason, permanent=False, retry_after=SOON)
    outcome = refusal_of(answer, TITLE)
    if isinstance(outcome, Refused) and answer.status == 401:  # the next attempt asks for another token first
        return Refused(outcome.reason, permanent=False, retry_after=SOON)
    return outcome


def _text(draft: Draft) -> str:
    """Answers lie flat: one that answers an answer says whom it answers, as YouTube's own page does."""
    handle = draft.to.author_handle
    is_answer_to_answer = "." in draft.to.external_id
    if not is_answer_to_answer or CHANNEL_ID.fullmatch(handle) or A_MENTION.match(draft.text):
        return draft.text
    return f"@{handle} {draft.text}"


def _answered_by(
    snippet: Mapping[str, Any], answers: list[dict[str, Any]], target: Target
) -> tuple[str, ...]:
    """Whoever spoke in the thread after it, its author and our earlier replies left out."""
    after, names = _said_at(snippet), []
    for each in answers:
        other = record(each.get("snippet"))
        is_other = author_of(other) != author_of(snippet) and str(each.get("id")) != target.external_id
        if is_other and str(each.get("id")) not in target.earlier_replies and _said_at(other) >= after:
            names.append(handle_of(other))
    return tuple(dict.fromkeys(names))


def _said_at(snippet: Mapping[str, Any]) -> float:
    try:
        return parse_moment(snippet.get("publishedAt")).timestamp()
    except UnreadableMomentError:
        return 0.0


def _plain(text: str) -> str:
    return " ".join(text.split())


def _sent(comment: Mapping[str, Any]) -> Sent:
    return Sent(str(comment["id"]), url_of(record(comment.get("snippet")), str(comment["id"])))
