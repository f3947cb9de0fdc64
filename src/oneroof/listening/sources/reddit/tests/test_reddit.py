"""What is peculiar to Reddit: tokens, throttling with 403, the thousand, Markdown, and no key of ours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import HeldBackError
from oneroof.core.testing.web import answer
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
from oneroof.listening.sources.json_api import NotAllowedError
from oneroof.listening.sources.reddit import NETWORK
from oneroof.listening.sources.reddit.account import allow, identify
from oneroof.listening.sources.reddit.client import fill, poll
from oneroof.listening.sources.reddit.oauth import begin, finish
from oneroof.listening.sources.reddit.parse import read_things
from oneroof.listening.sources.reddit.publish import look_up, publish, read_back
from oneroof.listening.sources.reddit.tests.counterpart import REFRESH_TOKEN, RedditCounterpart
from oneroof.listening.sources.reddit.thread import follow
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, moment, said

NOW = clock.now()


@pytest.fixture
def far() -> Iterator[RedditCounterpart]:
    with RedditCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()


def test_posts_and_comments_are_heard_with_their_words_and_reach(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    far.about = {"selftext": "See *this*", "selftext_html": "<div><p>See <em>this</em></p></div>"}
    far.serve(
        [said(1, "It leaks"), said(2, "Use [our guide](https://evil.example)", parent="1", author="jo")]
    )
    posts = {post.external_id: post for post in poll(far.settings(), {}, client).posts}
    question, comment = posts[far.external_id("1")], posts[far.external_id("2")]
    assert question.text == "It leaks\n\nSee this"
    assert (question.likes, question.reposts, question.kind) == (3, 2, "post")
    assert question.url.startswith("https://www.reddit.com/r/kettles/comments/")
    assert (comment.text, comment.kind, comment.parent_id) == (
        "Use our guide",
        "comment",
        question.external_id,
    )


def test_an_account_that_was_deleted_leaves_its_words(far: RedditCounterpart) -> None:
    stands = far.thing(said(1)) | {"author": "[deleted]"}
    taken = far.thing(said(2)) | {"removed_by_category": "moderator"}
    (kept, gone), rejected = read_things([stands, taken])
    assert (kept.deleted, gone.deleted, rejected) == (False, True, [])
    assert kept.text == said(1).text
    _posts, (unread,) = read_things([{"name": "t3_x", "author": "mia"}])
    assert "created_utc" in unread.reason


@pytest.mark.parametrize("kind", ["posts", "search", "inbox"])
def test_each_way_of_listening(far: RedditCounterpart, client: ImpatientClient, kind: str) -> None:
    parent = "1" if kind == "inbox" else None
    far.serve([QUESTION, *(said(number, parent=parent) for number in range(2, 9))])
    settings = {**far.settings(), "listen_to": kind, "query": "kettle"}
    batch = poll(settings, {}, client)
    assert len(batch.posts) == (7 if kind == "inbox" else 8)
    assert {post.addressed_to_us for post in batch.posts} == {True if kind == "inbox" else None}
    assert batch.gap is None


def test_what_nobody_could_answer_is_said(far: RedditCounterpart, client: ImpatientClient) -> None:
    for wrong in ({"subreddit": "r/"}, {"listen_to": "search"}, {"listen_to": "inbox", "refresh_token": ""}):
        with pytest.raises(PollFailedError):
            poll({**far.settings(), **wrong}, {}, client)
    assert far.web.asked == []


def test_the_past_is_heard_page_by_page_as_far_back_as_was_asked(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    posts = [said(number, at=NOW - timedelta(hours=number)) for number in range(1, 200)]
    far.serve([*posts, said(300, "Same here", parent="1", at=NOW)])
    assert poll({**far.settings(), "days_back": 0}, {}, client).gap is None
    batch = poll(far.settings(), {}, client)
    heard = {post.external_id for post in batch.posts}
    assert far.external_id("300") in heard
    gap = batch.gap
    for _step in range(5):
        if gap is None:
            break
        more = fill(far.settings(), gap, client)
        heard |= {post.external_id for post in more.posts}
        gap = more.gap
    assert {far.external_id(str(number)) for number in range(1, 7 * 24)} <= heard
    assert len(heard) < 199


def test_beyond_the_thousand_that_are_shown_the_gap_stays_on_record(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    far.page, far.shown_at_most = 100, 600
    far.serve([said(number, at=NOW - timedelta(minutes=number)) for number in range(1, 700)])
    first = poll(far.settings(), {}, client)
    assert first.gap
    assert "fillable" not in first.gap
    last = fill(far.settings(), first.gap, client)
    assert len(first.posts) + len(last.posts) == 600
    assert last.gap
    assert last.gap["fillable"] is False


def test_what_is_pushed_out_of_sight_is_looked_at_once_more(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2)])
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([said(1, "Edited", edited_at=moment(50)), *(said(number) for number in range(30, 51))])
    batch = poll(far.settings(), {**cursor, "newest": {"new": NOW.timestamp()}}, client)
    told = {post.external_id: post.text for post in batch.posts}
    assert told[far.external_id("1")] == "Edited"
    assert sum(each.path.startswith("/api/info") for each in far.web.asked) == 1


def test_a_token_that_ended_is_renewed_and_one_serves_all(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    poll(far.settings(), {}, client)
    publish(far.settings(), draft(far), client)
    assert far.tokens == 1
    far.ended.add(1)  # type: ignore[arg-type]
    assert poll(far.settings(), {}, client).posts
    assert far.tokens == 2


def test_a_token_that_ended_before_a_reply_sends_nothing(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    far.misbehave(BadDay.UNAUTHORIZED, writes=True)
    outcome = publish(far.settings(), draft(far), client)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
    assert far.ours == []


def test_whose_credentials_they_are(far: RedditCounterpart, client: ImpatientClient) -> None:
    assert identify(far.settings(), client).handle == "Brumi"
    script = {"refresh_token": "", "username": "u/brumi", "password": "pass"}
    assert identify({**far.settings(), **script}, client).handle == "Brumi"
    assert identify({**far.settings(), "refresh_token": ""}, client).handle == ""
    for wrong in ({"refresh_token": "revoked"}, {"client_secret": "wrong"}):
        with pytest.raises(NotAllowedError, match="credentials"):
            identify({**far.settings(), **wrong}, client)


def test_an_account_is_connected_in_the_browser(far: RedditCounterpart, client: ImpatientClient) -> None:
    settings = {**far.settings(), "refresh_token": ""}
    begun = begin(settings, "https://us.example/back", "state-1", client)
    assert "duration=permanent" in begun.url
    assert "state=state-1" in begun.url
    assert finish(settings, begun.memory, "the-code", client) == {"refresh_token": REFRESH_TOKEN}
    assert far.forms[-1]["redirect_uri"] == "https://us.example/back"
    with pytest.raises(NotAllowedError):
        finish(settings, begun.memory, "made-up", client)
    with pytest.raises(PollFailedError, match="another application"):
        finish({**settings, "client_id": "other"}, begun.memory, "the-code", client)
    with pytest.raises(PollFailedError, match="no application"):
        begin({**settings, "client_id": ""}, "https://us.example/back", "s", client)


def test_403_in_a_page_for_people_is_throttling_and_403_in_json_is_not(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    poll(far.settings(), {}, client)
    far.web.routes["/r/kettles/new"] = answer("<html>whoa there, pardner!</html>", status=403)
    with pytest.raises(PollFailedError) as away:
        poll(far.settings(), {}, client)
    assert not isinstance(away.value, NotAllowedError)
    assert away.value.next_poll_after == 900
    far.web.routes["/r/kettles/new"] = answer(
        '{"reason": "private", "message": "Forbidden", "error": 403}', status=403
    )
    with pytest.raises(NotAllowedError, match="does not let"):
        poll(far.settings(), {}, client)
    far.web.routes["/api/comment"] = answer("<html>blocked</html>", status=403)
    outcome = publish(far.settings(), draft(far), client)
    assert isinstance(outcome, Refused)
    assert (outcome.permanent, outcome.retry_after) == (False, 900)


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (["RATELIMIT", "try again in 9 minutes.", "ratelimit"], Refused),
        (["THREAD_LOCKED", "This thread is locked.", "parent"], Refused),
        (["SOMETHING_NEW", "well", ""], Unknown),
    ],
)
def test_what_reddit_refuses_in_words(
    far: RedditCounterpart, client: ImpatientClient, error: list[str], outcome: Any
) -> None:
    far.errors = [error]
    told = publish(far.settings(), draft(far), client)
    assert isinstance(told, outcome)
    assert error[1] in told.reason
    if isinstance(told, Refused):
        assert (told.permanent, told.retry_after) == ((False, 540.0) if "RATE" in error[0] else (True, None))


@pytest.mark.parametrize("about", [{"locked": True}, {"archived": True}])
def test_what_is_locked_is_not_answered(
    far: RedditCounterpart, client: ImpatientClient, about: dict[str, bool]
) -> None:
    far.about = about
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.CLOSED
    outcome = publish(far.settings(), draft(far), client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert far.attempts == 0


def test_what_stands_there_already_is_not_sent_again(far: RedditCounterpart, client: ImpatientClient) -> None:
    """A worker that died after Reddit took the reply, and a list of ours that lagged behind."""
    sent = publish(far.settings(), draft(far), client)
    assert isinstance(sent, Sent)
    assert publish(far.settings(), draft(far), client) == sent
    assert far.attempts == 1


@pytest.mark.parametrize("late", ["thread", "list"])
def test_what_one_view_does_not_show_yet_the_other_does(
    far: RedditCounterpart, client: ImpatientClient, late: str
) -> None:
    sent = publish(far.settings(), draft(far), client)
    far.lags = {late}
    assert read_back(far.settings(), draft(far), client) == sent


def test_what_no_view_shows_yet_is_seen_before_the_next_attempt(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    sent = publish(far.settings(), draft(far), client)
    far.lags = {"thread", "list"}
    assert isinstance(read_back(far.settings(), draft(far), client), NotThere)
    far.lags = set()
    assert publish(far.settings(), draft(far), client) == sent
    assert far.attempts == 1


def test_beyond_our_last_thousand_comments_nobody_knows(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    template = far.thing(said(2, "Another", parent="1", author="Brumi", at=moment(90)))
    far.ours = [template | {"name": f"t1_o{n}", "id": f"o{n}", "parent_id": "t3_else"} for n in range(1_005)]
    far.page = 100
    found = read_back(far.settings(), draft(far), client)
    assert isinstance(found, Unknown)
    assert "thousand" in found.reason


def test_only_our_own_words_below_that_post_are_ours(far: RedditCounterpart, client: ImpatientClient) -> None:
    far.serve([QUESTION, said(2, "A new seal is on its way.", author="jo", parent="1")])
    assert isinstance(read_back(far.settings(), draft(far), client), NotThere)
    sent = publish(far.settings(), draft(far), client)
    assert isinstance(sent, Sent)
    elsewhere = replace(
        draft(far), to=replace(draft(far).to, external_id="t3_root", thread_external_id="t3_root")
    )
    assert isinstance(read_back(far.settings(), elsewhere, client), NotThere)
    second = draft(far)
    second = replace(second, to=replace(second.to, earlier_replies=(sent.external_id,)))
    assert isinstance(read_back(far.settings(), second, client), NotThere)


def test_a_comment_is_answered_below_itself(far: RedditCounterpart, client: ImpatientClient) -> None:
    comment = said(2, "Mine too", parent="1", author="jo")
    deeper = said(3, "And mine", parent="2")
    far.serve([QUESTION, comment, deeper])
    above = {post.external_id: post.ancestor_ids for post in poll(far.settings(), {}, client).posts}
    assert above == {"t3_1": (), "t1_2": (), "t1_3": ("t3_1",)}
    far.serve([QUESTION, comment])
    reply = replace(draft(far), to=far.target(comment))
    sent = publish(far.settings(), reply, client)
    assert isinstance(sent, Sent)
    assert far.standing()[0].to == far.external_id("2")
    assert read_back(far.settings(), reply, client) == sent
    alone = replace(reply.to, thread_external_id="")
    assert look_up(far.settings(), alone, client).answered_by == ("Brumi",)
    assert look_up(far.settings(), replace(alone, external_id="t1_zzz"), client).standing is Standing.GONE


def test_a_thread_is_followed_with_its_reach_and_what_is_gone(
    far: RedditCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2, parent="1"), said(3, parent="2"), said(4, parent="1"), said(5, deleted=True)])
    followed = follow(far.settings(), far.external_id("3"), [far.external_id("5")], client)
    by_id = {post.external_id: post for post in followed.posts}
    assert set(by_id) == {far.external_id(str(number)) for number in range(1, 6)}
    assert by_id[far.external_id("3")].parent_id == far.external_id("2")
    assert by_id[far.external_id("5")].deleted
    assert follow(far.settings(), "t1_zzz", [], client).posts == ()


def test_where_one_is_turned_away_all_wait(db: None, far: RedditCounterpart) -> None:
    client = within_budget(ImpatientClient(), NETWORK, far.settings())
    far.web.routes["/r/kettles/new"] = answer("<html>blocked</html>", status=403)
    with pytest.raises(PollFailedError):
        poll(far.settings(), {}, client)
    asked = len(far.web.asked)
    with pytest.raises(MustWaitError) as wait:
        poll(far.settings(), {}, client)
    assert 890 < wait.value.next_poll_after <= 900
    assert len(far.web.asked) == asked


def test_a_spent_budget_is_no_failure(far: RedditCounterpart) -> None:
    class Shut:
        def before(self, method: str, url: str) -> None:
            raise HeldBackError("Spent.", seconds=42)

        def after(self, *_: object) -> None: ...

    client = ImpatientClient().behind(Shut())
    with pytest.raises(MustWaitError) as wait:
        poll(far.settings(), {}, client)
    assert wait.value.next_poll_after == 42
    assert publish(far.settings(), draft(far), client) == Refused("Spent.", permanent=False, retry_after=42)


def test_an_application_has_one_budget(far: RedditCounterpart) -> None:
    (reading,) = allow(far.settings(), "GET", far.web.url("/r/kettles/new"))
    assert (reading.limit, reading.seconds) == (1_000, 600)
    assert "our-app" not in reading.key
    assert allow({**far.settings(), "refresh_token": "another"}, "POST", far.web.url("/api/comment")) == [
        reading
    ]
    assert allow({**far.settings(), "client_id": "another"}, "GET", far.web.url("/"))[0].key != reading.key
