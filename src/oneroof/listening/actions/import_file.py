"""Files of posts are stored, batch by batch: what was killed in the middle goes on where it is run again."""

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

from django.db import transaction

from oneroof.core import clock
from oneroof.core.errors import WrongUseError
from oneroof.core.home import home
from oneroof.listening.actions.receive import place_of, store_batch
from oneroof.listening.board import hold_watches_still, newest_version
from oneroof.listening.enriching import enrich_many
from oneroof.listening.models import Source, Watch
from oneroof.listening.sources.base import RawPost, Rejected
from oneroof.listening.sources.files import PostFile, open_posts

NETWORK = "files"
SAYS_SO_EVERY = 5.0  # seconds
NO_MAPPING: Mapping[str, str] = MappingProxyType({})
log = logging.getLogger(__name__)


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


class _Rejects:
    """The file of rows that could not be read; there is one only where there are such rows."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._file: IO[str] | None = None
        self.path = home() / "rejected" / f"{clock.now():%Y%m%dT%H%M%S%f}.jsonl"
        self.count = 0

    def add(self, path: Path, rejected: Rejected) -> None:
        if self._file is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = self._stack.enter_context(self.path.open("w", encoding="utf-8"))
        line = int(rejected.where.removeprefix("line ")) if rejected.where.startswith("line ") else None
        row = {"file": path.name, "line": line, "reason": rejected.reason, "raw": rejected.raw}
        self._file.write(json.dumps(row) + "\n")
        self.count += 1


def import_posts(
    paths: Sequence[Path],
    *,
    format: str = "auto",  # noqa: A002 - the command's own word
    source_name: str | None = None,
    mapping: Mapping[str, str] = NO_MAPPING,
) -> Imported:
    """Store the posts of files. Without a name, a source is called as its file is.

    Raises UnreadableFileError where no row of a file can be read, before any is stored.
    """
    started = time.monotonic()
    files = [open_posts(path, format=format, mapping=mapping) for path in paths]
    imported = Imported()
    with ExitStack() as stack:
        rejects = _Rejects(stack)
        for file in files:
            _import(file, _source(source_name or file.path.stem), imported, rejects)
    imported.rejected = rejects.count
    imported.rejected_file = str(rejects.path) if rejects.count else None
    imported.read = imported.stored + imported.duplicates + imported.rejected
    imported.seconds = round(time.monotonic() - started, 3)
    return imported


def _source(name: str) -> Source:
    source, _is_new = Source.objects.get_or_create(name=name[:120], defaults={"network": NETWORK})
    if source.network != NETWORK:
        raise WrongUseError(f"“{source.name}” listens to {source.network}: give the files another name.")
    return source


def _import(file: PostFile, source: Source, imported: Imported, rejects: _Rejects) -> None:
    version, watches = _watches_now()
    say_again = time.monotonic() + SAYS_SO_EVERY
    for batch in enrich_many(_readable(file, rejects), place_of(source), watches):
        received = store_batch(source, batch, version)
        imported.stored += received.stored
        imported.duplicates += received.duplicates + received.passed_over
        imported.matched += received.matched
        if time.monotonic() > say_again:
            log.info("%s: %s stored, %s known.", file.path.name, imported.stored, imported.duplicates)
            say_again = time.monotonic() + SAYS_SO_EVERY


def _readable(file: PostFile, rejects: _Rejects) -> Iterator[RawPost]:
    for post in file.posts:
        if isinstance(post, Rejected):
            rejects.add(file.path, post)
        else:
            yield post


@transaction.atomic
def _watches_now() -> tuple[int, Mapping[int, str]]:
    hold_watches_still()
    return newest_version(), dict(Watch.objects.live().values_list("id", "query"))
