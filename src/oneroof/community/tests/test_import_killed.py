"""An import that is killed again and again, wherever it stands, ends as one that nobody disturbed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection, models, transaction

from oneroof.community.actions.import_community import import_community
from oneroof.community.models import (
    Attachment,
    Entry,
    Follow,
    Group,
    ImportedBadge,
    Member,
    Membership,
    OldAddress,
    OldDeed,
    Revision,
    Tag,
    Tagged,
    Vote,
)
from oneroof.community.tests.test_import_community import DATA, DUMP, add_deeds
from oneroof.community.tests.test_import_discourse_files import backup
from oneroof.community.tests.test_import_table import COLUMNS, ROWS
from oneroof.core.importing import Wanted

KILLED = Path(__file__).with_name("killed_bringing.py")
NAMES: dict[type[models.Model], str] = {
    Entry: "external_id",
    Group: "slug",
    Member: "external_id",
    Tag: "name",
}
FILLED: tuple[type[models.Model], ...] = (
    *NAMES, Attachment, Follow, ImportedBadge, Membership, OldAddress, OldDeed, Revision, Tagged, Vote,
)  # fmt: skip
NOW = {"id", "made_at", "since"}


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path / "home"))


def stack_exchange(folder: Path) -> Path:
    for name, rows in DUMP.items():
        (folder / f"{name}.xml").write_text(f"<?xml version='1.0'?><all>{rows}</all>")
    add_deeds(folder)
    return folder


def table(folder: Path) -> Path:
    path = folder / "old.csv"
    path.write_text("\n".join([",".join(COLUMNS), *(",".join(f'"{each}"' for each in row) for row in ROWS)]))
    return path


def stored() -> dict[str, list[str]]:
    """Every row that an import fills, with the names of what it points at in place of their numbers."""
    names: dict[Any, dict[int, str]] = {
        model: dict(model._default_manager.values_list("pk", name)) for model, name in NAMES.items()
    }
    return {
        model.__name__: sorted(str(told(row, names)) for row in model._default_manager.all())
        for model in FILLED
    }


def told(row: models.Model, names: dict[Any, dict[int, str]]) -> dict[str, Any]:
    fields = {field.name: field for field in row._meta.concrete_fields if field.name not in NOW}
    values = {name: (field.related_model, getattr(row, field.attname)) for name, field in fields.items()}
    return {
        name: names[of].get(value, value) if of in names else value.hex() if name == "content" else value
        for name, (of, value) in values.items()
    }


def undisturbed(path: Path, form: str) -> dict[str, list[str]]:
    """Nothing of it stays."""
    with transaction.atomic():
        import_community(Wanted([path], form, "old", {}))
        whole = stored()
        transaction.set_rollback(True)
    return whole


def environment() -> dict[str, str]:
    address = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    return os.environ | {"DATABASE_URL": address.geturl()}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("make", "form"), [(stack_exchange, "stackexchange"), (backup, "discourse"), (table, "csv")]
)
def test_killed_before_and_after_each_commit_nothing_lacks_and_nothing_is_twice(
    tmp_path: Path, make: Any, form: str
) -> None:
    (tmp_path / "old").mkdir()
    path = make(tmp_path / "old")
    whole = undisturbed(path, form)
    assert not Entry.objects.exists()
    killed = subprocess.run(
        [sys.executable, str(KILLED), str(path), form],
        env=environment(), capture_output=True, text=True, timeout=400,
    )  # fmt: skip
    assert killed.returncode == 0, killed.stderr
    assert int(killed.stdout) > 8
    assert stored() == whole
    assert import_community(Wanted([path], form, "old", {}))["stored"] == 0


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_real_dump_that_is_killed_at_any_moment_comes_whole() -> None:
    folder = DATA / "se_bicycles_meta_2023"
    if not folder.is_dir():
        pytest.skip("The public set is not there.")
    whole, drawn, ends = undisturbed(folder, "stackexchange"), random.Random(7), list[int]()
    while 0 not in ends:
        ends.append(killed_a_little_later(folder, drawn.uniform(0, 0.6)))
    assert ends.count(-signal.SIGKILL) > 3
    assert set(ends) == {0, -signal.SIGKILL}
    assert stored() == whole


def killed_a_little_later(folder: Path, seconds: float) -> int:
    """After it stored something, unless it ends before."""
    before = rows()
    command = ["-m", "oneroof.config.cli", "import", str(folder), "--as", "community", "--source", "old"]
    child = subprocess.Popen(
        [sys.executable, *command], env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while child.poll() is None and rows() == before:
        time.sleep(0.02)
    time.sleep(seconds)
    child.kill()
    return child.wait(10)


def rows() -> int:
    return sum(model._default_manager.count() for model in FILLED)
