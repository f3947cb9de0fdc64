"""A thread of X as it stands: its posts asked for by id, what is above them, and what was answered since.

Later answers are found by a recent search for the whole conversation, which reaches back seven days.
"""

from collections.abc import Sequence
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Followed, RawPost, Rejected, Settings
from oneroof.listening.sources.x.client import FIELDS, PAGE, PAGES_AT_ONCE
from oneroof.listening.sources.x.parse import (
    Beside,
    first_id,
    gone_of,
    is_latest,
    latest_id,
    read_posts,
    referenced,
)
from oneroof.listening.sources.x.service import POSTS, SEARCH, X, record, records

LEVELS = 20
ASKED_AT_MOST = 100
WITH_WHAT_THEY_ANSWER = {
    **FIELDS,
    "expansions": f"{FIELDS['expansions']},referenced_tweets.id,referenced_tweets.id.author_id",
}


class Thread:
    """What was found of one, each post by its first id."""

    def __init__(self) -> None:
        self.found: dict[str, RawPost] = {}
        self.raw: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, RawPost] = {}
        self.rejected: list[Rejected] = []

    def add(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        """The posts that the answer itself holds."""
        beside, data = Beside.of(told), records(told.get("data"))
        for each in data:
            if first_id(each) not in self.raw or is_latest(each):
                self.raw[first_id(each)] = each
        posts, rejected = read_posts(data, beside)
        self.found |= {each.external_id: each for each in posts}
        self.rejected += rejected
        self.gone |= {each.external_id: each for each in gone_of(told)}
        return data


def follow(settings: Settings, external_id: str, known: Sequence[str], client: SafeClient) -> Followed:
    """Raises PollFailedError."""
    place, thread = X.of(settings), Thread()
    wanted = list(dict.fromkeys((external_id, *known)))[:ASKED_AT_MOST]
    asked = thread.add(posts_of(place, client, wanted))
    newer = [latest_id(each) for each in asked if not is_latest(each)]
    if newer:
        thread.add(posts_of(place, client, newer))
    _climb(place, client, thread, external_id)
    root = str(thread.raw.get(external_id, {}).get("conversation_id") or "")
    if root:
        _hear_what_was_answered(place, client, thread, root)
    gone = [post for name, post in thread.gone.items() if name not in thread.found]
    return Followed(posts=[*thread.found.values(), *gone], rejected=thread.rejected)


def posts_of(place: X, client: SafeClient, ids: Sequence[str]) -> dict[str, Any]:
    """Those posts, and what they answer and quote beside them."""
    return place.get(client, POSTS, ids=",".join(ids), **WITH_WHAT_THEY_ANSWER)


def _climb(place: X, client: SafeClient, thread: Thread, start: str) -> None:
    at: str | None = start
    for _level in range(LEVELS):
        at = referenced(thread.raw.get(at or "", {}), "replied_to")
        if at is None:
            return
        if at not in thread.raw:
            above = thread.add(posts_of(place, client, [at]))
            if not above:
                return
            at = first_id(above[0])


def _hear_what_was_answered(place: X, client: SafeClient, thread: Thread, root: str) -> None:
    token = None
    for _page in range(PAGES_AT_ONCE):
        query = f"conversation_id:{root} -is:retweet"
        told = place.get(
            client, SEARCH, query=query, max_results=PAGE, next_token=token, **WITH_WHAT_THEY_ANSWER
        )
        thread.add(told)
        token = record(told.get("meta")).get("next_token")
        if not token:
            return
