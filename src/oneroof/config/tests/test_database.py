"""Whose turn it is to change the tables."""

from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from oneroof.config import cli, database
from oneroof.config.running import only_one
from oneroof.core.errors import OneroofError


@pytest.fixture
def older_tables(db: None, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A migration that is not applied yet; what was called to apply it."""
    MigrationRecorder(connection).migration_qs.filter(app="accounts").latest("name").delete()
    called: list[str] = []
    monkeypatch.setattr(database, "STARTING_SECONDS", 0.0)
    monkeypatch.setattr(database, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(database, "call_command", lambda name, **_: called.append(name))
    monkeypatch.setattr(database.settings, "DATABASE_URL", "postgresql://the-tests-own")
    monkeypatch.setattr(database.connections, "close_all", lambda: None)
    return called


def test_a_command_leaves_the_tables_of_a_running_program_alone(older_tables: list[str]) -> None:
    with (
        pytest.raises(OneroofError, match="restart it first"),
        database.database(beside_a_program=True),
    ):
        pass
    assert older_tables == []


def test_alone_it_brings_them_up_to_date(older_tables: list[str]) -> None:
    with database.database():
        pass
    assert older_tables == ["migrate"]


def test_the_command_line_sees_that_a_program_runs(
    older_tables: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path))
    with only_one(tmp_path, "http://localhost:1"):
        assert cli.main(["user", "add", "a@company.example", "--role", "agent"]) == 1
    assert "restart it first" in capsys.readouterr().err
    assert older_tables == []
