"""What is peculiar to Stack Exchange: what is below questions, back-off, quota, errors in a 400, the past."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now as really_now

from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.budgets import within_budget
from oneroof.listening.models import RateBudget
from oneroof.listening.sources import network
from oneroof.listening.sources.base import Batch, MustWaitError, PollFailedError
from oneroof.listening.sources.stackexchange.asking import allow, origin_of
from oneroof.listening.sources.stackexchange.client import fill, poll
from oneroof.listening.sources.stackexchange.following import follow
from oneroof.listening.sources.stackexchange.parse import read_all
from oneroof.listening.sources.stackexchange.tests.counterpart import KEY, StackExchangeCounterpart
from oneroof.listening.sources.tests.contract import BadDay, moment, said

CLIENT = SafeClient(allowed_networks=LOOPBACK)
QUESTION, ANSWER = said(1, "Why does my kettle leak?"), said(2, "The seal is worn", parent="1", author="jo")
COMMENT = said(3, "Which seal?", parent="2")


@pytest.fixture
def there() -> Iterator[StackExchangeCounterpart]:
    with StackExchangeCounterpart() as far:
        yield far


def ids(batch: Batch) -> set[str]:
    return {post.external_id for post in batch.posts}


def hear_until_done(there: StackExchangeCounterpart, batch: Batch, heard: set[str]) -> tuple[Batch, int]:
    turns = 0
    while batch.cursor.get("to_ask") and turns < 10:
        batch = poll(there.settings(), batch.cursor, CLIENT)
        heard |= ids(batch)
        turns += 1
    return batch, turns


def test_answers_and_comments_come_with_their_question(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION, ANSWER, COMMENT])
    by_id = {post.external_id: post for post in poll(there.settings(), {}, CLIENT).posts}
    assert {each: post.parent_id for each, post in by_id.items()} == {"q1": None, "a2": "q1", "c3": "a2"}
    assert by_id["a2"].url == "https://cooking.stackexchange.com/a/2"
    assert by_id["c3"].url == "https://cooking.stackexchange.com/a/2#comment3_2"
    assert (by_id["a2"].author_handle, by_id["a2"].author_name, by_id["a2"].likes) == ("7", "jo", 3)


def test_a_new_comment_below_a_question_that_did_not_move_is_heard(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION, ANSWER])
    cursor = poll(there.settings(), {}, CLIENT).cursor
    there.serve([QUESTION, ANSWER, said(3, "Same here", parent="2", at=really_now())])
    assert "c3" in ids(poll(there.settings(), cursor, CLIENT))


def test_a_late_answer_to_an_old_question_brings_all_that_is_below_it(
    there: StackExchangeCounterpart,
) -> None:
    newer = [said(number, at=moment(9_000 + number)) for number in range(10, 15)]
    there.serve(newer)
    cursor = poll(there.settings(), {}, CLIENT).cursor
    there.serve([QUESTION, ANSWER, COMMENT, *newer, said(20, "Mine too", parent="1", at=moment(9_900))])
    assert {"q1", "a2", "c3", "a20"} <= ids(poll(there.settings(), cursor, CLIENT))


def test_told_to_wait_it_asks_nothing_more_and_goes_on_where_it_stopped(
    there: StackExchangeCounterpart,
) -> None:
    there.serve([QUESTION, ANSWER, COMMENT])
    there.backoff = 40
    first = poll(there.settings(), {}, CLIENT)
    assert (ids(first), first.next_poll_after, len(there.web.asked)) == ({"q1"}, 40, 1)
    heard = ids(first)
    last, turns = hear_until_done(there, first, heard)
    assert heard == {"q1", "a2", "c3"}
    assert turns == len(there.web.asked) - 1, "one question of the API a poll"
    assert "to_ask" not in last.cursor


@pytest.mark.django_db
def test_what_the_answer_says_of_the_quota_is_everybodys(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION])
    client = within_budget(CLIENT, network("stackexchange"), there.settings())
    poll(there.settings(), {}, client)
    budget = RateBudget.objects.get()  # two were asked; the answers say that 1,000 were used
    assert (budget.allowed, budget.used, KEY in budget.key) == (10_000, 1_001, False)
    there.backoff = 30
    poll(there.settings(), {}, client)
    with pytest.raises(MustWaitError) as wait:
        poll(there.settings(), {}, client)
    assert 25 < wait.value.next_poll_after <= 30


def test_a_spent_quota_waits_for_the_next_day(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION])
    there.quota = 0
    assert 0 < poll(there.settings(), {}, CLIENT).next_poll_after <= 86_400
    assert allow({**there.settings(), "key": ""}, "GET", there.web.url("/"))[0].limit == 300


def test_throttled_in_a_400_it_says_how_long(there: StackExchangeCounterpart) -> None:
    there.misbehave(BadDay.THROTTLED_UNTIL)
    with pytest.raises(PollFailedError, match="throttle_violation") as failed:
        poll(there.settings(), {}, CLIENT)
    assert failed.value.next_poll_after == 900


def test_the_past_is_heard_with_what_is_below_it(there: StackExchangeCounterpart) -> None:
    now = really_now()
    old = [said(number, at=now - timedelta(hours=number)) for number in range(1, 151)]
    there.serve([*old, said(900, "An answer", parent="140", at=now - timedelta(hours=140))])
    there.backoff = 10
    first = poll({**there.settings(), "days_back": 6}, {}, CLIENT)
    heard, gap, turns = ids(first), first.gap, 0
    while gap and turns < 60:
        batch = fill(there.settings(), gap, CLIENT)
        heard, gap, turns = heard | ids(batch), batch.gap, turns + 1
    assert gap is None
    assert heard >= {*(f"q{number}" for number in range(1, 144)), "a900"}


def test_a_page_is_followed_and_what_is_gone_is_told(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION, ANSWER, COMMENT])
    whole = follow(there.settings(), "a2", ["q1", "a2", "a4", "c5"], CLIENT)
    assert {(post.external_id, post.deleted) for post in whole.posts} == {
        ("q1", False), ("a2", False), ("c3", False), ("a4", True), ("c5", True),
    }  # fmt: skip
    for first in ("a2", "c3"):
        followed = follow(there.settings(), first, [first], CLIENT)
        assert {post.external_id for post in followed.posts} == {"q1", "a2", "c3"}
    there.serve([])
    assert [post.deleted for post in follow(there.settings(), "q1", ["q1", "a2"], CLIENT).posts] == [
        True,
        True,
    ]


def test_half_a_page_tells_nothing_of_what_is_gone(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION, ANSWER])
    there.backoff = 10
    followed = follow(there.settings(), "q1", ["q1", "a2", "a4"], CLIENT)
    assert [(post.external_id, post.deleted) for post in followed.posts] == [("q1", False)]


def test_words_are_searched_for(there: StackExchangeCounterpart) -> None:
    there.serve([QUESTION])
    poll({**there.settings(), "query": "leaking kettle"}, {}, CLIENT)
    assert there.web.asked[0].path.startswith("/2.3/search/advanced?")
    assert "q=leaking+kettle" in there.web.asked[0].path
    for lacking, words in (({"site": " "}, "which site"), ({"tags": ""}, "neither tags nor words")):
        with pytest.raises(PollFailedError, match=words):
            poll({**there.settings(), **lacking}, {}, CLIENT)


def test_titles_are_said_once_and_entities_are_read() -> None:
    entry: dict[str, Any] = {
        "question_id": 1,
        "owner": {"display_name": "user12"},
        "creation_date": 1_700_000_000,
    }
    posts, rejected = read_all(
        [
            {**entry, "title": "Tea &amp; kettles", "body": "<p>It <b>leaks</b></p>"},
            {**entry, "title": "It leaks", "body": "<p>It leaks, and how</p>"},
            {**entry, "owner": None},
            "nonsense",
        ],
        origin_of("cooking"),
    )
    assert [post.text for post in posts] == ["Tea & kettles\n\nIt leaks", "It leaks, and how"]
    assert posts[0].author_handle == "user12"
    assert [each.reason for each in rejected] == [
        "It has no author.",
        "It is no question, answer or comment.",
    ]


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("stackoverflow", "https://stackoverflow.com"),
        ("pt.stackoverflow", "https://pt.stackoverflow.com"),
        ("cooking.meta", "https://cooking.meta.stackexchange.com"),
        ("mathoverflow.net", "https://mathoverflow.net"),
    ],
)
def test_a_site_is_read_there(site: str, origin: str) -> None:
    assert origin_of(site) == origin
