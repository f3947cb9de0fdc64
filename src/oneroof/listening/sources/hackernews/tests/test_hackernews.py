"""What is peculiar to Hacker News: three hours of overlap, stories, whole discussions, the past."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.sources.base import PollFailedError
from oneroof.listening.sources.hackernews.client import allow, fill, follow, poll
from oneroof.listening.sources.hackernews.parse import read_hits
from oneroof.listening.sources.hackernews.tests.counterpart import STORY, HackerNewsCounterpart
from oneroof.listening.sources.tests.contract import moment, said

CLIENT = SafeClient(allowed_networks=LOOPBACK)


@pytest.fixture
def there() -> Iterator[HackerNewsCounterpart]:
    with HackerNewsCounterpart() as far:
        yield far


def ids(posts: Any) -> set[str]:
    return {post.external_id for post in posts}


def test_a_story_is_its_title_its_words_and_its_link(there: HackerNewsCounterpart) -> None:
    there.listen_to = "stories"
    (story,) = poll(there.settings(), {}, CLIENT).posts
    assert (story.text, story.author_handle, story.likes) == ("Show HN: a kettle", "brumi", 7)
    assert story.url == "https://news.ycombinator.com/item?id=1000"
    assert story.attachments == ("https://brumi.example/kettle",)


def test_a_hit_without_author_is_set_aside_and_the_rest_is_heard() -> None:
    whole = {
        "objectID": "2",
        "author": "jo",
        "title": "Kettles",
        "story_text": "I <i>like</i> tea",
        "created_at_i": 1,
    }
    posts, rejected = read_hits(
        [{"objectID": "1", "created_at_i": 1}, "nonsense", {**whole, "created_at_i": 10**9}]
    )
    assert [post.text for post in posts] == ["Kettles\n\nI like tea"]
    assert [each.reason for each in rejected] == ["It has no author.", "It is no object."]


def test_an_edit_is_heard_for_three_hours_after_it_was_said(there: HackerNewsCounterpart) -> None:
    there.serve([said(1, "It leeks"), said(2, at=moment(170))])
    cursor = poll(there.settings(), {}, CLIENT).cursor
    there.serve([said(1, "It leaks"), said(2, at=moment(170))])
    assert "It leaks" in [post.text for post in poll(there.settings(), cursor, CLIENT).posts]


def test_one_second_with_more_than_a_page_is_read_by_pages(there: HackerNewsCounterpart) -> None:
    there.serve([said(1)])
    cursor = poll(there.settings(), {}, CLIENT).cursor
    there.serve([said(1), *(said(number, at=moment(9)) for number in range(2, 60))])
    assert len(ids(poll(there.settings(), cursor, CLIENT).posts)) == 59


def test_the_past_is_heard_as_far_back_as_was_asked_for(there: HackerNewsCounterpart) -> None:
    now = clock.now()
    there.serve([said(number, at=now - timedelta(hours=number)) for number in range(1, 301)])
    settings = {**there.settings(), "days_back": 10}
    first = poll(settings, {}, CLIENT)
    heard, gap, turns = ids(first.posts), first.gap, 0
    while gap and turns < 10:
        batch = fill(settings, gap, CLIENT)
        heard, gap, turns = heard | ids(batch.posts), batch.gap, turns + 1
    assert heard >= {str(number) for number in range(1, 240)}
    assert "250" not in heard
    assert poll({**settings, "days_back": 0}, {}, CLIENT).gap is None


def test_a_discussion_is_followed_from_its_story_and_what_is_gone_is_told(
    there: HackerNewsCounterpart,
) -> None:
    there.serve(
        [
            said(1),
            said(2, parent="1"),
            said(3, "", parent="2", deleted=True),
            said(4, parent="3"),
            said(5, "", deleted=True),
        ]
    )
    followed = follow(there.settings(), "2", ["1", "3", "5"], CLIENT)
    by_id = {post.external_id: post for post in followed.posts}
    assert set(by_id) == {str(STORY), "1", "2", "3", "4", "5"}
    assert {each for each, post in by_id.items() if post.deleted} == {"3", "5"}
    assert by_id["4"].parent_id == "3"
    assert not followed.rejected


def test_a_discussion_that_is_gone_altogether(there: HackerNewsCounterpart) -> None:
    there.serve([])
    followed = follow(there.settings(), "7", ["7"], CLIENT)
    assert [(post.external_id, post.deleted) for post in followed.posts] == [("7", True)]


def test_what_it_cannot_ask_it_says(there: HackerNewsCounterpart) -> None:
    with pytest.raises(PollFailedError, match="what to search for"):
        poll({**there.settings(), "query": " "}, {}, CLIENT)
    there.web.otherwise = b"HTTP/1.1 200 Said\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
    with pytest.raises(PollFailedError, match="does not know"):
        poll(there.settings(), {}, CLIENT)


def test_all_sources_share_one_budget(there: HackerNewsCounterpart) -> None:
    (one,) = allow(there.settings(), "GET", "")
    (other,) = allow({**there.settings(), "query": "else"}, "GET", "")
    assert (one, one.limit, one.seconds) == (other, 10_000, 3_600)
