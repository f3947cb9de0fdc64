"""Sources are asked in their turn: each by itself, none twice at once, and what fails says so."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.listening import queries
from oneroof.listening.actions.polling import claim_poll, due_sources, poll
from oneroof.listening.actions.sources import add_source, edit_source, poll_now, set_enabled
from oneroof.listening.gaps import progress_of
from oneroof.listening.listener import Listener
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import network, networks
from oneroof.listening.sources.tests.contract import ImpatientClient

pytestmark = pytest.mark.django_db
in_threads = pytest.mark.django_db(transaction=True)
"""For what other threads have to see."""


@pytest.fixture
def web(settings: Any) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with local_web() as server:
        yield server


def feed(*numbers: int) -> bytes:
    items = "".join(f"<item><guid>{n}</guid><title>My kettle leaks {n}</title></item>" for n in numbers)
    return answer(f'<rss version="2.0"><channel><title>K</title>{items}</channel></rss>')


def source_at(web: LocalWeb, path: str, name: str = "") -> Source:
    return add_source(None, "rss", name or path, {"address": web.url(path)})


def ask(source: Source) -> Source:
    """Ask it as the listener would, if it is its turn."""
    claimed = claim_poll(source.pk)
    if claimed:
        poll(claimed, network("rss"), ImpatientClient())
    return Source.objects.get(pk=source.pk)


def heard(source: Source) -> set[str]:
    return set(Post.objects.filter(source=source).values_list("external_id", flat=True))


def until(condition: Any, seconds: float = 20) -> bool:
    """Wait until it holds."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_the_longest_overdue_comes_first_and_new_ones_before_it(web: LocalWeb) -> None:
    late, new, later, off = (source_at(web, f"/{name}") for name in ("late", "new", "later", "off"))
    now = clock.now()
    Source.objects.filter(pk=late.pk).update(next_poll_at=now - timedelta(hours=2))
    Source.objects.filter(pk=later.pk).update(next_poll_at=now + timedelta(hours=1))
    Source.objects.filter(pk=off.pk).update(enabled=False)
    assert due_sources(["rss"]) == [new.pk, late.pk]
    assert due_sources(["email"]) == []


@in_threads
def test_a_turn_is_taken_once(web: LocalWeb) -> None:
    source = source_at(web, "/feed")
    claims: list[Source | None] = []

    def claim() -> None:
        claims.append(claim_poll(source.pk))
        connection.close()

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each is not None for each in claims) == 1


def test_a_turn_whose_holder_was_killed_is_taken_again(web: LocalWeb) -> None:
    source = source_at(web, "/feed")
    assert claim_poll(source.pk)
    assert claim_poll(source.pk) is None
    Source.objects.filter(pk=source.pk).update(next_poll_at=clock.ago(seconds=1))
    assert claim_poll(source.pk)


def test_what_failed_is_on_the_health_page_and_goes_with_success(web: LocalWeb) -> None:
    source = source_at(web, "/feed")
    web.routes["/feed"] = [answer(status=500), answer(status=404), feed(1, 2)]
    pauses = []
    for failures in (1, 2):
        asked = ask(source)
        assert (asked.failures, asked.enabled, asked.last_success_at) == (failures, True, None)
        assert asked.next_poll_at
        pauses.append(asked.next_poll_at - clock.now())
        poll_at_once(source)
    assert pauses[1] > pauses[0]
    (health,) = queries.source_health()
    assert (health.state, health.lag, health.posts_last_hour) == ("failing", None, 0)
    assert "404" in health.source.last_error
    ask(source)
    (health,) = queries.source_health()
    assert (health.state, health.source.failures, health.posts_last_hour, health.posts_last_day) == (
        "ok",
        0,
        2,
        2,
    )
    assert health.lag is not None
    assert "404" in health.source.last_error


def poll_at_once(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)


def test_a_bug_of_ours_is_a_failure_like_any_other(web: LocalWeb, monkeypatch: pytest.MonkeyPatch) -> None:
    source = source_at(web, "/feed")
    web.routes["/feed"] = feed(1)
    monkeypatch.setattr("oneroof.listening.sources.rss.client._newest", lambda posts: 1 / 0)
    asked = ask(source)
    assert asked.failures == 1
    assert "ZeroDivisionError" in asked.last_error
    assert heard(source) == set()


