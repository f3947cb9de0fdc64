"""The listener as a process of its own, killed at the worst moment: nothing is lost, nothing comes twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as installation
from django.db import connection, transaction

from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK, local_web
from oneroof.listening.actions.receive import lock_source
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.tests.test_polling import feed, until

LISTENER = (sys.executable, "-m", "oneroof.config.children", "listener")


@contextmanager
def listener() -> Iterator[subprocess.Popen[bytes]]:
    """A real one, on the test's database; killed in the end if it lives."""
    address = urlsplit(installation.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DATABASE_URL": urlunsplit(address),
        "ONEROOF_ALLOW_NETWORKS": ",".join(LOOPBACK),
    }
    process = subprocess.Popen(LISTENER, env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def heard(source: Source) -> list[str]:
    return sorted(Post.objects.filter(source=source).values_list("external_id", flat=True))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_between_fetch_and_commit_it_goes_on_where_it_was() -> None:
    with local_web() as web:
        web.routes["/feed"] = feed(1, 2, 3)
        source = add_source(None, "rss", "feed", {"address": web.url("/feed")})
        with transaction.atomic():
            lock_source(source.pk)  # what it has fetched, it cannot store
            with listener() as process:
                assert until(lambda: web.asked and _is_waiting(), 90)
                process.kill()
        _check_nothing_heard(source)
        web.routes["/feed"] = feed(1, 2, 3, 4)
        later = clock.now() - timedelta(seconds=1)  # five minutes on, the lapsed turn is anybody's
        Source.objects.filter(pk=source.pk).update(next_poll_at=later)
        with listener() as process:
            assert until(lambda: heard(source) == ["1", "2", "3", "4"], 90)
            process.terminate()
            assert process.wait(10) == 0
    assert Source.objects.get(pk=source.pk).heard == 4


def _check_nothing_heard(source: Source) -> None:
    asked = Source.objects.get(pk=source.pk)
    assert (heard(source), asked.cursor, asked.last_success_at) == ([], {}, None)
    assert asked.next_poll_at


def _is_waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])
