"""What ``oneroof import --as KIND`` stores: each package registers its kinds in its ``apps.py``."""

import gc
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from oneroof.core import clock
from oneroof.core.files.rejected import Rejected
from oneroof.core.home import home

COLLECTS_AFTER = 100_000
"""New objects between two rounds of the collector of cycles: what comes by the batch has hardly any."""

type Importer = Callable[["Wanted"], Mapping[str, Any]]

_kinds: dict[str, Importer] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for. ``mapping`` gives a field the name of its column."""

    files: Sequence[Path]
    format: str
    source: str | None
    mapping: Mapping[str, str]


@dataclass(slots=True)
class Imported:
    """``read`` is the sum of ``stored``, ``duplicates`` and ``rejected``; ``matched`` of those stored."""

    read: int = 0
    stored: int = 0
    duplicates: int = 0
    rejected: int = 0
    matched: int = 0
    seconds: float = 0.0
    rejected_file: str | None = None

    def as_result(self) -> dict[str, Any]:
        rate = round(self.read / self.seconds) if self.seconds else 0
        return {**asdict(self), "per_second": rate}


def register_import(kind: str, importer: Importer) -> None:
    """A second one of the same kind takes the first one's place."""
    _kinds[kind] = importer


def importers() -> Mapping[str, Importer]:
    return _kinds


class Rejects:
    """The file of rows that could not be read; there is one only where there are such rows."""

    def __init__(self) -> None:
        self._file: IO[str] | None = None
        self.path = home() / "rejected" / f"{clock.now():%Y%m%dT%H%M%S%f}.jsonl"
        self.count = 0

    def add(self, path: Path, rejected: Rejected) -> None:
        if self._file is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        line = int(rejected.where.removeprefix("line ")) if rejected.where.startswith("line ") else None
        row = {"file": path.name, "line": line, "reason": rejected.reason, "raw": rejected.raw}
        self._file.write(json.dumps(row) + "\n")
        self.count += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


@contextmanager
def importing() -> Iterator[tuple[Imported, Rejects]]:
    """What an import counts and sets aside; at the end the sums are right."""
    started = time.monotonic()
    imported, rejects = Imported(), Rejects()
    try:
        with _collecting_seldom():
            yield imported, rejects
    finally:
        rejects.close()
    imported.rejected = rejects.count
    imported.rejected_file = str(rejects.path) if rejects.count else None
    imported.read = imported.stored + imported.duplicates + imported.rejected
    imported.seconds = round(time.monotonic() - started, 3)


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """What was there before is not looked at in search of cycles, and what comes less often."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(COLLECTS_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
