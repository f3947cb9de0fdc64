"""Rows of CSV and JSONL as records of named fields: any column may stand for a field."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from oneroof.core.errors import WrongUseError
from oneroof.core.files.encoding import LINE_LIMIT, UnreadableFileError, Writing, detect, lines_of
from oneroof.core.files.rejected import Rejected
from oneroof.core.files.rows import Row, Table, as_said

FORMATS = ("auto", "csv", "jsonl")


class UnreadableRowError(ValueError):
    """A row that cannot be taken, and why."""


@dataclass(frozen=True, slots=True)
class Fields:
    """What a kind of record knows: every row has the ``required`` ones, and may have the ``optional``."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class RecordFile[T]:
    """A file that was opened; its records are read as they are asked for."""

    path: Path
    format: str
    records: Iterator[T | Rejected]


type Read[T] = Callable[[Mapping[str, object]], T]


def open_records[T](
    path: Path,
    fields: Fields,
    read: Read[T],
    *,
    format: str,  # noqa: A002 - the command's own word
    mapping: Mapping[str, str],
) -> RecordFile[T]:
    """``read`` makes a record of a row's fields, or raises UnreadableRowError; that row comes as ``Rejected``.

    Raises as ``open_rows`` does.
    """
    rows = open_rows(path, fields, format=format, mapping=mapping)
    return RecordFile(path, rows.format, (_record_or_why(row, read) for row in rows.records))


def open_rows(
    path: Path,
    fields: Fields,
    *,
    format: str,  # noqa: A002 - the command's own word
    mapping: Mapping[str, str],
) -> "RecordFile[SaidRow]":
    """The rows as they came, for whoever has to know later where each stood.

    Raises UnreadableFileError where no row can be read, WrongUseError where what was asked for makes no sense.
    """
    if format not in FORMATS:
        raise WrongUseError(f"There is no format “{format}”. The formats are: {', '.join(FORMATS)}.")
    check_mapping(mapping, fields.known)
    writing = detect(path)
    chosen = _format_of(path, writing) if format == "auto" else format
    rows = (
        _json_rows(path, writing, mapping)
        if chosen == "jsonl"
        else _table_rows(path, writing, fields, mapping)
    )
    return RecordFile(path, chosen, rows)


def check_mapping(mapping: Mapping[str, str], known: tuple[str, ...]) -> None:
    if unknown := sorted(set(mapping) - set(known)):
        raise WrongUseError(f"There is no field “{unknown[0]}” to map. The fields are: {', '.join(known)}.")


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One row's fields, where it stood, and as it came."""

    where: str
    fields: Mapping[str, object]
    raw: str


def _record_or_why[T](row: SaidRow | Rejected, read: Read[T]) -> T | Rejected:
    if isinstance(row, Rejected):
        return row
    try:
        return read(row.fields)
    except UnreadableRowError as error:
        return Rejected(row.where, str(error), row.raw)


def _table_rows(
    path: Path, writing: Writing, fields: Fields, mapping: Mapping[str, str]
) -> Iterator[SaidRow | Rejected]:
    table = Table(path, writing)
    columns = _columns(table.header, fields, mapping, path.name)
    return (_of_cells(row, columns) for row in table.rows())


def _of_cells(row: Row | Rejected, columns: Mapping[str, int]) -> SaidRow | Rejected:
    if isinstance(row, Rejected):
        return row
    said: dict[str, object] = {field: as_said(row.cells[place]) for field, place in columns.items()}
    return SaidRow(row.where, said, ",".join(row.cells))


def _columns(header: list[str], fields: Fields, mapping: Mapping[str, str], name: str) -> dict[str, int]:
    """The place of each field's column; one column may stand for several fields."""
    places = {column: place for place, column in reversed(list(enumerate(header))) if column}
    found = f"Its columns are: {', '.join(column for column in header if column)[:1000]}."
    if absent := sorted(set(mapping.values()) - set(places)):
        raise UnreadableFileError(f"{name} has no column “{absent[0]}”. {found}")
    names = {field: mapping.get(field, field) for field in fields.known}
    columns = {field: places[column] for field, column in names.items() if column in places}
    if missing := [field for field in fields.required if field not in columns]:
        raise UnreadableFileError(
            f"{name} has no column for {', '.join(missing)}. {found} "
            f"Say which it is with --map {missing[0]}=COLUMN."
        )
    return columns


def _json_rows(path: Path, writing: Writing, mapping: Mapping[str, str]) -> Iterator[SaidRow | Rejected]:
    first = next((line for line in lines_of(path, writing) if line.strip()), "")
    if first.strip() in {"[", "{"} or first.lstrip().startswith("[{"):
        raise UnreadableFileError(f"{path.name} is one JSON document; write one object a line.")
    return _json_lines(path, writing, mapping)


def _json_lines(path: Path, writing: Writing, mapping: Mapping[str, str]) -> Iterator[SaidRow | Rejected]:
    for number, line in enumerate(lines_of(path, writing), start=1):
        if line.strip():
            yield _of_line(f"line {number}", line, mapping)


def _of_line(where: str, line: str, mapping: Mapping[str, str]) -> SaidRow | Rejected:
    if len(line) >= LINE_LIMIT:
        return Rejected(where, f"the line is longer than {LINE_LIMIT:,} characters", line)
    try:
        said = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Rejected(where, f"it is not JSON: {error}", line)
    if not isinstance(said, dict):
        return Rejected(where, "it is not a JSON object", line)
    return SaidRow(where, {**said, **{field: said.get(column) for field, column in mapping.items()}}, line)


def _format_of(path: Path, writing: Writing) -> str:
    first = next((line for line in lines_of(path, writing) if line.strip()), "")
    return "jsonl" if first.lstrip("\ufeff \t")[:1] in {"{", "["} else "csv"
