"""A reply leaves as a record under a key that we chose: where one stands already, none is added."""

from typing import Any

from wcwidth import iter_graphemes

from oneroof.core import clock
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
from oneroof.listening.sources.bluesky.facets import facets_of
from oneroof.listening.sources.bluesky.parse import POST, text_of, url_of
from oneroof.listening.sources.bluesky.service import EXPIRED, Service, Session
from oneroof.listening.sources.bluesky.tid import tid_of
from oneroof.listening.sources.json_api import (
    Answer,
    NotAllowedError,
    NotFoundError,
    SaidNoError,
    outcome_of_failure,
    refusal_of,
)

GRAPHEMES = 300
BYTES = 3_000
STANDS_ALREADY = "InvalidSwap"
NO_RECORD = "RecordNotFound"
NO_THREAD = "NotFound"
SOON = 5.0


def counted(text: str) -> int:
    """Characters as people see them (Unicode Annex 29): one for a flag or a family."""
    return sum(1 for _each in iter_graphemes(text))


LENGTH = Length(limit=GRAPHEMES, count=counted)


def can_answer(settings: Settings) -> bool:
    return Service.of(settings).has_account


def takes_once(settings: Settings) -> bool:  # noqa: ARG001 - a Judge
    """``putRecord`` with ``swapRecord`` null writes only where nothing stands."""
    return True


def publish(settings: Settings, draft: Draft, client: SafeClient) -> Outcome:
    """Read what is answered, for its place in the thread; then write once."""
    service = Service.of(settings)
    if len(draft.text.encode()) > BYTES:
        return Refused(f"The reply is longer than {BYTES:,} bytes.", permanent=True)
    try:
        session = service.session(client)
        record = _record(service, draft, client)
    except (NotFoundError, NotAllowedError, SaidNoError) as refused:
        return Refused(refused.reason, permanent=True)
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    try:
        answer = service.post(client, "com.atproto.repo.putRecord", _put(session, draft, record))
    except PollFailedError as failed:
        return Refused(failed.reason, permanent=False, retry_after=failed.next_poll_after or None)
    except FetchError as error:
        return outcome_of_failure(error)
    return _outcome(settings, draft, answer, session, client)


def read_back(settings: Settings, draft: Draft, client: SafeClient) -> ReadBack:
    """Ask for the record of our key."""
    service = Service.of(settings)
    try:
        session = service.session(client)
        found = _get_record(service, client, session.did, POST, _key(draft))
    except SaidNoError as error:
        return NotThere() if error.code == NO_RECORD else Unknown(error.reason)
    except PollFailedError as failed:
        return Unknown(failed.reason)
    return _sent(str(found.get("uri") or ""), session.handle)


def look_up(settings: Settings, target: Target, client: SafeClient) -> Seen:
    service = Service.of(settings)
    try:
        told = service.get(
            client, "app.bsky.feed.getPostThread", uri=target.external_id, depth=1, parentHeight=0
        )
    except SaidNoError as error:
        standing = Standing.GONE if error.code == NO_THREAD else Standing.UNKNOWN
        return Seen(standing, reason=error.reason)
    except PollFailedError as failed:
        return Seen(Standing.UNKNOWN, reason=failed.reason)
    return _seen(told.get("thread"), target)


def _seen(thread: Any, target: Target) -> Seen:
    node = thread if isinstance(thread, dict) else {}
    if node.get("notFound"):
        return Seen(Standing.GONE)
    if node.get("blocked"):
        return Seen(Standing.CLOSED, reason="Its author and our account do not speak to each other.")
    post = node.get("post")
    record = post.get("record") if isinstance(post, dict) else None
    if not isinstance(post, dict) or not isinstance(record, dict):
        return Seen(Standing.UNKNOWN)
    text = text_of(record)
    answered_by = _answered_by(node, target)
    if isinstance(post.get("viewer"), dict) and post["viewer"].get("replyDisabled"):
        return Seen(Standing.CLOSED, text, answered_by, "Its author lets only some people answer.")
    return Seen(Standing.THERE if text == target.text else Standing.CHANGED, text, answered_by)


def _answered_by(thread: dict[str, Any], target: Target) -> tuple[str, ...]:
    author = thread["post"].get("author")
    did = author.get("did") if isinstance(author, dict) else None
    names = []
    for each in thread.get("replies") or ():
        post = each.get("post") if isinstance(each, dict) else None
        who = post.get("author") if isinstance(post, dict) else None
        if not isinstance(post, dict) or not isinstance(who, dict) or who.get("did") == did:
            continue
        if post.get("uri") not in target.earlier_replies:
            names.append(str(who.get("handle") or who.get("did")))
    return tuple(dict.fromkeys(names))


def _record(service: Service, draft: Draft, client: SafeClient) -> dict[str, Any]:
    """The reply's record. Raises PollFailedError where what it answers cannot be read."""
    repo, collection, key = _parts(draft.to.external_id)
    parent = _get_record(service, client, repo, collection, key)
    reference = {"uri": parent.get("uri"), "cid": parent.get("cid")}
    above = parent.get("value")
    reply = above.get("reply") if isinstance(above, dict) else None
    root = reply.get("root") if isinstance(reply, dict) else None
    record: dict[str, Any] = {
        "$type": POST,
        "text": draft.text,
        "createdAt": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "reply": {"root": root or reference, "parent": reference},
    }
    if facets := facets_of(draft.text, lambda handle: _did_of(service, client, handle)):
        record["facets"] = facets
    return record


def _put(session: Session, draft: Draft, record: dict[str, Any]) -> dict[str, Any]:
    return {
        "repo": session.did,
        "collection": POST,
        "rkey": _key(draft),
        "record": record,
        "swapRecord": None,
    }


def _outcome(
    settings: Settings, draft: Draft, answer: Answer, session: Session, client: SafeClient
) -> Outcome:
    if answer.status == 200 and isinstance(answer.value, dict) and answer.value.get("uri"):
        return _sent(str(answer.value["uri"]), session.handle)
    if answer.code == STANDS_ALREADY:
        found = read_back(settings, draft, client)
        return found if isinstance(found, Sent) else Unknown(answer.said)
    if answer.code in EXPIRED:
        return Refused("The session had ended.", permanent=False, retry_after=SOON)
    return refusal_of(answer, Service.of(settings).host)


def _get_record(service: Service, client: SafeClient, repo: str, collection: str, key: str) -> dict[str, Any]:
    return service.get(client, "com.atproto.repo.getRecord", repo=repo, collection=collection, rkey=key)


def _did_of(service: Service, client: SafeClient, handle: str) -> str | None:
    try:
        did = service.get(client, "com.atproto.identity.resolveHandle", handle=handle).get("did")
    except PollFailedError:
        return None
    return did if isinstance(did, str) else None


def _parts(uri: str) -> tuple[str, str, str]:
    """Repository, collection and key of an ``at://`` address."""
    repo, _slash, rest = uri.removeprefix("at://").partition("/")
    collection, _slash, key = rest.partition("/")
    return repo, collection, key


def _key(draft: Draft) -> str:
    return tid_of(draft.key, draft.to.said_at)


def _sent(uri: str, handle: str) -> Sent:
    return Sent(uri, url_of(uri, handle))
