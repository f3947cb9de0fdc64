"""Every network that hears passes these: nothing is lost, nothing is counted twice, on good days and bad ones."""

import os
import signal
import time
import warnings
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.db import connection

from oneroof.core import clock
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source
from oneroof.listening.actions.webhook import receive_webhook
from oneroof.listening.models import Post, PostKey, RejectedPost, Source, SourceGap
from oneroof.listening.sources.tests.contract import (
    RETRY_AFTER,
    BadDay,
    Counterpart,
    ImpatientClient,
    Said,
    counterparts,
    moment,
    said,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.parametrize("side", counterparts("poll", "receive"), ids=lambda side: side.key),
]

ROUNDS = 8
ODD_TEXTS = (
    "قالت إن الغلاية تسرب 😡 جدًا",
    "👩‍👩‍👧‍👦 🫖 💧💧",
    "שלום, הקומקום דולף",
    "한국어 텍스트와 日本語",
    "a\u0301 e\u200b\u2069",
)


@pytest.fixture
def source(there: Counterpart) -> Source:
    return add_source(None, there.key, "the place", there.settings(), our_handles=["brumi"])


def hear(there: Counterpart, source: Source, *, times: int = 1) -> None:
    """Ask, or be told, that often; whatever comes of it is on the source's health."""
    for _ in range(times):
        if there.network.poll is None:
            _be_told(there, source)
        else:
            Source.objects.filter(pk=source.pk).update(next_poll_at=None)
            claimed = claim_poll(source.pk)
            assert claimed
            poll(claimed, there.network, ImpatientClient())
    source.refresh_from_db()


def _be_told(there: Counterpart, source: Source) -> None:
    for headers, body in there.messages():
        try:
            receive_webhook(source.pk, headers, body)
        except ReceiptRefusedError:
            continue  # who sends it sends it again


def heard(there: Counterpart, source: Source, posts: Sequence[Said]) -> list[str]:
    """Numbers of those posts, each as often as it is stored, rising."""
    by_id = {there.external_id(each.id): each.id for each in posts}
    stored = Post.objects.filter(source=source).values_list("external_id", flat=True)
    return sorted((by_id[each] for each in stored), key=int)


def numbers(posts: Sequence[Said]) -> list[str]:
    return sorted((each.id for each in posts), key=int)


def stored(there: Counterpart, source: Source, each: Said) -> Post:
    return Post.objects.get(source=source, external_id=there.external_id(each.id))


def test_what_stands_there_is_heard_as_it_was_said(there: Counterpart, source: Source) -> None:
    posts = [said(1, "My kettle leaks. What now?"), said(2, "Love it", author="jo")]
    there.serve(posts)
    hear(there, source)
    assert heard(there, source, posts) == ["1", "2"]
    first = stored(there, source, posts[0])
    assert (first.text, first.said_at) == (posts[0].text, posts[0].at)
    assert (source.failures, source.heard) == (0, 2)
    assert source.last_success_at


def test_an_empty_page(there: Counterpart, source: Source) -> None:
    there.serve([])
    hear(there, source)
    there.serve([said(1)])
    hear(there, source)
    assert heard(there, source, [said(1)]) == ["1"]
    assert source.failures == 0


def test_duplicates(there: Counterpart, source: Source) -> None:
    posts = [said(1), said(1), said(2)]
    there.serve(posts)
    hear(there, source, times=3)
    assert heard(there, source, posts) == ["1", "2"]
    assert source.heard == 2


def test_paging(there: Counterpart, source: Source) -> None:
    """More came than one page holds: all of it is heard, at once or poll by poll."""
    posts = [said(number) for number in range(1, 3 * there.page + 3)]
    there.serve(posts[:2])
    hear(there, source)
    there.serve(posts)
    hear(there, source, times=ROUNDS)
    assert heard(there, source, posts) == numbers(posts)
    assert not SourceGap.objects.filter(source=source, filled_at=None).exists()


def test_a_full_page(there: Counterpart, source: Source) -> None:
    """What may have been missed is on record, or was heard in the end."""
    posts = [said(number) for number in range(1, 3 * there.page + 3)]
    there.serve(posts[:2])
    hear(there, source)
    there.serve(posts)
    hear(there, source, times=ROUNDS)
    has_all = heard(there, source, posts) == numbers(posts)
    assert has_all or SourceGap.objects.filter(source=source, filled_at=None).exists()


def test_same_second_and_late_ones(there: Counterpart, source: Source) -> None:
    """What appears later is heard, though it was said in the same second, or long before."""
    posts = [said(1, at=moment(5)), said(2, at=moment(5)), said(3, at=moment(5)), said(4, at=moment(1))]
    for standing in range(1, len(posts) + 1):
        there.serve(posts[:standing])
        hear(there, source)
    assert heard(there, source, posts) == numbers(posts)


def test_an_edit(there: Counterpart, source: Source) -> None:
    there.serve([said(1, "It leeks")])
    hear(there, source)
    there.serve([said(1, "It leaks from the base", edited_at=moment(30))])
    hear(there, source)
    assert stored(there, source, said(1)).text == "It leaks from the base"
    assert source.heard == 1


