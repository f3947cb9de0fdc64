"""Files of posts are stored, batch by batch: what was killed in the middle goes on where it is run again."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db import transaction

from oneroof.core.errors import WrongUseError
from oneroof.core.importing import Imported, Rejects, Wanted, importing
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
    files = [open_posts(path, format=format, mapping=mapping) for path in paths]
    with importing() as (imported, rejects):
        for file in files:
            _import(file, _source(source_name or file.path.stem), imported, rejects)
    return imported


def import_as_posts(wanted: Wanted) -> Mapping[str, Any]:
    """What ``oneroof import --as posts`` does."""
    imported = import_posts(
        wanted.files, format=wanted.format, source_name=wanted.source, mapping=wanted.mapping
    )
    return imported.as_result()


def _source(name: str) -> Source:
    source, _is_new = Source.objects.get_or_create(name=name[:120], defaults={"network": NETWORK})
    if source.network != NETWORK:
        raise WrongUseError(f"“{source.name}” listens to {source.network}: give the files another name.")
    return source


def _import(file: PostFile, source: Source, imported: Imported, rejects: Rejects) -> None:
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


def _readable(file: PostFile, rejects: Rejects) -> Iterator[RawPost]:
    for post in file.posts:
        if isinstance(post, Rejected):
            rejects.add(file.path, post)
        else:
            yield post


@transaction.atomic
def _watches_now() -> tuple[int, Mapping[int, str]]:
    hold_watches_still()
    return newest_version(), dict(Watch.objects.live().values_list("id", "query"))
