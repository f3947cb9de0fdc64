"""CSV with named columns: which column is which field, and each row as a post."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from oneroof.core.errors import WrongUseError
from oneroof.core.files.encoding import UnreadableFileError, Writing
from oneroof.core.files.rows import Row, Table, as_said
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.fields import KNOWN, REQUIRED, UnreadablePostError, post_of

type ReadRow = Callable[[Mapping[str, str]], RawPost]


def read_table(
    path: Path,
    writing: Writing,
    mapping: Mapping[str, str],
    *,
    required: Sequence[str] = REQUIRED,
    read: ReadRow = post_of,
) -> Iterator[RawPost | Rejected]:
    """Judge the header at once, then give each row as a post or with the reason why not."""
    table = Table(path, writing)
    columns = columns_of(table.header, mapping, required, path.name)
    return (_post_or_why(row, columns, read) for row in table.rows())


def columns_of(
    header: Sequence[str], mapping: Mapping[str, str], required: Sequence[str], name: str
) -> dict[str, int]:
    """The place of each field's column; raises where the mapping or the header lacks something."""
    if unknown := sorted(set(mapping) - KNOWN):
        raise WrongUseError(
            f"There is no field “{unknown[0]}” to map. The fields are: {', '.join(sorted(KNOWN))}."
        )
    places = {column: place for place, column in reversed(list(enumerate(header))) if column}
    if absent := sorted(set(mapping.values()) - set(places)):
        raise UnreadableFileError(f"{name} has no column “{absent[0]}”. {_found(header)}")
    names = {field: mapping.get(field, field) for field in {*required, *KNOWN}}
    columns = {field: places[column] for field, column in names.items() if column in places}
    if missing := [field for field in required if field not in columns]:
        raise UnreadableFileError(
            f"{name} has no column for {', '.join(missing)}. {_found(header)} "
            f"Say which it is with --map {missing[0]}=COLUMN."
        )
    return columns


def _found(header: Sequence[str]) -> str:
    return f"Its columns are: {', '.join(column for column in header if column)[:1000]}."


def _post_or_why(row: Row | Rejected, columns: Mapping[str, int], read: ReadRow) -> RawPost | Rejected:
    if isinstance(row, Rejected):
        return row
    cells = row.cells
    try:
        return read({field: as_said(cells[place]) for field, place in columns.items()})
    except UnreadablePostError as error:
        return Rejected(row.where, str(error), ",".join(cells))
