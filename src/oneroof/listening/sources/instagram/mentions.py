"""What names us elsewhere is read through our own account: ig-user/mentioned_comment, …/mentioned_media."""

from dataclasses import replace
from typing import Any

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.instagram.account import Profile
from oneroof.listening.sources.instagram.parse import (
    MEDIA,
    UnreadableEntryError,
    comment_reader,
    mention_id,
    mention_reader,
)
from oneroof.listening.sources.json_api import NotFoundError

COMMENT = "id,text,timestamp,username,like_count,media{id,permalink}"


def asked_mention(profile: Profile, client: SafeClient, medium: str, comment: str) -> RawPost | None:
    """None where it is gone, or cannot be read. Raises PollFailedError."""
    name, key, fields = ("comment", comment, COMMENT) if comment else ("media", medium, MEDIA)
    if not key.isdecimal():
        return None
    asked = f"mentioned_{name}.{name}_id({key}){{{fields}}}"
    try:
        found = profile.get(client, profile.id, asked).get(f"mentioned_{name}")
        return _read(found, medium, is_comment=bool(comment)) if isinstance(found, dict) else None
    except (NotFoundError, UnreadableEntryError):
        return None


def _read(found: dict[str, Any], medium: str, *, is_comment: bool) -> RawPost:
    if not is_comment:
        return mention_reader("")(found)
    said = comment_reader("")(found)
    parent = mention_id(medium)
    return replace(said, external_id=mention_id(medium, said.external_id), parent_id=parent)
