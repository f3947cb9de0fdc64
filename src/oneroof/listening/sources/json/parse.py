"""Entries of a list become posts, as the source's settings say which field is what. Pure."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import RawPost, Rejected, Settings
from oneroof.listening.sources.fields import UnreadablePostError, post_of
from oneroof.listening.sources.json.filling import address_with
from oneroof.listening.sources.json.paths import found_at, kind_of
from oneroof.listening.sources.visible import text_of_html

HTML, PLAIN = "html", "plain"
NOT_GONE = (None, "", False, 0, "0", "false", "False", "no")
FIELDS = {
    "external_id": "id_at",
    "author_handle": "author_at",
    "author_name": "author_name_at",
    "parent_id": "parent_at",
    "lang": "lang_at",
    "likes": "likes_at",
    "reposts": "reposts_at",
    "followers": "followers_at",
}
"""A post's field, and the setting that says where it lies."""


def read_entries(entries: Iterable[Any], settings: Settings) -> tuple[list[RawPost], list[Rejected]]:
    posts: list[RawPost] = []
    rejected: list[Rejected] = []
    for number, entry in enumerate(entries, start=1):
        try:
            posts.append(read_entry(entry, settings))
        except UnreadablePostError as error:
            rejected.append(Rejected(f"entry {number}", str(error), json.dumps(entry, ensure_ascii=False)))
    return posts, rejected


def read_entry(entry: Any, settings: Settings) -> RawPost:
    """Raises UnreadablePostError."""
    fields = {name: found_at(entry, str(settings.get(where) or "") or "\0") for name, where in FIELDS.items()}
    if fields["external_id"] is None:
        raise UnreadablePostError(f"it has no id at “{settings.get('id_at')}”, but is {kind_of(entry)}")
    if _at(entry, settings, "deleted_at") not in NOT_GONE:
        return gone(str(fields["external_id"]))
    fields |= {
        "text": _text(entry, settings),
        "url": _url(entry, settings, str(fields["external_id"])),
        "created_at": _moment(_at(entry, settings, "time_at"), settings, "created_at"),
    }
    if (edited := _at(entry, settings, "edited_at")) not in (None, "", False):
        fields["edited_at"] = _moment(edited, settings, "edited_at")
    return post_of(fields)


def check_zone(name: Any) -> None:
    try:
        ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"“{name}” is no time zone; write it as Europe/Berlin.") from error


def _at(entry: Any, settings: Settings, where: str) -> Any:
    path = str(settings.get(where) or "").strip()
    return found_at(entry, path) if path else None


def _text(entry: Any, settings: Settings) -> str:
    """Of several fields, one below the other."""
    paths = [path.strip() for path in str(settings.get("text_at") or "").split(",")]
    found = [piece for path in paths if (piece := found_at(entry, path)) not in (None, "")]
    if not found:
        raise UnreadablePostError(f"it has no text at “{settings.get('text_at')}”, but is {kind_of(entry)}")
    if wrong := next((piece for piece in found if isinstance(piece, (dict, list))), None):
        raise UnreadablePostError(f"text must be text, not {kind_of(wrong)}")
    pieces = map(str, found)
    return "\n\n".join(map(text_of_html, pieces) if settings.get("text_is") == HTML else pieces)


def _url(entry: Any, settings: Settings, external_id: str) -> Any:
    """Found in the entry, or made of its id where the setting is an address with a place for it."""
    where = str(settings.get("url_at") or "").strip()
    if "{id}" in where:
        return address_with(where, {"id": external_id})
    return found_at(entry, where) if where else None


def gone(external_id: str) -> RawPost:
    """One that was deleted; when, nobody tells."""
    return RawPost(external_id=external_id, author_handle="", text="", created_at=clock.now(), deleted=True)


def _moment(written: Any, settings: Settings, field: str) -> datetime:
    try:
        return parse_moment(_in_zone(written, settings))
    except (UnreadableMomentError, ValueError) as error:
        raise UnreadablePostError(f"{field}: {error}") from error


def _in_zone(written: Any, settings: Settings) -> Any:
    """A time as it is written there; what tells no zone is of the source's."""
    format_, zone = str(settings.get("time_format") or "").strip(), str(settings.get("time_zone") or "UTC")
    if format_:
        found = datetime.strptime(str(written), format_)  # noqa: DTZ007 - the zone comes below
    elif zone != "UTC" and isinstance(written, str) and "-" in written[1:]:
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            return written
    else:
        return written
    return found if found.tzinfo else found.replace(tzinfo=UTC if zone == "UTC" else ZoneInfo(zone))
