"""A backup holds everything, and comes back into an empty installation only."""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.config.backup import LABEL, back_up, check_is_backup, restore
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    (home / "files").mkdir(parents=True)
    (home / "files" / "photo.png").write_bytes(b"\x89PNG")
    (home / "secret.key").write_text("a key")
    (home / "static").mkdir()
    (home / "up.lock").touch()
    monkeypatch.setenv("ONEROOF_HOME", str(home))
    return home


@pytest.fixture
def posts(transactional_db: None, admin: User) -> None:
    source = Source.objects.create(name="Chirrup", network="files", settings={"keeps_all": True})
    told = [
        RawPost(
            external_id=str(number),
            author_handle="ann",
            created_at=clock.now(),
            text=f"Kettle {number} ☕ きれい \\ \t' \" \x01",
        )
        for number in range(50)
    ]
    assert receive_posts(source, told).stored == 50


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[str]:
    """The address of a new database on the tests' server."""
    name = f"restored_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield _url(name)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url(name: str) -> str:
    known = settings.DATABASES["default"]
    return (
        f"postgresql://{known['USER']}:{known['PASSWORD']}@/{name}?host={known['HOST']}&port={known['PORT']}"
    )


def restoring(file: Path, home: Path, database: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "oneroof.config.cli",
        "restore",
        str(file),
        "--home",
        str(home),
        "--json",
    ]
    environment = {**os.environ, "DATABASE_URL": database}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def everything(database: str) -> dict[str, list[str]]:
    """Each table's rows as text, in one order, and where each sequence stands."""
    with psycopg.connect(database) as reader:
        tables = reader.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        ).fetchall()
        rows = {
            name: [row for (row,) in reader.execute(f"SELECT t::text FROM ONLY {name} AS t ORDER BY 1")]  # type: ignore[arg-type]
            for (name,) in tables
        }
        sequences = reader.execute("SELECT sequencename::text, last_value FROM pg_sequences ORDER BY 1")
        return rows | {"sequences": [str(row) for row in sequences]}


def test_what_is_restored_equals_what_was_backed_up(
    own_home: Path, posts: None, empty_database: str, tmp_path: Path
) -> None:
    before = everything(_url(settings.DATABASES["default"]["NAME"]))
    file, new_home = tmp_path / "backup.tar", tmp_path / "new"
    with psycopg.connect(
        _url(settings.DATABASES["default"]["NAME"])
    ) as busy:  # somebody is at work meanwhile
        busy.execute("UPDATE listening_source SET name = 'not committed'")
        assert back_up(file) == file.stat().st_size
        busy.rollback()
    assert file.stat().st_mode & 0o777 == 0o600

    cut_off = tmp_path / "cut.tar"
    cut_off.write_bytes(file.read_bytes()[: file.stat().st_size * 2 // 3])
    failed = restoring(cut_off, new_home, empty_database)
    assert (failed.returncode, "not whole" in failed.stderr, failed.stdout) == (1, True, ""), failed.stderr
    assert everything(empty_database) == {"sequences": []}

    done = restoring(file, new_home, empty_database)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["format"] == 1
    after = everything(empty_database)
    assert {name for name, rows in before.items() if rows} > {
        "public.accounts_user",
        "public.listening_postkey",
    }
    assert after == before
    assert (new_home / "files" / "photo.png").read_bytes() == b"\x89PNG"
    assert (new_home / "secret.key").read_text() == "a key"
    assert not (new_home / "up.lock").exists()

    again = restoring(file, new_home, empty_database)
    assert again.returncode == 1
    assert "into an empty installation only" in again.stderr
    assert everything(empty_database) == before


def test_restoring_over_what_is_there_is_refused(own_home: Path, posts: None, tmp_path: Path) -> None:
    back_up(tmp_path / "backup.tar")
    with pytest.raises(OneroofError, match="empty installation only"):
        restore(tmp_path / "backup.tar")
    assert User.objects.filter(role=Role.ADMIN).exists()


def test_a_backup_replaces_the_older_one_only_when_it_is_whole(
    own_home: Path, posts: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.tar"
    file.write_text("the older one")
    monkeypatch.setattr("oneroof.config.backup._write_archive", _disk_full)
    with pytest.raises(OSError, match="No space"):
        back_up(file)
    assert file.read_text() == "the older one"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".oneroof")] == []


def _disk_full(*_arguments: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not a backup of Oneroof, or is not whole"),
        (b"PK\x03\x04 a zip of something else" * 100, "is not a backup of Oneroof, or is not whole"),
    ],
)
def test_a_foreign_file_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "foreign").write_bytes(content)
    with pytest.raises(OneroofError, match=says):
        check_is_backup(tmp_path / "foreign")


def test_another_tar_and_a_newer_backup_are_told(tmp_path: Path) -> None:
    (tmp_path / LABEL).write_text(json.dumps({"format": 99, "version": "9.9"}))
    for name, says in (("photo.jpg", "is not a backup of Oneroof"), (LABEL, "newer than this one")):
        with tarfile.open(tmp_path / "some.tar", "w") as archive:
            archive.add(tmp_path / LABEL, name)
        with pytest.raises(OneroofError, match=says):
            check_is_backup(tmp_path / "some.tar")
