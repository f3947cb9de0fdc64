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


def moment(text: str) -> datetime:
    """Dumps tell UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tags_of(text: str) -> list[str]:
    """Both ways that dumps write them: ``<a><b>`` and ``|a|b|``."""
    return [name for name in text.replace("><", "|").strip("<>|").split("|") if name]
