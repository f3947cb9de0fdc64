"""A Stack Exchange dump, row by row: a folder of XML files, as the data dump's own readme describes them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from oneroof.core.errors import OneroofError

type Row = Mapping[str, str]
QUESTION, ANSWER, ORPHAN, EXCERPT, WIKI = "1", "2", "3", "4", "5"
WIKIS = (ORPHAN, EXCERPT, WIKI)
ACCEPTED, UP, DOWN, FAVOURITE = "1", "2", "3", "5"
DUPLICATES = "3"
TEXT_CHANGES = frozenset("123456789")
"""Types of history that say what a title, a body or tags were from then on."""
NEEDED: Mapping[str, tuple[str, ...]] = {
    "tags": ("Id", "TagName"),
    "users": ("Id", "CreationDate"),
    "questions": ("Id", "Title", "Body", "CreationDate"),
    "answers": ("Id", "ParentId", "Body", "CreationDate"),
    "others": ("Id", "PostTypeId", "Body", "CreationDate"),
    "comments": ("Id", "PostId", "Text", "CreationDate"),
    "votes": ("Id", "PostId", "VoteTypeId", "CreationDate"),
    "links": ("Id", "PostId", "RelatedPostId", "LinkTypeId", "CreationDate"),
    "history": ("Id", "PostId", "PostHistoryTypeId", "RevisionGUID", "CreationDate"),
    "badges": ("Id", "UserId", "Name", "Date"),
    "tag_wikis": ("Id", "PostTypeId", "CreationDate"),
}
"""What a row of each kind says at least."""
MOMENTS = ("CreationDate", "LastEditDate", "LastActivityDate", "Date")
COUNTS = ("Score", "AnswerCount", "BountyAmount")
MOST = 2**31
PIECE = 1 << 16
LONGEST_ROW = 1 << 24


def rows_of(folder: Path, name: str) -> Iterator[tuple[int, Row]]:
    """Numbered from 1; none where the dump has no such file. Entities and document types are refused."""
    path = folder / f"{name}.xml"
    if path.is_file():
        yield from enumerate(_rows(path), 1)


def _rows(path: Path) -> Iterator[Row]:
    """Straight from expat: a tree of a million rows takes five times as long."""
    found: list[Row] = []
    parser = _parser(path.name, found)
    unread = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            _feed(parser, path.name, piece)
            unread = 0 if found else unread + len(piece)
            if unread > LONGEST_ROW:
                raise OneroofError(f"{path.name} cannot be read further: a row of it is longer than 16 MB.")
            yield from found
            found.clear()
        _feed(parser, path.name, b"", is_last=True)
    yield from found


def _parser(name: str, found: list[Row]) -> Any:
    def keep(tag: str, attributes: dict[str, str]) -> None:
        if tag == "row":
            found.append(attributes)

    def refuse(*_told: object) -> None:
        raise OneroofError(f"{name} cannot be read: it has a document type, which no dump has.")

    parser = ParserCreate()
    parser.StartElementHandler = keep
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def _feed(parser: Any, name: str, piece: bytes, *, is_last: bool = False) -> None:
    try:
        parser.Parse(piece, is_last)
    except ExpatError as error:
        raise OneroofError(f"{name} cannot be read further: {error}") from error


def demand_whole(kind: str, row: Row) -> None:
    """Raises ValueError that says what is missing or cannot be read."""
    for name in NEEDED[kind]:
        if name not in row:
            raise ValueError(f"It has no {name}.")
    for name in MOMENTS:
        if name in row:
            moment(row[name])
    for name in COUNTS:
        if row.get(name) and not -MOST < int(row[name]) < MOST:
            raise ValueError(f"Its {name} is beyond two thousand million.")


def is_whole(kind: str, row: Row) -> bool:
    try:
        demand_whole(kind, row)
    except ValueError:
        return False
    return True


def moment(text: str) -> datetime:
    """Dumps tell UTC without saying so. Raises ValueError."""
    read = datetime.fromisoformat(text)
    try:
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(f"{text} lies outside of all years.") from error


def tags_of(text: str) -> list[str]:
    """Both ways that dumps write them: ``<a><b>`` and ``|a|b|``."""
    return [name for name in text.replace("><", "|").strip("<>|").split("|") if name]
