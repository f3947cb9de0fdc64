"""Everything an installation holds, in one file: the database's dump and what lies under the home.

The dump is one snapshot of the database, so it is consistent while the program runs. The file holds what
customers said and the signing key: it is readable by its owner alone.
"""

import json
import os
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from oneroof.config.database import migrate
from oneroof.core import clock
from oneroof.core.cluster import binaries
from oneroof.core.errors import OneroofError
from oneroof.core.home import home

DUMP, LABEL, FILES = "database.dump", "oneroof-backup.json", "home"
FORMAT = 1
# The database itself, which is in the dump, and what each start makes anew.
NOT_KEPT = {
    *("postgres", "postgres.new", "postgres.lock", "postgres.users"),
    *("static", "static.stamp", "up.lock", "address"),
}
WHOLE = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")


def back_up(file: Path) -> int:
    """Write the backup and return its size in bytes; an older file of that name goes once this is whole."""
    file = file.resolve()
    if not file.parent.is_dir():
        raise OneroofError(f"There is no folder {file.parent}.")
    with _folder_beside(file) as folder:
        _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / DUMP}")
        draft = folder / file.name
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as whole:
            _write_archive(whole, folder)
            whole.flush()
            os.fsync(whole.fileno())
        draft.replace(file)
    return file.stat().st_size


def restore(file: Path) -> Mapping[str, Any]:
    """Bring a backup back into an empty database and home; returns what its label says."""
    _refuse_unless_empty()
    with _opened(file) as archive, _folder_beside(home() / "restored") as folder:
        label = _label_of(archive)
        archive.extractall(folder, filter="data")
        _run("pg_restore", *WHOLE, f"--dbname={_settings()['NAME']}", str(folder / DUMP))
        _bring_home(folder / FILES)
    migrate()
    return label


def check_is_backup(file: Path) -> None:
    """Raise OneroofError where the file is none of ours; needs no database."""
    with _opened(file) as archive:
        _label_of(archive)


@contextmanager
def _opened(file: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(file, "r:") as archive:
            yield archive
    except tarfile.TarError as error:
        raise OneroofError(f"{file} is not a backup of Oneroof, or is not whole: {error}.") from error


def _write_archive(whole: BinaryIO, folder: Path) -> None:
    label = {"format": FORMAT, "version": version("oneroof"), "made_at": clock.now().isoformat()}
    (folder / LABEL).write_text(json.dumps(label))
    with tarfile.open(fileobj=whole, mode="w") as archive:
        archive.add(folder / LABEL, LABEL, filter=_anonymous)
        archive.add(folder / DUMP, DUMP, filter=_anonymous)
        for path in sorted(home().iterdir()):
            if path.name not in NOT_KEPT and not path.name.startswith("."):
                archive.add(path, f"{FILES}/{path.name}", filter=_anonymous)


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Files and folders, without their owners' names; sockets and the like are nobody's data."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member if member.isfile() or member.isdir() else None


def _label_of(archive: tarfile.TarFile) -> Mapping[str, Any]:
    first = archive.next()
    content = archive.extractfile(first) if first is not None and first.name == LABEL else None
    if content is None:
        raise OneroofError(f"{archive.name!s} is not a backup of Oneroof.")
    label: dict[str, Any] = json.load(content)
    if label["format"] > FORMAT:
        raise OneroofError(
            f"This backup was made by Oneroof {label['version']}, which is newer than this one."
        )
    return label


def _refuse_unless_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        tables = cursor.fetchone()[0]
    held = sorted(path.name for path in home().iterdir() if path.name not in {*NOT_KEPT, "secret.key"})
    if tables or held:
        raise OneroofError(
            f"A backup is restored into an empty installation only, and {home()} holds one already"
            f" ({tables} tables; {', '.join(held) or 'no files'}). Name a new folder with --home"
            f"{', and an empty database in DATABASE_URL' if settings.DATABASE_URL else ''}."
        )


def _bring_home(files: Path) -> None:
    for path in sorted(files.iterdir()) if files.exists() else ():
        path.replace(home() / path.name)


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """A private folder on the same disk, gone afterwards."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".oneroof-") as folder:
        yield Path(folder)


def _run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on our database."""
    environment = {**os.environ, **_connection_variables()}
    command = [str(binaries() / program), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OneroofError(f"{program} failed: {done.stderr.strip()[-1000:]}")


def _connection_variables() -> dict[str, str]:
    """Variables, not arguments: those would show the password in the list of processes."""
    known = _settings()
    named = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    options = {f"PG{name.upper()}": str(text) for name, text in known["OPTIONS"].items()}
    return {**options, **{variable: known[name] for variable, name in named.items() if known[name]}}


def _settings() -> Mapping[str, Any]:
    return settings.DATABASES["default"]
