"""A Stack Exchange dump, row by row: a folder of XML files, as the data dump's own readme describes them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from oneroof.core.errors import OneroofError

type Row = Mapping[str, str]
QUESTION, ANSWER, EXCERPT, WIKI = "1", "2", "4", "5"
ACCEPTED, UP, DOWN = "1", "2", "3"
DUPLICATES = "3"
NEEDED: Mapping[str, tuple[str, ...]] = {
    "tags": ("Id", "TagName"),
    "users": ("Id", "CreationDate"),
    "questions": ("Id", "Title", "Body", "CreationDate"),
    "answers": ("Id", "ParentId", "Body", "CreationDate"),
    "comments": ("Id", "PostId", "Text", "CreationDate"),
    "votes": ("Id", "PostId", "VoteTypeId", "CreationDate"),
    "links": ("PostId", "RelatedPostId", "LinkTypeId"),
    "history": ("PostId", "PostHistoryTypeId", "RevisionGUID", "CreationDate"),
    "badges": ("Id", "UserId", "Name", "Date"),
    "tag_wikis": ("Id", "PostTypeId"),
}
"""What a row of each kind says at least."""
MOMENTS = ("CreationDate", "LastEditDate", "LastActivityDate", "Date")
COUNTS = ("Score", "AnswerCount")
MOST = 2**31


def rows_of(folder: Path, name: str) -> Iterator[tuple[int, Row]]:
    """Numbered from 1; none where the dump has no such file. Entities and document types are refused."""
    path = folder / f"{name}.xml"
    if not path.is_file():
        return
    with path.open("rb") as file:
        try:
            yield from enumerate(_rows(iterparse(file, events=("start", "end"), forbid_dtd=True)), 1)
        except (ParseError, DefusedXmlException) as error:
            raise OneroofError(f"{path.name} cannot be read further: {error!r}") from error


def _rows(events: Iterator[tuple[str, object]]) -> Iterator[Row]:
    root = None
    for event, element in events:
        if root is None:
            root = element
        elif event == "end" and element.tag == "row":  # type: ignore[attr-defined]
            yield dict(element.attrib)  # type: ignore[attr-defined]
            root.clear()  # type: ignore[attr-defined]


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