def test_a_feed_that_moved_for_good_is_remembered(web: LocalWeb) -> None:
    source = source_at(web, "/old")
    web.routes["/old"] = answer(status=301, headers={"Location": "/new"})
    web.routes["/new"] = feed(1)
    asked = ask(source)
    assert asked.settings["address"] == web.url("/new")
    poll_at_once(source)
    web.asked.clear()
    ask(source)
    assert [each.path for each in web.asked] == ["/new"]
    assert heard(source) == {"1"}


def test_a_gap_without_older_pages_stays_on_record_once(web: LocalWeb) -> None:
    source = source_at(web, "/feed")
    web.routes["/feed"] = [feed(1, 2), feed(8, 9), feed(8, 9, 10)]
    for _ in range(3):
        ask(source)
        poll_at_once(source)
    (progress,) = progress_of(source.pk)
    assert not progress.is_fillable
    assert queries.source_health()[0].open_gaps == 1
    assert not Source.objects.get(pk=source.pk).last_error


def while_it_answers(web: LocalWeb, body: bytes, deed: Any) -> None:
    """The feed answers only after somebody has done ``deed``."""

    def answers(_asked: Any, sock: Any, _over: Any) -> None:
        deed()
        connection.close()
        sock.sendall(body)

    web.routes["/feed"] = answers


@in_threads
def test_edited_while_it_is_polled_nothing_of_the_old_place_is_stored(web: LocalWeb, lead: User) -> None:
    source = source_at(web, "/feed")
    web.routes["/other"] = feed(7)
    new = {"address": web.url("/other")}
    while_it_answers(web, feed(1), lambda: edit_source(lead, source.pk, settings=new))
    asked = ask(source)
    assert (heard(source), asked.cursor, asked.next_poll_at, asked.failures) == (set(), {}, None, 0)
    ask(source)
    assert heard(source) == {"7"}


@in_threads
def test_switched_off_while_it_is_polled_it_stays_off(web: LocalWeb, lead: User) -> None:
    source = source_at(web, "/feed")
    while_it_answers(web, feed(1), lambda: set_enabled(lead, source.pk, is_enabled=False))
    asked = ask(source)
    assert (asked.enabled, asked.next_poll_at) == (False, None)
    assert ask(source).last_polled_at == asked.last_polled_at
    web.routes["/feed"] = feed(1, 2)
    set_enabled(lead, source.pk, is_enabled=True)
    ask(source)
    assert heard(source) == {"1", "2"}


@in_threads
def test_poll_now_while_it_is_polled_asks_once_more(web: LocalWeb, lead: User) -> None:
    source = source_at(web, "/feed")
    while_it_answers(web, feed(1), lambda: poll_now(lead, source.pk))
    assert ask(source).next_poll_at <= clock.now()  # type: ignore[operator]


@in_threads
def test_one_that_hangs_delays_no_other(web: LocalWeb) -> None:
    stuck, fine = source_at(web, "/stuck"), source_at(web, "/fine")
    free = threading.Event()
    web.routes["/stuck"] = lambda _asked, sock, over: (free.wait(20), sock.sendall(feed(1)))[0]
    web.routes["/fine"] = feed(2)
    listener, over = Listener(networks()), threading.Event()
    thread = threading.Thread(target=_listens, args=(listener, over))
    thread.start()
    try:
        assert until(lambda: heard(fine) == {"2"})
        assert heard(stuck) == set()
        free.set()
        assert until(lambda: heard(stuck) == {"1"})
    finally:
        free.set()
        over.set()
        thread.join(10)
        listener.wait(10)


def _listens(listener: Listener, over: threading.Event) -> None:
    listener.listen(over)
    connection.close()


@in_threads
def test_a_listener_asks_each_once_in_its_turn(web: LocalWeb) -> None:
    sources = [source_at(web, f"/{number}") for number in range(20)]
    for number in range(20):
        web.routes[f"/{number}"] = feed(number)
    listener = Listener(networks())
    assert until(lambda: (listener.look_round(), listener.wait(10), not due_sources(["rss"]))[2])
    assert len(web.asked) == 20
    assert all(heard(source) for source in sources)
