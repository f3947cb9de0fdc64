"""Threads of open conversations are read again at their source, often while people speak and seldom after."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from oneroof.care.actions.following import follow_threads, threads_to_follow
from oneroof.care.actions.opening import open_conversations
from oneroof.care.models import Conversation, State
from oneroof.care.rules.following import pause_after
from oneroof.core import clock
from oneroof.listening.actions.following import follow_thread
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import FollowedThread, Post, Source
from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.mastodon.tests.counterpart import MastodonCounterpart
from oneroof.listening.sources.tests.contract import BadDay, said

QUESTION = said(1, "My kettle leaks. What now?")


@pytest.fixture
def far(settings: Any) -> Iterator[MastodonCounterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with MastodonCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def source(db: None, far: MastodonCounterpart) -> Source:
    source = add_source(None, "mastodon", "brumi", far.settings())
    post = RawPost(
        external_id=far.external_id("1"),
        author_handle="mia@far.example",
        text=QUESTION.text,
        created_at=QUESTION.at,
        addressed_to_us=True,
    )
    receive_posts(source, [post])
    open_conversations(source.pk, list(Post.objects.values_list("pk", flat=True)))
    Conversation.objects.update(customer_said_at=clock.ago(minutes=30), opened_at=clock.ago(minutes=30))
    return source


def test_later_replies_edits_and_reach_come_in(far: MastodonCounterpart, source: Source) -> None:
    far.serve([said(1, "My kettle leaks from the base"), said(2, "Mine too", author="jo", parent="1")])
    assert follow_threads(source.pk) == 1
    texts = dict(Post.objects.values_list("external_id", "text"))
    assert texts == {
        far.external_id("1"): "My kettle leaks from the base",
        far.external_id("2"): "Mine too",
    }
    FollowedThread.objects.update(at=clock.ago(minutes=6))
    follow_threads(source.pk)
    assert list(Post.objects.values_list("likes", flat=True)) == [3, 3]


def test_what_is_gone_goes(far: MastodonCounterpart, source: Source) -> None:
    far.serve([])
    follow_threads(source.pk)
    assert Post.objects.get().gone_at
    assert Post.objects.get().text == ""


def test_a_bad_day_changes_nothing_and_is_no_failure_of_the_source(
    far: MastodonCounterpart, source: Source
) -> None:
    far.misbehave(BadDay.BROKEN)
    assert follow_threads(source.pk) == 0
    assert Post.objects.get().text == QUESTION.text
    source.refresh_from_db()
    assert source.failures == 0


def test_a_thread_is_left_alone_after_it_was_read(source: Source) -> None:
    assert list(threads_to_follow()) == [source.pk]
    follow_threads(source.pk)
    assert not threads_to_follow()
    FollowedThread.objects.update(at=clock.ago(minutes=6))
    assert list(threads_to_follow()) == [source.pk]
    Conversation.objects.update(customer_said_at=clock.ago(hours=3))
    assert not threads_to_follow()
    FollowedThread.objects.update(at=clock.ago(hours=2))
    assert list(threads_to_follow()) == [source.pk]


def test_what_is_done_or_switched_off_or_old_is_not_followed(source: Source) -> None:
    Conversation.objects.update(state=State.DONE)
    assert not threads_to_follow()
    Conversation.objects.update(state=State.WAITING, customer_said_at=clock.ago(days=15))
    assert not threads_to_follow()
    Conversation.objects.update(customer_said_at=clock.ago(minutes=1))
    assert threads_to_follow()
    Source.objects.update(enabled=False)
    assert not threads_to_follow()
    assert follow_thread(source.pk, [Post.objects.get().pk]) is None


def test_how_often() -> None:
    silences = (timedelta(minutes=5), timedelta(hours=5), timedelta(days=5), timedelta(days=50))
    assert [pause_after(each) for each in silences] == [
        timedelta(minutes=5),
        timedelta(hours=1),
        timedelta(days=1),
        None,
    ]
