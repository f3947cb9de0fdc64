"""A reply leaves as a status, mentioning whom it answers, as visible as what it answers and no more."""

import re
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
from oneroof.listening.sources.json_api import (
    NotAllowedError,
    NotFoundError,
    outcome_of_failure,
    post_json,
    refusal_of,
)
from oneroof.listening.sources.mastodon.instance import (
    CHARACTERS,
    CHARACTERS_PER_LINK,
    Instance,
    entries,
    own_account,
)
from oneroof.listening.sources.mastodon.parse import handle_of, text_of

MENTION_ROOM = 32
"""What the length keeps free for the mention: @, a name of thirty characters, a space."""
CONTEXT_AT_MOST = 4_096
LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
MENTION = re.compile(
    r"(?<![\w/])@([A-Za-z0-9_]+(?:[A-Za-z0-9_.-]+[A-Za-z0-9_]+)?)@[A-Za-z0-9.\-:]*[A-Za-z0-9]"
)
FIRST_MENTIONS = re.compile(r"^(?:@[\w.\-]+(?:@[\w.\-:]+)?\s+)+")


def length_of(settings: Settings) -> Length:
    """As the server counts: a link as 23 characters, a mention without its server; room for the first is kept."""
    link = int(settings.get("link_characters") or CHARACTERS_PER_LINK)
    limit = int(settings.get("max_characters") or CHARACTERS)
    return Length(limit=limit - MENTION_ROOM, count=lambda text: counted(text, link))


def counted(text: str, link: int = CHARACTERS_PER_LINK) -> int:
    """docs.joinmastodon.org/user/posting: every link counts the same, of a mention only the name."""
    return len(MENTION.sub(r"@\1", LINK.sub("x" * link, text)))


def can_answer(settings: Settings) -> bool:
    return bool(settings.get("access_token"))


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Read what is answered, for its visibility; then POST once, with the reply's key as Idempotency-Key.

    The server keeps a key for an hour at most. That is long enough: an attempt of unknown outcome is read back
    before another is made, and one that is an hour old has surely come to its end.
    """
    instance = Instance.of(settings)
    try:
        answered = instance.status(client, draft.to.external_id)
    except (NotFoundError, NotAllowedError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    sent = _status(answered, draft)
    if (over := -_whole_length(settings).left(sent["status"])) > 0:
        return Refused(f"With the mention the reply is too long by {over}.", permanent=True)
    headers = {**instance.headers, "Idempotency-Key": draft.key}
    try:
        answer = post_json(client, f"{instance.url}/api/v1/statuses", sent, headers=headers)
    except FetchError as error:
        return outcome_of_failure(error)
    if answer.status == 200 and isinstance(answer.value, dict) and answer.value.get("id"):
        return _sent(answer.value)
    return refusal_of(answer, instance.host)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Look below what is answered for our own words."""
    instance = Instance.of(settings)
    try:
        me = str(own_account(instance, client).get("id"))
        _above, below = instance.context(client, draft.to.external_id)
    except PollFailedError as failed:
        return Unknown(failed.reason)
    for status in entries(below):
        if _is_ours(status, me, draft):
            return _sent(status)
    if len(below) >= CONTEXT_AT_MOST:
        return Unknown(f"{instance.host} does not show all that was answered.")
    return NotThere()


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    instance = Instance.of(settings)
    try:
        status = instance.status(client, target.external_id)
        _above, below = instance.context(client, target.external_id)
    except NotFoundError:
        return Seen(Standing.GONE)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    text = text_of(status)
    return Seen(
        Standing.THERE if _plain(text) == _plain(target.text) else Standing.CHANGED,
        text=text,
        answered_by=_answered_by(status, below, target, instance),
    )


def _status(answered: dict[str, Any], draft: Draft) -> dict[str, Any]:
    account = answered.get("account") if isinstance(answered.get("account"), dict) else {}
    name = str((account or {}).get("acct") or draft.to.author_handle)
    mention = f"@{name} "
    text = draft.text if f"{draft.text} ".lower().startswith(mention.lower()) else mention + draft.text
    sent = {
        "status": text,
        "in_reply_to_id": draft.to.external_id,
        "visibility": answered.get("visibility") or "public",
    }
    if answered.get("spoiler_text"):
        sent |= {"spoiler_text": answered["spoiler_text"], "sensitive": bool(answered.get("sensitive"))}
    return sent


def _whole_length(settings: Settings) -> Length:
    kept = length_of(settings)
    return Length(limit=kept.limit + MENTION_ROOM, count=kept.count)


def _answered_by(
    status: dict[str, Any], below: list[Any], target: Target, instance: Instance
) -> tuple[str, ...]:
    author = _account_id(status)
    direct = [each for each in entries(below) if str(each.get("in_reply_to_id")) == target.external_id]
    others = [
        each["account"]
        for each in direct
        if _account_id(each) not in {author, ""} and str(each.get("id")) not in target.earlier_replies
    ]
    return tuple(
        dict.fromkeys(handle_of(account, instance.host) for account in others if account.get("acct"))
    )


def _is_ours(status: dict[str, Any], me: str, draft: Draft) -> bool:
    return (
        _account_id(status) == me
        and str(status.get("in_reply_to_id")) == draft.to.external_id
        and str(status.get("id")) not in draft.to.earlier_replies
        and _own_words(text_of({**status, "spoiler_text": ""})) == _own_words(draft.text)
    )


def _own_words(text: str) -> str:
    """Without the mentions it begins with, and without what a server may write otherwise."""
    return FIRST_MENTIONS.sub("", MENTION.sub(r"@\1", _plain(text)) + " ").strip()


def _plain(text: str) -> str:
    return " ".join(text.split())


def _account_id(status: dict[str, Any]) -> str:
    account = status.get("account")
    return str(account.get("id") or "") if isinstance(account, dict) else ""


def _sent(status: dict[str, Any]) -> Sent:
    return Sent(str(status["id"]), str(status.get("url") or status.get("uri") or ""))
