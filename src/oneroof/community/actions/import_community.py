"""A whole community is brought along, from dumps and tables: killed and run again, the rest is stored."""

import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Any

from oneroof.community.actions.import_discourse import import_discourse
from oneroof.community.actions.import_dump import import_dump
from oneroof.community.actions.import_table import import_table
from oneroof.community.imports.counting import KindCount
from oneroof.community.imports.pgdump import is_dump
from oneroof.core.errors import WrongUseError
from oneroof.core.importing import Imported, Rejects, Wanted

DUMP, BACKUP = "stackexchange", "discourse"
FORMATS = ("auto", DUMP, BACKUP, "csv", "jsonl")


def import_community(wanted: Wanted) -> dict[str, Any]:
    """Store every folder and file; the result adds ``by_kind``. Raises WrongUseError for what is neither."""
    started = time.monotonic()
    _demand_format(wanted.format)
    folders = [path for path in wanted.files if _is_dump(path, wanted.format)]
    backups = [path for path in wanted.files if path not in folders and _is_backup(path, wanted.format)]
    files = [path for path in wanted.files if path not in folders and path not in backups]
    for folder in folders:
        _demand_dump(folder, wanted)
    for backup in backups:
        _demand_backup(backup, wanted)
    rejects, totals = Rejects(), defaultdict[str, KindCount](KindCount)
    with closing(rejects):
        dumps = (import_dump(folder, wanted.source or folder.resolve().name, rejects) for folder in folders)
        forums = (import_discourse(path, wanted.source or _stem(path), rejects) for path in backups)
        for counts in chain(dumps, forums, import_table(files, wanted, rejects)):
            for kind, count in counts.items():
                totals[kind].add(count)
    return _result(totals, rejects, time.monotonic() - started)


def _demand_format(format: str) -> None:  # noqa: A002 - the command's own word
    if format not in FORMATS:
        raise WrongUseError(f"This version imports a community as {', '.join(FORMATS)}, not “{format}”.")


def _is_dump(path: Path, format: str) -> bool:  # noqa: A002 - the command's own word
    return format == DUMP or (format == "auto" and path.is_dir())


def _demand_dump(folder: Path, wanted: Wanted) -> None:
    if not (folder / "Posts.xml").is_file():
        raise WrongUseError(f"{folder} is not the folder of a Stack Exchange dump: Posts.xml is not in it.")
    if wanted.mapping:
        raise WrongUseError("A Stack Exchange dump has no columns to map.")


def _is_backup(path: Path, format: str) -> bool:  # noqa: A002 - the command's own word
    return format == BACKUP or (format == "auto" and is_dump(path))


def _demand_backup(path: Path, wanted: Wanted) -> None:
    if not path.is_file():
        raise WrongUseError(
            f"{path} is not a file: name the backup of a Discourse, or the dump.sql.gz in it."
        )
    if wanted.mapping:
        raise WrongUseError("A backup of a Discourse has no columns to map.")


def _stem(path: Path) -> str:
    """Without all of ``.tar.gz``."""
    return path.resolve().name.partition(".")[0]


def _result(totals: Mapping[str, KindCount], rejects: Rejects, seconds: float) -> dict[str, Any]:
    imported = Imported(
        read=sum(each.read for each in totals.values()),
        stored=sum(each.stored for each in totals.values()),
        duplicates=sum(each.duplicates for each in totals.values()),
        rejected=sum(each.rejected for each in totals.values()),
        seconds=round(seconds, 3),
        rejected_file=str(rejects.path) if rejects.count else None,
    )
    return {**imported.as_result(), "by_kind": {kind: asdict(count) for kind, count in totals.items()}}
