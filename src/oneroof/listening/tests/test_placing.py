"""Threads that are known by more than the parent, and replies of ours that nobody has heard back."""

from datetime import UTC, datetime, timedelta

import pytest

from oneroof.listening.actions.placing import place_our_reply
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.events import ThreadsMerged
from oneroof.listening.models import PostKey, Source
from oneroof.listening.sources.base import RawPost

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def said(name: str, *, minute: int = 0, **fields: object) -> RawPost:
    moment = START + timedelta(minutes=minute)
    return RawPost(external_id=name, author_handle="mia", text="It leaks.", created_at=moment, **fields)  # type: ignore[arg-type]


def thread_of(name: str) -> int | None:
    return PostKey.objects.get(external_id=name).thread_id


def test_a_post_belongs_to_the_thread_of_what_stands_above_its_unheard_parent(forum: Source) -> None:
    receive_posts(forum, [said("first")])
    receive_posts(forum, [said("second", parent_id="unheard", ancestor_ids=("first", "also unheard"))])
    assert {thread_of(name) for name in ("first", "also unheard", "unheard", "second")} == {
        thread_of("first")
    }
    second = PostKey.objects.select_related("parent").get(external_id="second")
    assert second.parent
    assert second.parent.external_id == "unheard"


def test_in_whatever_order_they_come(forum: Source) -> None:
    receive_posts(forum, [said("third", parent_id="ours 2", ancestor_ids=("first", "ours 1"))])
    receive_posts(forum, [said("second", parent_id="ours 1", ancestor_ids=("first",))])
    receive_posts(forum, [said("first")])
    assert len({thread_of(name) for name in ("first", "second", "third", "ours 1", "ours 2")}) == 1


def test_who_answers_our_unheard_reply_continues_its_thread(forum: Source) -> None:
    receive_posts(forum, [said("question")])
    place_our_reply(PostKey.objects.get().pk, "our reply")
    receive_posts(forum, [said("thanks", parent_id="our reply")])
    assert thread_of("thanks") == thread_of("question")
    key = PostKey.objects.get(external_id="our reply")
    assert (key.is_ours, key.heard_at) == (True, None)


def test_who_answered_it_before_we_knew_its_name_joins_the_thread_later(
    forum: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive_posts(forum, [said("question"), said("thanks", parent_id="our reply")])
    question = PostKey.objects.get(external_id="question")
    apart = thread_of("thanks")
    assert apart != question.thread_id
    told: list[ThreadsMerged] = []
    monkeypatch.setattr("oneroof.core.events.publish", told.append)
    place_our_reply(question.pk, "our reply")
    place_our_reply(question.pk, "our reply")
    assert thread_of("thanks") == question.thread_id
    assert [each.pairs for each in told] == [[(apart, question.thread_id)]]


def test_a_reply_that_was_heard_back_stays_as_it_was_heard(forum: Source) -> None:
    receive_posts(forum, [said("question"), said("our reply", said_by_us=True)])
    before = thread_of("our reply")
    place_our_reply(PostKey.objects.get(external_id="question").pk, "our reply")
    assert thread_of("our reply") == before
