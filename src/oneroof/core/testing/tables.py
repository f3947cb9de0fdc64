"""The tests' tables: made once for all runs with the same migrations, and emptied row by row: decision 0186."""

import hashlib
import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

TEMPLATE_LOCK = 0x74656D706C617465  # "template": one process makes it, the others wait
NAMED = "oneroof_migrated_"
OURS = re.compile(r"^(?:from|import) (oneroof\.[\w.]+)", re.MULTILINE)
WRITTEN = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
"""


def migrated_template() -> str:
    """The name of a database on which all migrations have run, made where it is missing; older ones go."""
    name = NAMED + digest_of_migrations()
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [NAMED])
        known = {row[0] for row in cursor.fetchall()}
        if name not in known:
            for older in known:
                cursor.execute(f'DROP DATABASE "{older}"')
            cursor.execute(f'CREATE DATABASE "{NAMED}"')
            _migrate(NAMED)
            cursor.execute(f'ALTER DATABASE "{NAMED}" RENAME TO "{name}"')
    return name


def digest_of_migrations() -> str:
    digest = hashlib.sha256()
    for path in sources_of_migrations():
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:16]


def sources_of_migrations() -> list[str]:
    """Files: the migrations, and what they import from us."""
    own = {inspect.getfile(type(each)) for each in MigrationLoader(None).disk_migrations.values()}
    return sorted(own | {origin for each in own for origin in _imported_by(each)})


def _imported_by(path: str) -> Iterator[str]:
    for name in OURS.findall(Path(path).read_text()):
        if (spec := find_spec(name)) and spec.origin:
            yield spec.origin


def _migrate(database: str) -> None:
    with _connected_to(database):
        call_command("migrate", interactive=False, verbosity=0)


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def empty_tables() -> None:
    """Delete all rows but Django's own of migrations, models and permissions. Waits for whoever still writes."""
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        if names := [connection.ops.quote_name(row[0]) for row in cursor.fetchall()]:
            steps = [
                "SET LOCAL session_replication_role = replica",  # neither triggers nor checks of keys
                f"LOCK TABLE {', '.join(names)} IN SHARE ROW EXCLUSIVE MODE",
                *(f"DELETE FROM {name}" for name in names),
            ]
            cursor.execute("; ".join(["BEGIN", *steps, "COMMIT"]))
