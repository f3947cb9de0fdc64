"""What is peculiar to Discourse: topics and numbers, cooked words, the queue, the two minutes, signed messages."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.listening.budgets import within_budget
from oneroof.listening.sources.base import (
    MustWaitError,
    NotThere,
    PollFailedError,
    Refused,
    Sent,
    Standing,
    Unknown,
)
from oneroof.listening.sources.discourse import NETWORK, poll
from oneroof.listening.sources.discourse.client import fill
from oneroof.listening.sources.discourse.cooked import text_of_cooked
from oneroof.listening.sources.discourse.forum import allow, identify
from oneroof.listening.sources.discourse.parse import read_posts
from oneroof.listening.sources.discourse.publish import look_up, publish, read_back
from oneroof.listening.sources.discourse.tests.counterpart import (
    KEY,
    TITLE,
    TWICE,
    DiscourseCounterpart,
)
from oneroof.listening.sources.discourse.topics import follow, topic_of
from oneroof.listening.sources.json_api import NotAllowedError
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, moment, said

NOW = clock.now()


def ids(far: DiscourseCounterpart, numbers: range | list[int]) -> set[str]:
    return {far.external_id(str(number)) for number in numbers}


def test_a_post_is_heard_with_its_place_and_reach(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    far.serve([said(1, "It leaks", edited_at=moment(5)), said(2, "Mine too", parent="1", author="jo")])
    posts = {post.external_id: post for post in poll(far.settings(), {}, client).posts}
    first, second = posts["7/2"], posts["7/3"]
    assert (first.author_handle, first.author_name, first.likes) == ("mia", "Mia", 3)
    assert (first.parent_id, second.parent_id) == ("7/1", "7/2")
    assert (first.ancestor_ids, second.ancestor_ids) == ((), ("7/1",))
    assert first.url == far.web.url("/t/kettles-that-leak/7/2")
    assert (first.edited_at, second.edited_at) == (moment(5), None)


def test_who_is_quoted_does_not_speak_and_what_is_hidden_is_not_said() -> None:
    cooked = (
        '<aside class="quote no-group" data-x="jo"><div class="title"><img class="avatar" src="//x/1.png">jo:'
        '</div><blockquote><p>Buy <aside class="onebox">a new</aside> one</p></blockquote></aside>'
        '<p>No! <img src="/e.png" title=":fire:" class="emoji only-emoji" alt=":fire:"></p>'
        '<div class="lightbox-wrapper"><a href="/u/a.jpg"><img src="/uploads/a.jpg" alt="the seal">'
        '<div class="meta"><span class="filename">the seal</span><span>690×388 50 KB</span></div></a></div>'
    )
    raw = '[quote="jo, post:1"]\nBuy 🎉 a new one\n[/quote]\nNo! 🔥\n![the seal|690x388](upload://a.jpg)'
    assert text_of_cooked(cooked, raw) == "No! 🔥\n\nthe seal"
    assert text_of_cooked(cooked, ":fire:").splitlines()[0] == "No! :fire:"
    assert text_of_cooked("<p>half an <aside class='quote'>open one", "") == "half an"
    post = {
        "id": 9,
        "topic_id": 7,
        "post_number": 2,
        "username": "mia",
        "created_at": "2026-03-02T09:00:00.000Z",
    }
    (read,), _rejected = read_posts([post | {"cooked": cooked}], "https://forum.example")
    assert read.attachments == ("https://forum.example/uploads/a.jpg",)
    assert read.has_image
    for unsaid in ({"hidden": True}, {"post_type": 4}, {"topic_archetype": "private_message"}):
        assert read_posts([post | unsaid], "https://forum.example") == ([], [])
    (gone,), _rejected = read_posts([post | {"user_deleted": True, "hidden": True}], "https://forum.example")
    assert gone.deleted
    _posts, (unread,) = read_posts([{"id": 9, "topic_id": 7}], "https://forum.example")
    assert unread.reason == "It has no topic or no number."


@pytest.mark.parametrize(
    "hostile", ["<aside class='quote'>", "<img ", '<div class="meta">', "[quote=", "</aside>"]
)
def test_hostile_cooking_is_read_in_one_pass(hostile: str) -> None:
    text_of_cooked(hostile * 20_000, hostile * 20_000)


def test_the_past_is_heard_page_by_page_as_far_back_as_was_asked(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(number, at=NOW - timedelta(hours=300 - number)) for number in range(1, 300)])
    assert poll({**far.settings(), "days_back": 0}, {}, client).gap is None
    batch = poll(far.settings(), {}, client)
    heard, gap = {post.external_id for post in batch.posts}, batch.gap
    for _step in range(5):
        if gap is None:
            break
        more = fill(far.settings(), gap, client)
        heard |= {post.external_id for post in more.posts}
        gap = more.gap
    assert gap is None
    assert ids(far, range(300 - 7 * 24, 300)) <= heard
    assert len(heard) < 299


def test_many_that_are_gone_are_asked_for_a_few_at_a_time(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    posts = [said(number) for number in range(1, 13)]
    far.serve(posts)
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([replace(each, deleted=each.id != "12") for each in posts])
    first = poll(far.settings(), cursor, client)
    second = poll(far.settings(), first.cursor, client)
    third = poll(far.settings(), second.cursor, client)
    counts = [sum(post.deleted for post in batch.posts) for batch in (first, second, third)]
    assert counts == [5, 5, 1]


def test_what_a_search_finds_is_read_whole_and_once(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    settings = {**far.settings(), "listen_to": "search", "query": "kettle"}
    far.serve([said(number) for number in range(1, 31)])
    cursor: Any = {}
    heard: list[str] = []
    for _round in range(3):
        batch = poll(settings, cursor, client)
        heard += [post.external_id for post in batch.posts]
        cursor = batch.cursor
    assert sorted(heard) == sorted(ids(far, range(1, 31)))
    far.serve([said(number) for number in range(1, 33)])
    assert {post.external_id for post in poll(settings, cursor, client).posts} == ids(far, [31, 32])


def test_what_a_search_does_not_show_is_on_record(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    settings = {**far.settings(), "listen_to": "search", "query": "kettle"}
    far.serve([said(number) for number in range(1, 131)])
    first = poll(settings, {}, client)
    assert first.gap
    assert (first.gap["fillable"], first.gap["before"]) == (False, 41)
    assert poll(settings, first.cursor, client).gap is None


def test_one_topic_is_heard_whole_with_its_title_edits_and_deletions(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    settings = {**far.settings(), "listen_to": "topic", "query": far.web.url("/t/kettles-that-leak/7/3")}
    far.serve([said(number) for number in range(1, 131)])
    first = poll(settings, {}, client)
    second = poll(settings, first.cursor, client)
    assert {post.external_id for post in (*first.posts, *second.posts)} == {"7/1", *ids(far, range(1, 131))}
    assert first.posts[0].text == f"{TITLE}\n\nWhat do you do about it?"
    assert first.next_poll_after < 10 < second.next_poll_after
    far.serve([*(said(n) for n in range(1, 129)), said(129, "Edited", edited_at=moment(400))])
    third = poll(settings, second.cursor, client)
    told = {post.external_id: post for post in third.posts}
    assert told[far.external_id("129")].text == "Edited"
    assert told[far.external_id("130")].deleted


def test_what_is_moved_into_a_topic_is_heard(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    settings = {**far.settings(), "listen_to": "topic", "query": "7"}
    far.serve([said(2), said(3)])
    cursor = poll(settings, {}, client).cursor
    far.serve([said(1), said(2), said(3)])
    assert far.external_id("1") in {post.external_id for post in poll(settings, cursor, client).posts}


def test_what_nobody_could_answer_is_said(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    for wrong in (
        {"listen_to": "search"},
        {"listen_to": "topic"},
        {"listen_to": "topic", "query": "kettles"},
    ):
        with pytest.raises(PollFailedError):
            poll({**far.settings(), **wrong}, {}, client)
    assert far.web.asked == []
    assert [
        topic_of({"query": each})
        for each in ("7", "https://f.example/t/7", "https://f.example/t/a-b/7/2?u=x")
    ] == [
        "7",
        "7",
        "7",
    ]


def test_whose_key_it_is(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    assert identify(far.settings(), client).handle == "brumi"
    with pytest.raises(NotAllowedError, match="not permitted"):
        identify({**far.settings(), "api_key": "revoked"}, client)


def test_a_key_has_its_budget(far: DiscourseCounterpart) -> None:
    (ours,) = allow(far.settings(), "GET", far.web.url("/posts.json"))
    (anonymous,) = allow({**far.settings(), "api_key": ""}, "GET", far.web.url("/posts.json"))
    assert (ours.limit, anonymous.limit) == (60, 200)
    assert KEY not in ours.key
    assert ours.key != anonymous.key


def test_the_forum_says_in_the_body_how_long_to_wait(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    far.misbehave(BadDay.THROTTLED_UNTIL)
    with pytest.raises(PollFailedError, match="too many times") as refused:
        poll(far.settings(), {}, client)
    assert refused.value.next_poll_after == pytest.approx(900, abs=5)


def test_where_the_body_says_how_long_all_wait(db: None, far: DiscourseCounterpart) -> None:
    client = within_budget(ImpatientClient(), NETWORK, far.settings())
    far.misbehave(BadDay.THROTTLED_UNTIL)
    with pytest.raises(PollFailedError):
        poll(far.settings(), {}, client)
    with pytest.raises(MustWaitError) as wait:
        poll(far.settings(), {}, client)
    assert 890 < wait.value.next_poll_after <= 900


def test_a_reply_leaves_as_our_user_under_what_it_answers(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    sent = publish(far.settings(), draft(far), client)
    assert sent == Sent("7/90000", far.web.url("/t/kettles-that-leak/7/90000"))
    (asked,) = [each for each in far.web.asked if each.method == "POST"]
    assert (asked.headers["api-username"], asked.headers["api-key"]) == ("brumi", KEY)
    assert json.loads(asked.body) == {"raw": draft(far).text, "topic_id": 7, "reply_to_post_number": 2}


def test_what_stands_there_already_is_not_sent_again(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    sent = publish(far.settings(), draft(far), client)
    far.minutes_pass()
    assert publish(far.settings(), draft(far), client) == sent
    assert far.attempts == 1


def test_only_our_own_words_below_that_post_are_ours(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    far.serve([QUESTION, said(2, draft(far).text, author="jo", parent="1"), said(3)])
    assert isinstance(read_back(far.settings(), draft(far), client), NotThere)
    elsewhere = replace(draft(far), to=far.target(said(3)))
    sent = publish(far.settings(), elsewhere, client)
    assert isinstance(sent, Sent)
    assert isinstance(read_back(far.settings(), draft(far), client), NotThere)
    again = replace(elsewhere, to=replace(elsewhere.to, earlier_replies=(sent.external_id,)))
    assert isinstance(read_back(far.settings(), again, client), NotThere)
    assert read_back(far.settings(), elsewhere, client) == sent


def test_a_reply_among_many_is_found(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    far.serve([QUESTION, *(said(number, parent="1") for number in range(2, 63))])
    sent = publish(far.settings(), draft(far), client)
    assert read_back(far.settings(), draft(far), client) == sent


def test_what_waits_for_moderators_is_neither_sent_nor_lost(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    far.is_moderated = True
    for found in (publish(far.settings(), draft(far), client), read_back(far.settings(), draft(far), client)):
        assert isinstance(found, Unknown)
        assert "approve" in found.reason
    assert far.standing() == []


def test_the_same_words_to_somebody_else_wait_a_few_minutes(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    far.serve([QUESTION, said(2)])
    assert isinstance(publish(far.settings(), draft(far), client), Sent)
    second = replace(draft(far), to=far.target(said(2)))
    assert publish(far.settings(), second, client) == Refused(TWICE, permanent=False, retry_after=300)
    far.minutes_pass()
    assert isinstance(publish(far.settings(), second, client), Sent)


def test_a_refusal_of_what_stands_there_is_no_refusal(
    far: DiscourseCounterpart, client: ImpatientClient
) -> None:
    """In whatever language it says so: it was posted between our look and our POST."""
    stands = publish(far.settings(), draft(far), client)
    hidden, far.ours = far.ours, []
    far._memory = {}
    far.web.routes["/posts.json"] = lambda _asked, connection, _over: (
        far.ours.extend(hidden),
        connection.sendall(far.json({"action": "create_post", "errors": ["Zu ähnlich"]}, status=422)),
    )[1]
    assert publish(far.settings(), draft(far), client) == stands


def test_other_refusals_are_in_the_forums_words(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    far.errors = ["Body is too short (minimum is 20 characters)"]
    outcome = publish(far.settings(), draft(far, "Yes."), client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert "too short" in outcome.reason


def test_how_a_post_stands(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    first = replace(far.target(QUESTION), external_id="7/1", text=f"{TITLE}\n\nWhat do you do about it?")
    assert look_up(far.settings(), first, client).answered_by == ("mia",)
    assert look_up(far.settings(), first, client).standing is Standing.THERE
    far.is_closed = True
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.CLOSED
    far.about = {"user_deleted": True}
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.GONE
    outcome = publish(far.settings(), draft(far), client)
    assert isinstance(outcome, Refused)
    assert far.attempts == 0


def test_a_topic_is_followed_with_what_is_gone(far: DiscourseCounterpart, client: ImpatientClient) -> None:
    far.serve([said(number) for number in range(1, 251)])
    followed = follow(far.settings(), "7/100", [far.external_id("250"), "7/999"], client)
    by_id = {post.external_id: post for post in followed.posts}
    assert {"7/1", "7/50", "7/100", "7/150", far.external_id("250")} <= set(by_id)
    assert by_id["7/999"].deleted
    assert by_id["7/100"].likes == 3
    assert {post.deleted for post in follow(far.settings(), "8/1", ["8/2"], client).posts} == {True}
