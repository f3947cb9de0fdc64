"""The database that a command needs: running, and migrated."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from oneroof.core.cluster import Cluster
from oneroof.core.errors import OneroofError
from oneroof.core.home import home

NEEDED_EXTENSIONS = ("pg_trgm", "unaccent", "btree_gin", "vector")
MIGRATION_LOCK = 0x6F6E65726F6F66  # "oneroof": one start migrates, the others wait
STARTING_SECONDS, LOOK_EVERY_SECONDS = 10.0, 0.5
log = logging.getLogger(__name__)


@contextmanager
def server() -> Iterator[None]:
    """Hold the embedded cluster, unless ``DATABASE_URL`` names a server; its tables as they are."""
    with ExitStack() as stack:
        if not settings.DATABASE_URL:
            stack.enter_context(Cluster(home()).in_use())
        stack.callback(connections.close_all)
        yield


@contextmanager
def database(*, beside_a_program: bool = False) -> Iterator[None]:
    """The server, with its tables brought up to date.

    ``beside_a_program``: one runs on this home, on the tables as they are. Raises OneroofError where they are
    older than this code: to change them under that program would break it.
    """
    with server():
        if not beside_a_program:
            migrate()
        else:
            _wait_for_the_programs_tables()
        yield


def _wait_for_the_programs_tables() -> None:
    """One that is just starting may be bringing them up to date."""
    give_up = time.monotonic() + STARTING_SECONDS
    while has_pending_migrations():
        if time.monotonic() > give_up:
            raise OneroofError(
                "The program that runs here is older than this command: restart it first, which brings the "
                "database's tables up to date."
            )
        time.sleep(LOOK_EVERY_SECONDS)
        with _alone():
            pass


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def has_pending_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def migrate() -> None:
    """Apply what is pending; of several that start at once, one does and the others wait for it."""
    if not has_pending_migrations():
        return
    with _alone():
        if has_pending_migrations():
            log.info("Bringing the database's tables up to date.")
            _make_extensions()
            call_command("migrate", interactive=False, verbosity=0)


def _make_extensions() -> None:
    """Before anything else is changed. Raises OneroofError where they are an administrator's to make."""
    try:
        with connection.cursor() as cursor:
            for name in NEEDED_EXTENSIONS:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
    except DatabaseError as error:
        making = " ".join(f"CREATE EXTENSION IF NOT EXISTS {name};" for name in NEEDED_EXTENSIONS)
        raise OneroofError(
            f"{str(error).splitlines()[0].capitalize()}. Have an administrator of that server run this in our "
            f"database, once, and start again: {making}"
        ) from error
