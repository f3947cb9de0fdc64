"""Records of ``app.bsky.feed.post``, as the lexicons have them, become posts: from views, and from Jetstream."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected

POST = "app.bsky.feed.post"
PICTURES = ("app.bsky.embed.images", "app.bsky.embed.video")


class UnreadableRecordError(ValueError):
    """A record that has not what a post needs."""


def read_views(found: Iterable[Any], *, to_us: bool | None = None) -> tuple[list[RawPost], list[Rejected]]:
    """Posts as an application view shows them, and what could not be read."""
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, view in enumerate(found, start=1):
        try:
            posts.append(read_view(view, to_us=to_us))
        except UnreadableRecordError as error:
            rejected.append(Rejected(f"post {number}", str(error), json.dumps(view, default=str)))
    return posts, rejected


def read_view(view: Any, *, to_us: bool | None = None) -> RawPost:
    """``app.bsky.feed.defs#postView``, or a notification, which is one without counts."""
    if not isinstance(view, Mapping) or not isinstance(view.get("author"), Mapping):
        raise UnreadableRecordError("It has no author.")
    author = view["author"]
    did, handle = str(author.get("did") or ""), str(author.get("handle") or "")
    return read_record(
        view.get("record"),
        uri=str(view.get("uri") or ""),
        handle=did if handle in {"", "handle.invalid"} else handle,
        name=str(author.get("displayName") or ""),
        reposts=_count(view.get("repostCount")),
        likes=_count(view.get("likeCount")),
        addressed_to_us=to_us,
    )


def read_record(record: Any, *, uri: str, handle: str, name: str = "", **more: Any) -> RawPost:
    """``more``: what of a RawPost the record itself does not tell."""
    if not uri.startswith("at://") or not handle:
        raise UnreadableRecordError("It has no address.")
    if not isinstance(record, Mapping) or not isinstance(record.get("text"), str):
        raise UnreadableRecordError("It has no text.")
    embed = record.get("embed") if isinstance(record.get("embed"), Mapping) else {}
    languages = record.get("langs")
    return RawPost(
        external_id=uri,
        author_handle=handle,
        author_name=name,
        text=text_of(record),
        created_at=_moment(record.get("createdAt")),
        parent_id=parent_of(record),
        url=url_of(uri, handle),
        lang=str(languages[0])[:2].lower() if isinstance(languages, list) and languages else None,
        has_image=_kind(embed).startswith(PICTURES) or _kind(_media(embed)).startswith(PICTURES),
        **more,
    )


def text_of(record: Mapping[str, Any]) -> str:
    """What one reads there: the words, what pictures are said to show, the title of what is linked."""
    embed = record.get("embed") if isinstance(record.get("embed"), Mapping) else {}
    seen = [str(record.get("text") or "")]
    for shown in (embed, _media(embed)):
        images = shown.get("images") if isinstance(shown, Mapping) else None
        seen += [str(each.get("alt") or "") for each in images or () if isinstance(each, Mapping)]
        external = shown.get("external") if isinstance(shown, Mapping) else None
        if isinstance(external, Mapping):
            seen.append(str(external.get("title") or ""))
    return "\n\n".join(piece for piece in seen if piece)


def parent_of(record: Mapping[str, Any]) -> str | None:
    reply = record.get("reply")
    parent = reply.get("parent") if isinstance(reply, Mapping) else None
    uri = parent.get("uri") if isinstance(parent, Mapping) else None
    return uri if isinstance(uri, str) and uri else None


def url_of(uri: str, handle: str) -> str:
    """Where a person reads it."""
    return f"https://bsky.app/profile/{handle}/post/{uri.rpartition('/')[2]}"


def gone(uri: str) -> RawPost:
    """A record that was deleted; when, nobody tells."""
    return RawPost(external_id=uri, author_handle="", text="", created_at=clock.now(), deleted=True)


def read_events(messages: Iterable[str | bytes]) -> tuple[list[RawPost], list[Rejected], int | None]:
    """Jetstream's messages: posts, what could not be read, and the newest ``time_us``.

    github.com/bluesky-social/jetstream: ``commit`` events create, update and delete; authors come by DID.
    """
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    newest: int | None = None
    for message in messages:
        try:
            event = json.loads(message)
            if isinstance(event, Mapping) and isinstance(event.get("time_us"), int):
                newest = max(newest or 0, event["time_us"])
            if (post := _post_of(event)) is not None:
                posts.append(post)
        except (ValueError, RecursionError) as error:
            raw = message if isinstance(message, str) else message.decode("utf-8", "replace")
            rejected.append(Rejected(f"event {newest or ''}", str(error), raw))
    return posts, rejected, newest


def _post_of(event: Any) -> RawPost | None:
    """None for what is not of a post. Raises UnreadableRecordError."""
    commit = event.get("commit") if isinstance(event, Mapping) else None
    if not isinstance(commit, Mapping) or commit.get("collection") != POST:
        return None
    did, uri = str(event.get("did") or ""), f"at://{event.get('did')}/{POST}/{commit.get('rkey')}"
    match commit.get("operation"):
        case "delete":
            return gone(uri)
        case "create":
            return read_record(commit.get("record"), uri=uri, handle=did)
        case "update":
            edited_at = _moment(int(event.get("time_us") or 0))
            return read_record(commit.get("record"), uri=uri, handle=did, edited_at=edited_at)
    return None


def _media(embed: Any) -> Any:
    """Of a quoting post with pictures, the pictures."""
    media = embed.get("media") if isinstance(embed, Mapping) else None
    return media if isinstance(media, Mapping) else {}


def _kind(embed: Any) -> str:
    return str(embed.get("$type") or "") if isinstance(embed, Mapping) else ""


def _moment(written: Any) -> Any:
    try:
        return parse_moment(written)
    except UnreadableMomentError as error:
        raise UnreadableRecordError(f"createdAt: {error}") from error


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
