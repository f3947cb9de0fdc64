"""The doctor names each trouble, and says how to mend it."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from oneroof.config import doctor
from oneroof.config.commands.doctor import as_lines
from oneroof.config.doctor import State, examine
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.health import beat
from oneroof.listening.models import Source

type Trouble = Callable[[pytest.MonkeyPatch, Path, Any], None]


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    settings.MAILERS = {"default": {"OPTIONS": {"host": "127.0.0.1", "port": 1}}}
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path))
    return tmp_path


def findings() -> dict[str, dict[str, Any]]:
    found: Any = examine()["findings"]
    return {finding["check"]: finding for finding in found}


def little_disk(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=2**28))


def open_key(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    (home / "secret.key").write_text("a key")
    (home / "secret.key").chmod(0o644)


def open_address(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    settings.PUBLIC_URL = "http://care.company.example"


def no_mail(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    """Nobody listens on port 1."""


def no_eldc(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda _name: None)


def older_server(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(doctor, "NEEDED_POSTGRESQL", 99)


def missing_extension(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(doctor, "NEEDED_EXTENSIONS", ("pg_trgm", "pg_nothing"))


def wrong_clock(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    behind = clock.now() - timedelta(hours=1)
    monkeypatch.setattr(doctor.clock, "now", lambda: behind)


def pending(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(doctor, "has_pending_migrations", lambda: True)


def silent_worker(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    monkeypatch.setattr(doctor, "is_up", lambda _home: True)


def failing_source(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    Source.objects.create(name="The feed", network="rss", failures=3, last_error="It answers 500.")


def failed_job(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs"
            " (queue_name, task_name, priority, args, status, attempts, abort_requested)"
            " VALUES ('events', 'oneroof.core.events.deliver', 0, '{}', 'failed', 10, false)"
        )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("trouble", "check", "state", "says", "mend"),
    [
        (little_disk, "disk", State.FAIL, "0.2 GB are free", "Make room"),
        (open_key, "secret key", State.FAIL, "Others may read", "chmod 600"),
        (open_address, "address", State.WARN, "not encrypted", "ONEROOF_PUBLIC_URL"),
        (no_mail, "e-mail", State.WARN, "127.0.0.1:1 does not answer", "ONEROOF_SMTP_HOST"),
        (no_eldc, "language", State.WARN, "eldc has no build", "py3langid"),
        (older_server, "database", State.FAIL, "It is PostgreSQL", "PostgreSQL 99"),
        (missing_extension, "extensions", State.FAIL, "pg_nothing", "contrib"),
        (wrong_clock, "clock", State.FAIL, "apart", "same time server"),
        (pending, "tables", State.WARN, "not up to date", "next command"),
        (silent_worker, "worker", State.FAIL, "no sign of life", "log of oneroof up"),
        (failing_source, "sources", State.WARN, "The feed: It answers 500.", "page"),
        (failed_job, "jobs", State.WARN, "1 × oneroof.core.events.deliver", "log"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_trouble_is_named(
    trouble: Trouble,
    check: str,
    state: State,
    says: str,
    mend: str,
    own_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
) -> None:
    trouble(monkeypatch, own_home, settings)
    finding = findings()[check]
    assert finding["state"] == state
    assert says in finding["says"]
    assert mend in finding["mend"] + finding["says"]


@pytest.mark.django_db(transaction=True)
def test_a_sound_installation_has_nothing_that_fails(own_home: Path) -> None:
    beat("listener")
    found = findings()
    assert {name for name, finding in found.items() if finding["state"] == State.FAIL} <= {"disk"}
    assert (found["listener"]["state"], found["database"]["state"]) == (State.OK, State.OK)


def test_a_database_that_does_not_answer_is_all_that_is_said_of_it(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused() -> None:
        raise OneroofError("connection refused")

    monkeypatch.setattr(doctor, "server", refused)
    result = examine()
    assert result["ok"] is False
    assert [finding["check"] for finding in result["findings"]][-1] == "database"  # type: ignore[attr-defined]
    assert "✗ database: It does not answer: connection refused\n    → " in as_lines(result)
