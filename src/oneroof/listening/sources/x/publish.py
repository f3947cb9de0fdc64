"""A reply leaves as a post in reply, by one POST.

X promises nothing about a post that is sent twice, but it refuses the same words for some hours. Where nobody
knows what became of one, our own posts since then are read.
"""

import re
import time
from collections.abc import Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.http import FetchError, SafeClient
from oneroof.listening.quotas import moment_of
from oneroof.listening.sources.base import (
    Draft,
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
    LATER,
    Answer,
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    post_json,
    refusal_of,
)
from oneroof.listening.sources.x.client import FIELDS, PAGE
from oneroof.listening.sources.x.parse import (
    Beside,
    first_id,
    latest_id,
    referenced,
    text_of,
    url_of,
    words_of,
)
from oneroof.listening.sources.x.service import POSTS, SEARCH, TITLE, X, failure, is_capped, record, records
from oneroof.listening.sources.x.thread import posts_of

PAGES_READ = 32
"""X shows 3,200 posts of an account and no more."""
LOOKS_AGAIN_AFTER = 3.0
"""Seconds: a post may be taken a little before it is shown."""
LINK = re.compile(r"https?://\S+", re.IGNORECASE)
FIRST_MENTIONS = re.compile(r"^(?:@\w{1,15}\s+)+")
SAME_WORDS = "duplicate content"
UNASKED = "X lets us answer only where we were addressed: this post neither mentions nor quotes us."


def can_answer(settings: Settings) -> bool:
    return bool(settings.get("access_token") or settings.get("refresh_token"))


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Only the latest wording of a post can be answered, so it is asked for; then one POST."""
    place = X.of(settings)
    try:
        answered = next(iter(records(_latest(place, client, draft.to.external_id).get("data"))), None)
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    if answered is None:
        return Refused("The post is not shown any more.", permanent=True)
    sent = {"text": draft.text, "reply": {"in_reply_to_tweet_id": str(answered["id"])}}
    try:
        answer = post_json(client, f"{place.url}{POSTS}", sent, headers=place.our_headers)
    except FetchError as error:
        return outcome_of_failure(error)
    made = record(record(answer.value).get("data")).get("id")
    if answer.status in {200, 201} and made:
        return Sent(str(made), url_of("i/web", str(made)))
    if answer.status == 403 and SAME_WORDS in answer.said.lower():
        return _said_already(settings, draft, client, answer)
    return _refusal(answer)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look among our own posts since the one that is answered; twice, for it may take a moment to be shown."""
    found = _look(settings, draft, client)
    if isinstance(found, NotThere):
        time.sleep(LOOKS_AGAIN_AFTER)
        found = _look(settings, draft, client)
    return found


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    """As it stands in its latest wording, whether we may answer, and who did."""
    place = X.of(settings)
    try:
        told = _latest(place, client, target.external_id)
        post = next(iter(records(told.get("data"))), None)
        if post is None:
            return Seen(Standing.GONE)
        me, name = place.own_account(client)
        answered_by = _answered_by(place, client, post, target)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    beside = Beside.of(told)
    text = text_of(post, beside)
    if not _addresses(post, beside, me, name):
        return Seen(Standing.CLOSED, text, answered_by, UNASKED)
    is_same = _plain(text) == _plain(target.text)
    return Seen(Standing.THERE if is_same else Standing.CHANGED, text, answered_by)


def _look(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    place, token = X.of(settings), None
    try:
        me, _name = place.own_account(client)
        answered = _wordings(place, client, draft.to.external_id)
        for _page in range(PAGES_READ):
            told = place.get(
                client,
                f"/2/users/{me}/tweets",
                max_results=PAGE,
                since_id=draft.to.external_id,
                pagination_token=token,
                **FIELDS,
            )
            for post in records(told.get("data")):
                if _is_ours(post, draft, answered):
                    return Sent(first_id(post), url_of("i/web", first_id(post)))
            token = record(told.get("meta")).get("next_token")
            if not token:
                return NotThere()
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return Unknown("We said so much since that not all of it can be read.")


def _wordings(place: X, client: SafeClient, post_id: str) -> set[str]:
    """The ids of all wordings of a post: a reply may stand under any."""
    found = records(posts_of(place, client, [post_id]).get("data"))
    return {post_id, *(str(each) for post in found for each in post.get("edit_history_tweet_ids") or ())}


def _is_ours(post: Mapping[str, Any], draft: Draft, answered: set[str]) -> bool:
    return (
        referenced(post, "replied_to") in answered
        and first_id(post) not in draft.to.earlier_replies
        and _own_words(words_of(post)) == _own_words(draft.text)
    )


def _said_already(settings: Settings, draft: Draft, client: SafeClient, answer: Answer) -> Outcome:
    """The same words stand somewhere: here, from an attempt that nobody knew of, or under another post."""
    found = _look(settings, draft, client)
    if isinstance(found, NotThere):
        return Refused("X refuses the same words twice: put it otherwise.", permanent=True)
    return found if isinstance(found, Sent) else Unknown(answer.said)


def _refusal(answer: Answer) -> Outcome:
    if is_capped(answer) or answer.status == 402:
        failed = failure(answer)
        return Refused(failed.reason, permanent=False, retry_after=LATER)
    outcome = refusal_of(answer, TITLE)
    if isinstance(outcome, Refused) and answer.status == 429 and (pause := _pause_for_the_day(answer)):
        return Refused(outcome.reason, permanent=False, retry_after=pause)
    return outcome


def _pause_for_the_day(answer: Answer) -> float | None:
    """``x-user-limit-24hour-*`` and ``x-app-limit-24hour-*``: replies are counted by the day as well."""
    for whose in ("user", "app"):
        name = f"x-{whose}-limit-24hour"
        resets = moment_of(answer.headers.get(f"{name}-reset", ""), clock.now())
        if answer.headers.get(f"{name}-remaining") == "0" and resets:
            return (resets - clock.now()).total_seconds()
    return None


def _latest(place: X, client: SafeClient, post_id: str) -> dict[str, Any]:
    told = posts_of(place, client, [post_id])
    post = next(iter(records(told.get("data"))), {})
    newer = latest_id(post)
    return posts_of(place, client, [newer]) if post and newer != str(post.get("id")) else told


def _addresses(post: Mapping[str, Any], beside: Beside, me: str, name: str) -> bool:
    if str(post.get("in_reply_to_user_id")) == me:
        return True
    mentions = records(record(post.get("entities")).get("mentions"))
    if any(str(each.get("username") or "").lower() == name.lower() for each in mentions):
        return True
    quoted = beside.posts.get(referenced(post, "quoted") or "", {})
    return str(quoted.get("author_id")) == me


def _answered_by(place: X, client: SafeClient, post: Mapping[str, Any], target: Target) -> tuple[str, ...]:
    told = place.get(
        client, SEARCH, query=f"in_reply_to_tweet_id:{target.external_id}", max_results=PAGE, **FIELDS
    )
    users = Beside.of(told).users
    others = [
        users[str(each.get("author_id"))]
        for each in records(told.get("data"))
        if str(each.get("author_id")) in users
        and each.get("author_id") != post.get("author_id")
        and first_id(each) not in target.earlier_replies
    ]
    return tuple(dict.fromkeys(str(each.get("username")) for each in others))


def _own_words(text: str) -> str:
    """Without the mentions that X puts before it, and with all links alike, for X shortens them."""
    return FIRST_MENTIONS.sub("", LINK.sub("…", _plain(text)) + " ").strip()


def _plain(text: str) -> str:
    return " ".join(text.split())
