"""What is peculiar to YouTube: units of a day in California, flat answers, threads that keep their place."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import answer
from oneroof.listening.actions.connecting import begin_connecting, finish_connecting
from oneroof.listening.actions.sources import add_source
from oneroof.listening.budgets import FOR_HEARING, within_budget
from oneroof.listening.models import RateBudget
from oneroof.listening.secrets import open_secrets
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
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import ImpatientClient, moment, said
from oneroof.listening.sources.youtube import NETWORK
from oneroof.listening.sources.youtube.client import fill, follow, poll
from oneroof.listening.sources.youtube.publish import look_up, publish, read_back
from oneroof.listening.sources.youtube.quota import seconds_to_reset
from oneroof.listening.sources.youtube.service import identify
from oneroof.listening.sources.youtube.tests.counterpart import KEY, OURS, REFRESH, VIDEO, YouTubeCounterpart

INSERT = "/youtube/v3/comments"


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[YouTubeCounterpart]:
    monkeypatch.setattr(import_module(publish.__module__), "LOOKS_AGAIN_AFTER", 0.01)
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with YouTubeCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()


def refused_with(far: YouTubeCounterpart, status: int, reason: str, client: SafeClient) -> Any:
    far._insert = lambda *_: far.wrong(status, reason)  # type: ignore[method-assign]
    return publish(far.settings(), draft(far), client)


@pytest.mark.parametrize(
    "place",
    [
        {"listen_to": "channel", "query": "@brumi"},
        {"listen_to": "channel", "query": "https://www.youtube.com/@brumi/"},
        {"listen_to": "channel", "query": f"https://www.youtube.com/channel/{OURS}"},
        {"listen_to": "video", "query": VIDEO},
        {"listen_to": "video", "query": f"https://www.youtube.com/watch?t=7&v={VIDEO}&list=x"},
        {"listen_to": "video", "query": f"https://youtu.be/{VIDEO}?si=1"},
        {"listen_to": "video", "query": f"https://www.youtube.com/shorts/{VIDEO}"},
    ],
)
def test_each_way_of_saying_where(
    far: YouTubeCounterpart, client: ImpatientClient, place: dict[str, str]
) -> None:
    batch = poll({**far.settings(), **place}, {}, client)
    assert [post.text for post in batch.posts] == [QUESTION.text]
    assert batch.posts[0].url == f"https://www.youtube.com/watch?v={VIDEO}&lc=Ugk1"


def test_what_nobody_could_answer_is_said(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    for wrong in ({"query": " "}, {"listen_to": "video", "query": "https://example.com/"}):
        with pytest.raises(PollFailedError):
            poll({**far.settings(), **wrong}, {}, client)
    assert far.web.asked == []
    with pytest.raises(PollFailedError, match="no channel"):
        poll({**far.settings(), "query": "@nobody"}, {}, client)


def test_with_a_key_alone_one_hears_and_does_not_answer(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    settings = {**far.settings(), "refresh_token": ""}
    assert len(poll(settings, {}, client).posts) == 1
    assert far.web.asked[-1].headers["x-goog-api-key"] == KEY
    assert not [each for each in far.web.asked if KEY in each.path]
    assert not NETWORK.is_answerable(settings)
    assert isinstance(publish(settings, draft(far), client), Refused)
    with pytest.raises(NotAllowedError):
        poll({**settings, "api_key": ""}, {}, client)


def test_comments_on_our_own_channel_are_to_us(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    far.serve([said(1), said(2, author="brumi")])
    by_id = {post.external_id: post for post in poll(far.settings(), {}, client).posts}
    assert (by_id["Ugk1"].addressed_to_us, by_id["Ugk1"].said_by_us) == (True, None)
    assert by_id["Ugk2"].said_by_us
    assert by_id["Ugk1"].author_handle == "mia"
    alone = poll({**far.settings(), "refresh_token": ""}, {}, client)
    assert {post.addressed_to_us for post in alone.posts} == {None}


def test_answers_in_older_threads_are_heard(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    begun = [said(number) for number in range(1, 10)]
    many = [said(number, parent="1", author="jo") for number in range(20, 32)]
    far.serve(begun)
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([*begun, *many])
    batch = poll(far.settings(), cursor, client)
    assert {post.external_id for post in batch.posts} >= {f"Ugk1.{number}" for number in range(20, 32)}
    assert {post.parent_id for post in batch.posts if "." in post.external_id} == {"Ugk1"}
    before = len(far.web.asked)
    poll(far.settings(), batch.cursor, client)
    assert len(far.web.asked) == before + 1


def test_what_came_faster_than_a_poll_reads_is_a_gap_and_is_filled(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([QUESTION, *(said(number) for number in range(20, 200))])
    batch = poll(far.settings(), cursor, client)
    heard, gap = {post.external_id for post in batch.posts}, batch.gap
    assert len(heard) == 5 * far.page
    for _ in range(20):
        if gap:
            more = fill(far.settings(), gap, client)
            heard, gap = heard | {post.external_id for post in more.posts}, more.gap
    assert gap is None
    assert heard == {"Ugk1", *(f"Ugk{number}" for number in range(20, 200))}


def test_a_mark_of_a_page_that_is_not_taken_any_more_begins_anew(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    gap = {"token": "old", "until": moment(-60).isoformat(), "place_id": OURS}
    again = fill(far.settings(), gap, client).gap
    assert again == {**gap, "token": None}
    assert fill(far.settings(), again, client).gap is None


def test_the_past_is_heard_as_far_as_was_asked(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    far.serve([said(number) for number in range(1, 60)])
    assert poll({**far.settings(), "days_back": 0}, {}, client).gap is None
    with clock.frozen_at(moment(60 * 24)):
        gap = poll({**far.settings(), "days_back": 3}, {}, client).gap
    assert gap
    assert gap["until"] == moment(-2 * 60 * 24).isoformat()


def test_a_thread_is_followed_and_what_is_gone_is_told(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2, parent="1"), said(3, parent="1", deleted=True)])
    followed = follow(far.settings(), "Ugk1.2", ["Ugk1", "Ugk1.3"], client)
    by_id = {post.external_id: post for post in followed.posts}
    assert set(by_id) == {"Ugk1", "Ugk1.2", "Ugk1.3"}
    assert by_id["Ugk1.3"].deleted
    assert by_id["Ugk1"].likes == 3
    far.serve([])
    assert all(post.deleted for post in follow(far.settings(), "Ugk1", ["Ugk1.2"], client).posts)


def test_an_answer_to_an_answer_says_whom_it_answers(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    question = said(2, "Same here", parent="1")
    far.serve([QUESTION, question])
    reply = replace(draft(far), to=far.target(question))
    sent = publish(far.settings(), reply, client)
    (standing,) = far.standing()
    assert (standing.to, standing.text) == ("Ugk1", "@mia A new seal is on its way.")
    assert read_back(far.settings(), reply, client) == sent
    assert look_up(far.settings(), far.target(question), client).standing is Standing.THERE


def test_only_our_own_words_in_that_thread_are_ours(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    text = "Dear Mia,\n\na new seal is on its way: 1 < 2 & more"
    far.serve([QUESTION, said(2, text, author="jo", parent="1")])
    assert isinstance(read_back(far.settings(), draft(far, text), client), NotThere)
    sent = publish(far.settings(), draft(far, text), client)
    assert isinstance(sent, Sent)
    assert read_back(far.settings(), draft(far, text), client) == sent
    second = draft(far, text)
    second = replace(second, to=replace(second.to, earlier_replies=(sent.external_id,)))
    assert isinstance(read_back(far.settings(), second, client), NotThere)


def test_a_failure_that_may_be_none_is_looked_after(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    assert isinstance(refused_with(far, 400, "processingFailure", client), Unknown)


def test_units_that_are_spent_come_back_at_midnight_in_california(
    far: YouTubeCounterpart, client: ImpatientClient
) -> None:
    with clock.frozen_at(datetime(2026, 7, 1, 20, tzinfo=UTC)):
        outcome = refused_with(far, 403, "quotaExceeded", client)
        assert isinstance(outcome, Refused)
        assert (outcome.permanent, outcome.retry_after) == (False, 11 * 3_600)
        far.web.routes["/youtube/v3/commentThreads"] = far.wrong(403, "quotaExceeded")
        with pytest.raises(PollFailedError, match="California") as spent:
            poll(far.settings(), {}, client)
        assert spent.value.next_poll_after == 11 * 3_600


def test_a_day_in_california_may_have_23_hours_or_25() -> None:
    assert seconds_to_reset(datetime(2026, 3, 8, 8, tzinfo=UTC)) == 23 * 3_600
    assert seconds_to_reset(datetime(2026, 11, 1, 7, tzinfo=UTC)) == 25 * 3_600
    assert seconds_to_reset(datetime(2026, 6, 1, 6, 59, 59, tzinfo=UTC)) == 1


@pytest.mark.parametrize(
    ("status", "reason", "permanent"),
    [
        (403, "ineligibleAccount", True),
        (400, "parentCommentIsPrivate", True),
        (404, "parentCommentNotFound", True),
        (403, "rateLimitExceeded", False),
        (401, "authError", False),
    ],
)
def test_refusals_have_their_reasons(
    far: YouTubeCounterpart, client: ImpatientClient, status: int, reason: str, permanent: bool
) -> None:
    outcome = refused_with(far, status, reason, client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent is permanent


def test_comments_that_are_switched_off(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    far.takes_answers = False
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.CLOSED
    far.web.routes["/youtube/v3/commentThreads"] = far.wrong(403, "commentsDisabled")
    seen = look_up(far.settings(), far.target(QUESTION), client)
    assert (seen.standing, seen.reason) == (Standing.CLOSED, "Comments are switched off there.")
    with pytest.raises(PollFailedError, match="switched off"):
        poll(far.settings(), {}, client)


def test_a_day_has_so_many_units_and_a_reply_costs_fifty(db: None, far: YouTubeCounterpart) -> None:
    settings = {**far.settings(), "daily_units": 60}
    sending = within_budget(ImpatientClient(), NETWORK, settings)
    assert isinstance(publish(settings, draft(far), sending), Sent)
    assert RateBudget.objects.get().used == 50
    assert KEY not in RateBudget.objects.get().key
    refused = publish(settings, draft(far, "And another thing"), sending)
    assert isinstance(refused, Refused)
    assert not refused.permanent
    hearing = within_budget(ImpatientClient(), NETWORK, settings, FOR_HEARING)
    with pytest.raises(MustWaitError) as wait:
        poll(settings, {}, hearing)
    assert wait.value.next_poll_after <= 25 * 3_600


def test_what_google_says_is_spent_is_spent_for_all(db: None, far: YouTubeCounterpart) -> None:
    sending = within_budget(ImpatientClient(), NETWORK, far.settings())
    assert isinstance(refused_with(far, 403, "quotaExceeded", sending), Refused)
    asked = len(far.web.asked)
    another = within_budget(ImpatientClient(), NETWORK, {**far.settings(), "query": "@somebody"})
    with pytest.raises(MustWaitError):
        poll(far.settings(), {}, another)
    assert len(far.web.asked) == asked


def test_whose_account_it_is(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    account = identify(far.settings(), client)
    assert (account.handle, account.name) == ("brumi", "Brumi")
    with pytest.raises(NotAllowedError, match="connect it again"):
        identify({**far.settings(), "refresh_token": "revoked"}, client)
    far.web.routes["/token"] = answer(status=503)
    with pytest.raises(PollFailedError) as down:
        identify(far.settings(), client)
    assert not isinstance(down.value, NotAllowedError)


def test_there_and_back(far: YouTubeCounterpart, lead: User) -> None:
    source = add_source(lead, "youtube", "brumi", {**far.settings(), "refresh_token": ""})
    state = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/back")).rpartition("state=")[2]
    finish_connecting(lead, state, "the-code")
    source.refresh_from_db()
    assert open_secrets(source.secret)["refresh_token"] == REFRESH
    assert source.our_handles == ["brumi"]


def test_an_access_token_serves_until_it_ends(far: YouTubeCounterpart, client: ImpatientClient) -> None:
    for _ in range(3):
        look_up(far.settings(), far.target(QUESTION), client)
    assert far.tokens == 1
    with clock.frozen_at(clock.ago(hours=-2)):
        look_up(far.settings(), far.target(QUESTION), client)
    assert far.tokens == 2
