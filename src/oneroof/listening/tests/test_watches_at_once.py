"""While posts come in from many sides, watches are made, changed and deleted: no catch is missed or doubled."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from queue import SimpleQueue
from urllib.parse import urlsplit

import pytest
from django.db import connection

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.watches import create_watch, delete_watch, edit_watch
from oneroof.listening.matching import Document, holds
from oneroof.listening.models import Mention, Post, Source, Watch
from oneroof.listening.sources.base import RawPost
from oneroof.listening.watch_language import parse

pytestmark = pytest.mark.django_db(transaction=True)

SIDES, BATCH, CHANGES = 4, 5, 12
THINGS = ("kettle", "toaster", "mixer", "lamp", "fan")
LISTENER = """
import sys, django
django.setup()
from datetime import datetime
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Source
from oneroof.listening.sources.base import RawPost
forum = Source.objects.get()
for line in sys.stdin:
    number, moment, text = line.rstrip().split("|")
    post = RawPost(external_id=number, author_handle="zoe", text=text, created_at=datetime.fromisoformat(moment))
    print(receive_posts(forum, [post]).matched, flush=True)
"""


class Side:
    """One thread that stores batch after batch in a source of its own until it is told to stop."""

    def __init__(self, number: int, over: threading.Event) -> None:
        self._number, self._over = number, over
        self._source = Source.objects.create(network="files", name=f"forum {number}")
        self.failures: SimpleQueue[BaseException] = SimpleQueue()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            at = 0
            while not self._over.is_set() and at < 5_000:
                receive_posts(self._source, [self._post(at + step) for step in range(BATCH)])
                at += BATCH
        except BaseException as failure:
            self.failures.put(failure)
        finally:
            connection.close()

    def _post(self, at: int) -> RawPost:
        text = f"My {THINGS[at % 5]} is number {at} and {THINGS[at % 3]}"
        return RawPost(external_id=str(at), author_handle="zoe", text=text, created_at=clock.now())


def expected(query: str) -> set[int]:
    meaning = parse(query)
    return {post for post, text in Post.objects.values_list("id", "text") if holds(meaning, Document(text))}


def test_each_watch_has_caught_what_it_should_exactly_once(agent: User) -> None:
    over = threading.Event()
    sides = [Side(number, over) for number in range(SIDES)]
    made: list[Watch] = []
    edited: set[int] = set()
    try:
        for number in range(CHANGES):
            made.append(create_watch(agent, f"watch {number}", f"{THINGS[number % 5]} -{THINGS[number % 3]}"))
            time.sleep(0.02)
            if number % 3 == 1:
                edited.add(made[-2].pk)
                edit_watch(agent, made[-2].pk, query=f"{THINGS[number % 5]} NEAR/9 {THINGS[number % 3]}")
            if number % 4 == 3:
                delete_watch(agent, made[-4].pk)
    finally:
        over.set()
        for side in sides:
            side.thread.join(30)
    assert [side.failures.qsize() for side in sides] == [0] * SIDES
    run_jobs()
    assert Post.objects.count() > SIDES * BATCH
    for watch in Watch.objects.all():
        caught = list(Mention.objects.filter(watch=watch).values_list("post_id", flat=True))
        due = set() if watch.deleted_at else expected(watch.query)
        assert len(caught) == len(set(caught))
        if watch.pk in edited:
            assert set(caught) >= due  # what it caught before its change stays
        else:
            assert set(caught) == due


def test_of_many_who_delete_a_watch_one_does(agent: User) -> None:
    watch = create_watch(agent, "Leaks", "kettle")
    outcomes: SimpleQueue[str] = SimpleQueue()

    def delete() -> None:
        try:
            delete_watch(agent, watch.pk)
            outcomes.put("deleted")
        except Watch.DoesNotExist:
            outcomes.put("gone")
        finally:
            connection.close()

    threads = [threading.Thread(target=delete) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes.get(timeout=1) for _ in threads) == ["deleted", "gone", "gone", "gone"]


@pytest.fixture
def another_process() -> Iterator[Callable[[str], int]]:
    """A process of its own that stores the posts it is told; answers how many a watch caught."""
    Source.objects.create(network="files", name="forum")
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "oneroof.config.settings"}
    child = subprocess.Popen(
        [sys.executable, "-c", LISTENER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    told = 0

    def tell(text: str) -> int:
        nonlocal told
        told += 1
        moment = datetime.now(UTC) - timedelta(minutes=1)
        child.stdin.write(f"{told}|{moment.isoformat()}|{text}\n")
        child.stdin.flush()
        return int(child.stdout.readline())

    yield tell
    child.stdin.close()
    child.wait(20)
    child.stdout.close()


def test_another_process_knows_of_a_change_with_its_next_batch(
    agent: User, another_process: Callable[[str], int]
) -> None:
    assert another_process("My kettle leaks") == 0
    watch = create_watch(agent, "Kettles", "kettle")
    assert another_process("My kettle drips") == 1
    edit_watch(agent, watch.pk, query="toaster")
    assert another_process("My kettle hums") == 0
    assert another_process("My toaster smokes") == 1
    delete_watch(agent, watch.pk)
    assert another_process("My toaster burns") == 0
