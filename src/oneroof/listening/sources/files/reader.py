"""Read a file of posts, whichever of the known formats it has."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from oneroof.core.errors import WrongUseError
from oneroof.core.files.encoding import Writing, detect, lines_of
from oneroof.core.files.rows import Table
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.files.jsonl import read_jsonl
from oneroof.listening.sources.files.table import read_table
from oneroof.listening.sources.files.twcs import is_twcs, read_twcs

type Read = Callable[[Path, Writing, Mapping[str, str]], Iterator[RawPost | Rejected]]

READERS: Mapping[str, Read] = {"twcs": read_twcs, "csv": read_table, "jsonl": read_jsonl}
FORMATS = ("auto", *READERS)


@dataclass(frozen=True, slots=True)
class PostFile:
    """A file that was opened: how it is written, and its posts, read as they are asked for."""

    path: Path
    format: str
    encoding: str
    posts: Iterator[RawPost | Rejected]


def open_posts(path: Path, *, format: str = "auto", mapping: Mapping[str, str] | None = None) -> PostFile:  # noqa: A002 - the command's own word
    """Open a file of posts. ``mapping`` gives a field the name of its column.

    Raises UnreadableFileError where no row can be read (not text, empty, columns missing), WrongUseError
    where what was asked for makes no sense. All that can be wrong with the whole file is said here; single
    rows come out as ``Rejected``.
    """
    if format not in FORMATS:
        raise WrongUseError(f"There is no format “{format}”. The formats are: {', '.join(FORMATS)}.")
    writing = detect(path)
    chosen = _format_of(path, writing, mapping or {}) if format == "auto" else format
    return PostFile(path, chosen, writing.encoding, READERS[chosen](path, writing, mapping or {}))


def parse_mapping(written: list[str]) -> dict[str, str]:
    """``["text=body"]``, as ``--map`` is given, to ``{"text": "body"}``; raises WrongUseError."""
    mapping = {}
    for pair in written:
        field, separator, column = pair.partition("=")
        if not (separator and field.strip() and column.strip()):
            raise WrongUseError(f"--map wants FIELD=COLUMN, not “{pair}”.")
        mapping[field.strip()] = column.strip()
    return mapping


def _format_of(path: Path, writing: Writing, mapping: Mapping[str, str]) -> str:
    first = next((line for line in lines_of(path, writing) if line.strip()), "")
    if first.lstrip("\ufeff \t")[:1] in {"{", "["}:
        return "jsonl"
    return "twcs" if not mapping and is_twcs(Table(path, writing).header) else "csv"
