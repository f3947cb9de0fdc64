"""The rows of a CSV file, each with the line it begins on: whatever cannot be read is set aside."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from oneroof.core.files.encoding import UnreadableFileError, Writing, lines_of
from oneroof.core.files.rejected import RAW_KEPT, Rejected

DELIMITERS = ",;\t|"
CELL_LIMIT = csv.field_size_limit()
UNCLOSED_FOR = 2_000
WITHIN = "\u2028"
"""Stands for a CR within a line while the row is taken apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row's cells, and the line on which it begins (the header is on line 1)."""

    line: int
    cells: list[str]

    @property
    def where(self) -> str:
        return f"line {self.line}"


class _Lines:
    """Lines that can be counted, looked at again and put back: what a row took is kept until the next."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: list[str] = []
        self.number = 0
        self.taken: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._back.pop() if self._back else next(self._lines)
        self.number += 1
        if "\r" in line:
            body = line.rstrip("\r\n")
            line = body.replace("\r", WITHIN) + "\n"
        self.taken.append(line)
        return line

    def put_back(self, count: int) -> None:
        for _ in range(count):
            self._back.append(self.taken.pop())
            self.number -= 1


class Table:
    """A CSV file: its header, read at once, and then its rows, as they are asked for."""

    def __init__(self, path: Path, writing: Writing) -> None:
        self._lines = _Lines(lines_of(path, writing))
        self._name = path.name
        first = self._first_line()
        self._delimiter = max(DELIMITERS, key=first.count)
        try:
            self.header = [cell.strip() for cell in next(self._reader())]
        except csv.Error as error:
            raise UnreadableFileError(f"{path.name}: the first line cannot be read: {error}.") from error

    def rows(self) -> Iterator[Row | Rejected]:
        """Every row that is not blank. Constant memory."""
        lines, width = self._lines, len(self.header)
        while True:
            reader = self._reader()
            begins = lines.number + 1
            lines.taken.clear()
            try:
                for cells in reader:
                    if len(lines.taken) > 1 and self._is_left_open():
                        yield self._skipped(begins, "a quotation mark is not closed")
                    elif len(cells) == width:
                        yield Row(begins, cells)
                    elif cells:
                        yield self._ragged(begins, cells)
                    begins = lines.number + 1
                    lines.taken.clear()
            except csv.Error as error:
                yield self._skipped(begins, str(error))
                continue
            return

    def _reader(self) -> "Iterator[list[str]]":
        return csv.reader(self._lines, delimiter=self._delimiter)

    def _first_line(self) -> str:
        try:
            while not (line := next(self._lines)).strip():
                continue
        except StopIteration:
            raise UnreadableFileError(f"{self._name} is empty.") from None
        self._lines.put_back(1)
        return line

    def _ragged(self, begins: int, cells: list[str]) -> Row | Rejected:
        """Too few or too many cells. Empty ones too many are fine: spreadsheets leave them."""
        width = len(self.header)
        if len(cells) > width and not any(cells[width:]):
            return Row(begins, cells[:width])
        reason = f"it has {len(cells)} cells, the header has {width}"
        if self._swallowed():
            return self._skipped(begins, "a quotation mark is not closed")
        return Rejected(f"line {begins}", reason, "".join(self._lines.taken))

    def _is_left_open(self) -> bool:
        """Whether a row of several lines has a quotation mark without its other."""
        return sum(line.count('"') for line in self._lines.taken) % 2 == 1 and self._swallowed()

    def _swallowed(self) -> bool:
        """Whether a row of several lines holds a line that is a row by itself: then a quote was left open."""
        return any(self._stands_alone(line) for line in self._lines.taken[1:UNCLOSED_FOR])

    def _stands_alone(self, line: str) -> bool:
        if line.count('"') % 2:
            return False
        try:
            return len(next(csv.reader([line], delimiter=self._delimiter))) == len(self.header) > 1
        except csv.Error:
            return False

    def _skipped(self, begins: int, problem: str) -> Rejected:
        """Set a row aside that csv cannot read, and go on where the next one begins."""
        lines = self._lines
        raw = "".join(lines.taken)[:RAW_KEPT]
        if self._swallowed():
            lines.put_back(len(lines.taken) - 1)
            return Rejected(f"line {begins}", "a quotation mark that opens here is not closed", raw)
        odd = sum(line.count('"') for line in lines.taken) % 2
        while odd:
            lines.taken.clear()
            line = next(lines, None)
            if line is None:
                break
            odd ^= line.count('"') & 1
        reason = problem
        if "field larger" in problem:
            reason = f"a cell is longer than {CELL_LIMIT:,} characters"
        return Rejected(f"line {begins}", reason, raw)


def as_said(cell: str) -> str:
    """A cell with its line ends as they were meant."""
    return cell.replace(WITHIN, "\n") if WITHIN in cell else cell