def test_a_deletion(there: Counterpart, source: Source) -> None:
    """The words go, that it existed stays."""
    there.serve([said(1, "My telephone number is 0555"), said(2)])
    hear(there, source)
    there.serve([said(1, "", deleted=True), said(2)])
    hear(there, source)
    gone = stored(there, source, said(1))
    assert gone.gone_at is not None
    assert "0555" not in gone.text


def test_a_parent_after_its_child(there: Counterpart, source: Source) -> None:
    child, parent = said(1, "Same here", parent="2"), said(2)
    there.serve([child])
    hear(there, source)
    there.serve([child, parent])
    hear(there, source)
    threads = {key.external_id: key.thread_id for key in PostKey.objects.filter(source=source)}
    assert threads[there.external_id("1")] == threads[there.external_id("2")]


def test_unknown_fields(there: Counterpart, source: Source) -> None:
    there.add_unknown_fields()
    there.serve([said(1), said(2)])
    hear(there, source)
    assert heard(there, source, [said(1), said(2)]) == ["1", "2"]
    assert not RejectedPost.objects.exists()


def test_a_hundred_thousand_characters(there: Counterpart, source: Source) -> None:
    """Heard whole, or set aside with a reason; what stands beside it is heard."""
    long = said(1, "kettle " * 14_285 + "leaks")
    assert len(long.text) == 100_000
    there.serve([long, said(2)])
    hear(there, source)
    if "1" in heard(there, source, [long, said(2)]):
        assert stored(there, source, long).text == long.text
    else:
        assert RejectedPost.objects.get(source=source).reason
    assert "2" in heard(there, source, [long, said(2)])


def test_right_to_left_and_emoji(there: Counterpart, source: Source) -> None:
    posts = [said(number, text) for number, text in enumerate(ODD_TEXTS, start=1)]
    there.serve(posts)
    hear(there, source)
    assert [stored(there, source, each).text for each in posts] == list(ODD_TEXTS)


def test_clock_skew(there: Counterpart, source: Source) -> None:
    """A far side whose clock is two hours ahead, or years: heard, or set aside with a reason; never lost."""
    ahead = said(1, at=clock.now() + timedelta(hours=2))
    mad = said(2, at=clock.now() + timedelta(days=3 * 365))
    there.serve([ahead, mad, said(3)])
    hear(there, source)
    by_then = heard(there, source, [ahead, mad, said(3)])
    assert {"1", "3"} <= set(by_then)
    assert "2" in by_then or RejectedPost.objects.filter(source=source).exists()


def test_a_bad_day_loses_nothing(there: Counterpart, source: Source, day: BadDay) -> None:
    """Nothing is heard and nothing forgotten; the health page says why; afterwards all of it is heard."""
    posts = [said(number) for number in range(1, 5)]
    there.serve(posts[:2])
    hear(there, source)
    there.serve(posts)
    there.misbehave(day)
    hear(there, source)
    assert heard(there, source, posts) == ["1", "2"]
    _check_health(there, source, day)
    there.behave()
    hear(there, source, times=2)
    assert heard(there, source, posts) == numbers(posts)
    assert (source.failures, source.heard, source.enabled) == (0, 4, True)


def _check_health(there: Counterpart, source: Source, day: BadDay) -> None:
    assert source.last_error
    assert source.last_error_at
    assert source.enabled
    if there.network.poll is None:
        return
    assert source.failures == 1
    assert source.next_poll_at
    pause = (source.next_poll_at - clock.now()).total_seconds()
    assert pause > (RETRY_AFTER - 5 if day is BadDay.THROTTLED_UNTIL else 30)


def test_back_off(there: Counterpart, source: Source) -> None:
    """The pause grows with each failure in a row, to a daily probe, and the source is never given up."""
    there.misbehave(BadDay.BROKEN)
    hear(there, source)
    Source.objects.filter(pk=source.pk).update(failures=30)
    hear(there, source)
    assert source.enabled
    assert source.next_poll_at
    pause = source.next_poll_at - clock.now()
    assert timedelta(hours=12) < pause <= timedelta(days=1)


def test_credentials_never_show(there: Counterpart, source: Source) -> None:
    secrets = [str(each) for name, each in there.settings().items() if name not in source.settings]
    there.serve([said(1)])
    there.misbehave(BadDay.REVOKED)
    hear(there, source)
    shown = f"{source.settings}{source.cursor}{source.last_error}"
    assert not [secret for secret in secrets if secret and secret in shown]


@pytest.mark.django_db(transaction=True)
def test_kill_between_fetch_and_commit(there: Counterpart, source: Source) -> None:
    posts = [said(1), said(2), said(3)]
    there.serve(posts[:1])
    hear(there, source)
    there.serve(posts)
    before = Source.objects.get(pk=source.pk).cursor
    _killed_while_it_hears(there, source)
    source.refresh_from_db()
    assert heard(there, source, posts) == ["1"]
    assert source.cursor == before
    hear(there, source, times=2)
    assert heard(there, source, posts) == numbers(posts)
    assert source.heard == 3


def _killed_while_it_hears(there: Counterpart, source: Source) -> None:
    """In a process of its own, which is killed when its transaction has stored all and not committed yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the far side has threads; the child uses none
        child = os.fork()
    if not child:
        try:
            connection.connection = None  # the parent's
            connection._commit = _die
            hear(there, source)
        finally:
            os._exit(1)
    assert _status(child) == -signal.SIGKILL


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _status(child: int) -> int:
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return 0
