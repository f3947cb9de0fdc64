"""From named fields, as files and webhooks carry them, to a post. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from oneroof.core import clock
from oneroof.core.moments import UnreadableMomentError, parse_moment
from oneroof.listening.sources.base import EXTERNAL_ID_LIMIT, HANDLE_LIMIT, NAME_LIMIT, RawPost
from oneroof.listening.sources.visible import mended, storable

REQUIRED = ("external_id", "author_handle", "text", "created_at")
OPTIONAL = (
    "parent_id",
    "url",
    "lang",
    "followers",
    "reposts",
    "likes",
    "kind",
    "author_name",
    "addressed_to_us",
    "said_by_us",
    "edited_at",
    "deleted",
    "attachments",
    "has_image",
)
KNOWN = frozenset(REQUIRED) | frozenset(OPTIONAL)
KIND_LIMIT = 40
TEXT_LIMIT = 131_072
URL_LIMIT = 2_000
ATTACHMENTS_KEPT = 20
LARGEST = 2**63 - 1
AHEAD = timedelta(days=1)

WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9\-_]*)?")
YES = frozenset({"true", "t", "yes", "y", "1"})
NO = frozenset({"false", "f", "no", "n", "0"})
NOTHING = frozenset({"", "nan", "null", "none", "n/a", "na", "-"})


class UnreadablePostError(ValueError):
    """A post that cannot be read, and why."""


def post_of(fields: Mapping[str, object]) -> RawPost:
    """The post that those fields tell of; raises UnreadablePostError. Unknown fields are left out."""
    external_id = _identifier(fields, "external_id")
    parent_id = _identifier(fields, "parent_id", required=False)
    created_at = _moment(fields, "created_at")
    return RawPost(
        external_id=external_id,
        author_handle=_line(fields, "author_handle", HANDLE_LIMIT, required=True),
        text=_text(fields),
        created_at=created_at,
        parent_id=parent_id if parent_id and parent_id != external_id else None,
        url=_url(fields.get("url")),
        lang=_language(fields.get("lang")),
        followers=_count(fields, "followers"),
        reposts=_count(fields, "reposts"),
        likes=_count(fields, "likes"),
        kind=_line(fields, "kind", KIND_LIMIT) or "post",
        author_name=_line(fields, "author_name", NAME_LIMIT),
        addressed_to_us=_yes_no(fields, "addressed_to_us"),
        said_by_us=_yes_no(fields, "said_by_us"),
        edited_at=_moment(fields, "edited_at") if _given(fields.get("edited_at")) else None,
        deleted=_yes_no(fields, "deleted") or False,
        attachments=_attachments(fields.get("attachments")),
        has_image=_yes_no(fields, "has_image") or False,
    )


def _given(value: object) -> bool:
    return value is not None and value != ""


def _word(fields: Mapping[str, object], name: str) -> str:
    """A field that must be text or a number, as text."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise UnreadablePostError(f"{name} must be text, not {_kind_of(value)}")


def _identifier(fields: Mapping[str, object], name: str, *, required: bool = True) -> str:
    written = _word(fields, name)
    found = storable(written).strip() if written else ""
    if not found and required:
        raise UnreadablePostError(f"{name} is empty")
    if len(found) > EXTERNAL_ID_LIMIT:
        raise UnreadablePostError(f"{name} is longer than {EXTERNAL_ID_LIMIT} characters")
    return found


def _line(fields: Mapping[str, object], name: str, limit: int, *, required: bool = False) -> str:
    written = _word(fields, name)
    found = mended(storable(written)).strip() if written else ""
    if not found and required:
        raise UnreadablePostError(f"{name} is empty")
    if len(found) > limit:
        raise UnreadablePostError(f"{name} is longer than {limit} characters")
    return found


def _text(fields: Mapping[str, object]) -> str:
    if fields.get("text") is None and not fields.get("deleted"):
        raise UnreadablePostError("text is missing")
    text = _word(fields, "text")
    if len(text) > TEXT_LIMIT:
        raise UnreadablePostError(f"text is longer than {TEXT_LIMIT:,} characters")
    return mended(storable(text))


def _moment(fields: Mapping[str, object], name: str) -> datetime:
    try:
        moment = parse_moment(fields.get(name) if fields.get(name) is not None else "")
    except UnreadableMomentError as error:
        raise UnreadablePostError(f"{name}: {error}") from error
    if moment > clock.now() + AHEAD:
        raise UnreadablePostError(f"{name}: {moment:%Y-%m-%d} lies in the future")
    return moment


def _url(value: object) -> str:
    """A web address; anything else, such as ``javascript:``, is nothing that we would link to."""
    if not isinstance(value, str) or len(value) > URL_LIMIT:
        return ""
    return value.strip() if WEB_ADDRESS.fullmatch(value.strip()) and "\0" not in value else ""


def _attachments(value: object) -> tuple[str, ...]:
    """Web addresses, as a list or between spaces."""
    written = value.split() if isinstance(value, str) else value
    if not isinstance(written, list):
        return ()
    return tuple(address for one in written[:ATTACHMENTS_KEPT] if (address := _url(one)))


def _language(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    found = LANGUAGE.fullmatch(value.strip())
    return found[1].lower() if found and value.strip().lower() not in {*NOTHING, "und"} else None


def _count(fields: Mapping[str, object], name: str) -> int | None:
    value = fields.get(name)
    if value is None or (isinstance(value, str) and value.strip().lower() in NOTHING):
        return None
    try:
        number = _number(value)
    except (TypeError, ValueError, OverflowError):
        raise UnreadablePostError(f"{name}: “{str(value)[:40]}” is not a number") from None
    if not 0 <= number <= LARGEST:
        raise UnreadablePostError(f"{name}: {str(value)[:40]} is not a count")
    return number


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError
    if isinstance(value, str):
        plain = value.strip().replace(",", "")
        return int(plain) if plain.lstrip("-").isdecimal() else int(float(plain))
    return int(value)


def _yes_no(fields: Mapping[str, object], name: str) -> bool | None:
    value = fields.get(name)
    if value is None or isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    if word in NOTHING:
        return None
    raise UnreadablePostError(f"{name}: “{word[:40]}” is neither yes nor no")


def _kind_of(value: object) -> str:
    names = {bool: "yes or no", float: "a fraction", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
