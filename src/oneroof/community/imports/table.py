"""A community's entries as rows of CSV or JSONL, whatever program wrote them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from oneroof.community.models import Kind
from oneroof.community.rules.tagging import tag_names
from oneroof.core.files import Fields, UnreadableRowError
from oneroof.core.files.values import is_given, moment, word
from oneroof.core.storable import storable

FIELDS = Fields(
    ("kind", "external_id", "author", "body", "created_at"),
    ("title", "parent_id", "tags", "accepted", "score", "email"),
)
USER = "user"
KINDS = {str(kind): kind for kind in (Kind.QUESTION, Kind.ANSWER, Kind.ARTICLE, Kind.COMMENT)}
TITLED = (Kind.QUESTION, Kind.ARTICLE)
BELOW = (Kind.ANSWER, Kind.COMMENT)
BODY_LENGTH = 60_000
SCORE_LIMIT = 1_000_000_000
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
YES, NO = {"1", "true", "t", "yes", "y"}, {"", "0", "false", "f", "no", "n", "null", "none"}


@dataclass(frozen=True, slots=True)
class EntryRow:
    kind: Kind
    external_id: str
    author: str
    title: str
    body: str
    created_at: datetime
    parent_id: str
    tags: tuple[str, ...]
    is_accepted: bool
    score: int


@dataclass(frozen=True, slots=True)
class UserRow:
    """Known by their name, as the authors of entries are."""

    name: str
    email: str
    about: str
    joined_at: datetime | None


def is_user(fields: Mapping[str, object]) -> bool:
    return str(fields.get("kind", "")).strip().lower() == USER


def read_user(fields: Mapping[str, object]) -> UserRow:
    """Raises UnreadableRowError. The body is what they say of themselves."""
    email = word(fields, "email", limit=254).lower()
    if email and not EMAIL.fullmatch(email):
        raise UnreadableRowError(f"email: “{email[:60]}” is no e-mail address")
    return UserRow(
        name=" ".join(_text(fields, "author", 120).split()),
        email=email,
        about=_text(fields, "body", BODY_LENGTH).replace("\r\n", "\n") if is_given(fields, "body") else "",
        joined_at=moment(fields, "created_at") if is_given(fields, "created_at") else None,
    )


def kind_in(fields: Mapping[str, object]) -> Kind | None:
    return KINDS.get(str(fields.get("kind", "")).strip().lower())


def read_entry(fields: Mapping[str, object]) -> EntryRow:
    """Raises UnreadableRowError. Titles and tags are those of questions and articles; answers are accepted."""
    kind = _kind(fields)
    is_titled, is_below = kind in TITLED, kind in BELOW
    return EntryRow(
        kind=kind,
        external_id=word(fields, "external_id", limit=200, required=True),
        author=" ".join(_text(fields, "author", 120).split()),
        title=" ".join(_text(fields, "title", 200).split()) if is_titled else "",
        body=_text(fields, "body", BODY_LENGTH).replace("\r\n", "\n"),
        created_at=moment(fields, "created_at"),
        parent_id=word(fields, "parent_id", limit=200, required=True) if is_below else "",
        tags=_tags(fields.get("tags")) if is_titled else (),
        is_accepted=_is_accepted(fields) if kind == Kind.ANSWER else False,
        score=_score(fields),
    )


def _kind(fields: Mapping[str, object]) -> Kind:
    kind = kind_in(fields)
    if kind is None:
        raise UnreadableRowError(f"kind: “{str(fields.get('kind'))[:40]}” is none of {', '.join(KINDS)}")
    return kind


def _text(fields: Mapping[str, object], name: str, limit: int) -> str:
    """As it was written: a body may well be “none”."""
    value = fields.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, (str, int, float))):
        raise UnreadableRowError(f"{name} must be text")
    text = storable("" if value is None else str(value)).strip()
    if not text:
        raise UnreadableRowError(f"{name} is empty")
    if len(text) > limit:
        raise UnreadableRowError(f"{name} is longer than {limit:,} characters")
    return text


def _tags(told: object) -> tuple[str, ...]:
    """``seal, tea pots`` or ``seal; tea pots``, or a list."""
    words = map(str, told) if isinstance(told, list) else [str(told or "")]
    return tuple(tag_names(storable(",".join(words)).replace(";", ",")))


def _is_accepted(fields: Mapping[str, object]) -> bool:
    value = fields.get("accepted")
    said = "" if value is None else str(value).strip().lower()
    if said not in YES | NO:
        raise UnreadableRowError(f"accepted: write true or false, not “{said[:40]}”")
    return said in YES


def _score(fields: Mapping[str, object]) -> int:
    if not is_given(fields, "score"):
        return 0
    try:
        score = int(str(fields["score"]).strip())
    except ValueError as error:
        raise UnreadableRowError(f"score: “{str(fields['score'])[:40]}” is no whole number") from error
    if abs(score) > SCORE_LIMIT:
        raise UnreadableRowError(f"score: {str(score)[:40]} is too large")
    return score
