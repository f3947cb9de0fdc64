"""A PostgreSQL dump in plain text, of which nothing is run: the rows of some tables, put into a file of SQLite.

The dump may be packed by gzip, and lie in a tar archive, as backups of Discourse do. It is read once, line by
line; what is asked of it later is asked of the file, so that memory holds no table.
"""

import gzip
import io
import re
import sqlite3
import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import IO, cast

from oneroof.core.errors import OneroofError

type Refuse = Callable[[str, int, str, str], None]
"""Table, row, reason and what stood there."""
DUMPS = ("dump.sql.gz", "dump.sql")
COPY = re.compile(rb'COPY (?:public\.)?"?([a-z_0-9]+)"? \(([^)]*)\) FROM stdin;\s*$')
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
LONGEST_LINE = 1 << 24
FREE, MOST_TIMES = 1 << 30, 200
"""A dump may unpack to a gigabyte, or to so many times its own size; what is larger was made to fill a disk."""
BROKEN = (OSError, sqlite3.Error, EOFError, zlib.error, tarfile.TarError, gzip.BadGzipFile)


class _Bounded(io.RawIOBase):
    """What was unpacked, as long as there is not too much of it."""

    def __init__(self, inner: IO[bytes], most: int) -> None:
        self._inner, self._left = inner, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        read = self._inner.read(len(buffer))
        self._left -= len(read)
        if self._left < 0:
            raise OneroofError(f"The dump unpacks to more than {MOST_TIMES} times its size; it is not read.")
        buffer[: len(read)] = read
        return len(read)


def is_dump(path: Path) -> bool:
    """By its name, as backups have it."""
    return path.is_file() and path.name.lower().endswith((".sql", ".sql.gz", ".tar.gz", ".tgz", ".tar"))


def stage(
    dump: Path, tables: Mapping[str, Sequence[str]], staged: sqlite3.Connection, refuse: Refuse
) -> None:
    """The wanted columns of the wanted tables. Raises OneroofError for what is no dump, or was made to harm."""
    staged.execute("PRAGMA journal_mode = OFF")
    staged.execute("PRAGMA synchronous = OFF")
    for table, columns in tables.items():
        told = ", ".join(f'"{each}" {"INTEGER" if _is_number(each) else "TEXT"}' for each in columns)
        staged.execute(f'CREATE TABLE "{table}" ({told})')
    try:
        staged.execute("BEGIN")
        with _opened(dump) as lines:
            _take(lines, tables, staged, refuse)
        staged.execute("COMMIT")
    except BROKEN as error:
        raise OneroofError(f"{dump.name} cannot be read further: {error}") from error


def _is_number(column: str) -> bool:
    return column == "id" or column.endswith(("_id", "number", "_type"))


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    with path.open("rb") as file:
        most = max(FREE, MOST_TIMES * path.stat().st_size)
        outer = _unpacked(file, most)
        if outer.peek(512)[257:262] != b"ustar":
            yield outer
            return
        with tarfile.open(fileobj=outer, mode="r|") as archive:
            yield _unpacked(_dump_in(archive, path.name), most)


def files_in(dump: Path, is_wanted: Callable[[str], bool], most: int) -> Iterator[tuple[str, bytes | None]]:
    """Wanted files beside a dump in an archive, by their names; None for one of more than ``most`` bytes."""
    try:
        with dump.open("rb") as file:
            outer = _unpacked(file, max(FREE, MOST_TIMES * dump.stat().st_size))
            if outer.peek(512)[257:262] == b"ustar":
                with tarfile.open(fileobj=outer, mode="r|") as archive:
                    yield from _files(archive, is_wanted, most)
    except BROKEN as error:
        raise OneroofError(f"{dump.name} cannot be read further: {error}") from error


def _files(
    archive: tarfile.TarFile, is_wanted: Callable[[str], bool], most: int
) -> Iterator[tuple[str, bytes | None]]:
    for member in archive:
        if member.isreg() and is_wanted(member.name) and (found := archive.extractfile(member)):
            yield member.name, found.read() if member.size <= most else None


def _dump_in(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    for member in archive:
        if (
            member.isfile()
            and member.name.removeprefix("./") in DUMPS
            and (found := archive.extractfile(member))
        ):
            return found
    raise OneroofError(f"{name} holds no dump.sql.gz: it is not the backup of a Discourse.")


def _unpacked(file: IO[bytes], most: int) -> io.BufferedReader:
    """Packed or not. A member of a tar that is read as it comes cannot be asked twice: so it is peeked at."""
    seen = io.BufferedReader(_Bounded(file, most), 1 << 20)
    if seen.peek(2)[:2] != b"\x1f\x8b":
        return cast("io.BufferedReader", seen)
    unpacked = io.BufferedReader(_Bounded(cast("IO[bytes]", gzip.GzipFile(fileobj=seen)), most), 1 << 20)
    return cast("io.BufferedReader", unpacked)


def _take(
    lines: io.BufferedReader, tables: Mapping[str, Sequence[str]], staged: sqlite3.Connection, refuse: Refuse
) -> None:
    met = False
    while line := lines.readline(LONGEST_LINE):
        if found := COPY.match(line):
            met = True
            table = found[1].decode()
            columns = [each.strip().strip('"') for each in found[2].decode().split(",")]
            rows = _rows(lines, table, is_wanted=table in tables)
            if table in tables:
                _stage(staged, table, columns, tables[table], rows, refuse)
            else:
                for _row in rows:
                    pass
    if not met:
        raise OneroofError("It holds no rows of a PostgreSQL dump in plain text (COPY … FROM stdin).")


def _rows(lines: io.BufferedReader, table: str, *, is_wanted: bool) -> Iterator[bytes]:
    starts = True
    while line := lines.readline(LONGEST_LINE):
        if starts and line.rstrip(b"\r\n") == b"\\.":
            return
        ends = line.endswith(b"\n")
        if is_wanted and not ends and len(line) == LONGEST_LINE:
            raise OneroofError(f"A row of {table} is longer than 16 MB; the dump is not read further.")
        if is_wanted and starts:
            yield line.rstrip(b"\n")
        starts = ends
    raise OneroofError(f"The dump breaks off within {table}.")


def _stage(
    staged: sqlite3.Connection,
    table: str,
    columns: Sequence[str],
    wanted: Sequence[str],
    rows: Iterator[bytes],
    refuse: Refuse,
) -> None:
    """A column that this version of the program did not have is empty."""
    places = [columns.index(each) if each in columns else None for each in wanted]
    marks = ", ".join("?" * len(wanted))
    read = _read(table, rows, len(columns), places, refuse)
    for batch in batched(read, 1_000, strict=False):
        staged.executemany(f'INSERT INTO "{table}" VALUES ({marks})', batch)


def _read(
    table: str, rows: Iterator[bytes], width: int, places: Sequence[int | None], refuse: Refuse
) -> Iterator[list[str | None]]:
    for number, row in enumerate(rows, 1):
        fields = row.decode("utf-8", errors="replace").split("\t")
        if len(fields) != width:
            refuse(
                table,
                number,
                f"It has {len(fields)} fields, not {width}.",
                row[:2_000].decode(errors="replace"),
            )
        else:
            yield [None if place is None else _field(fields[place]) for place in places]


def _field(said: str) -> str | None:
    if said == "\\N":
        return None
    return ESCAPED.sub(lambda found: ESCAPES.get(found[1], found[1]), said) if "\\" in said else said
