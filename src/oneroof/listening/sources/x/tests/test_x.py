"""What is peculiar to X: edits with their own ids, overlap by ids, who may be answered, tokens that serve once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.web import answer
from oneroof.listening.actions.connecting import begin_connecting, finish_connecting
from oneroof.listening.actions.credentials import check_credentials
from oneroof.listening.actions.sources import add_source
from oneroof.listening.budgets import within_budget
from oneroof.listening.models import CredentialCheck, RateBudget, Source
from oneroof.listening.quotas import quota_of
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources.base import (
    MustWaitError,
    NotThere,
    PollFailedError,
    Refused,
    Sent,
    Standing,
)
from oneroof.listening.sources.json_api import NotAllowedError
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import ImpatientClient, moment, said
from oneroof.listening.sources.x import NETWORK
from oneroof.listening.sources.x.client import fill, poll
from oneroof.listening.sources.x.ids import id_at, lowered, moment_of
from oneroof.listening.sources.x.oauth import RENEWAL, renew
from oneroof.listening.sources.x.parse import Beside, gone_of, read_post, words_of
from oneroof.listening.sources.x.publish import look_up, publish, read_back
from oneroof.listening.sources.x.service import allow, identify
from oneroof.listening.sources.x.tests.counterpart import ACCESS, OUR_ID, PROBLEM, REFRESH, XCounterpart
from oneroof.listening.sources.x.thread import follow
from oneroof.listening.sources.x.weight import weighed

NOBODY = Beside({}, {}, {}, {})


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[XCounterpart]:
    monkeypatch.setattr(import_module(publish.__module__), "LOOKS_AGAIN_AFTER", 0.01)
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with XCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()


@pytest.mark.parametrize("kind", ["search", "mentions", "account"])
def test_each_way_of_listening(far: XCounterpart, client: ImpatientClient, kind: str) -> None:
    far.serve([said(number) for number in range(1, 41)])
    settings = {**far.settings(), "listen_to": kind, "query": "mia" if kind == "account" else "brumi"}
    batch = poll(settings, {}, client)
    heard = {post.external_id for post in batch.posts}
    assert len(heard) == far.page
    assert batch.gap
    more = fill(settings, batch.gap, client)
    heard |= {post.external_id for post in more.posts}
    assert heard == {far.external_id(str(number)) for number in range(1, 41)}
    assert more.gap is None
    assert {post.addressed_to_us for post in batch.posts} == {True if kind == "mentions" else None}


def test_what_came_faster_than_a_poll_reads_is_a_gap_and_is_filled(
    far: XCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(number) for number in range(1, 3)])
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([said(number) for number in range(1, 121)])
    batch = poll(far.settings(), cursor, client)
    heard, gap = {post.external_id for post in batch.posts}, batch.gap
    assert len(heard) == 5 * far.page
    while gap:
        more = fill(far.settings(), gap, client)
        heard, gap = heard | {post.external_id for post in more.posts}, more.gap
    assert heard == {far.external_id(str(number)) for number in range(1, 121)}


def test_a_search_never_asks_for_what_is_older_than_it_reaches(
    far: XCounterpart, client: ImpatientClient
) -> None:
    old = id_at(clock.now() - timedelta(days=30))
    assert len(poll(far.settings(), {"newest": old}, client).posts) == 1
    past = {"until_id": None, "until": clock.ago(days=60).isoformat()}
    assert len(fill(far.settings(), past, client).posts) == 1


def test_reposts_are_neither_paid_for_nor_heard(far: XCounterpart, client: ImpatientClient) -> None:
    poll(far.settings(), {}, client)
    assert "-is%3Aretweet" in far.web.asked[-1].path
    far.extra = {"referenced_tweets": [{"type": "retweeted", "id": "1"}]}
    assert poll(far.settings(), {}, client).posts == []


def test_an_edited_post_stays_the_same_post(far: XCounterpart, client: ImpatientClient) -> None:
    far.addresses_us = False
    far.serve([said(1, "It leaks at the base", edited_at=moment(30))])
    (post,) = poll(far.settings(), {}, client).posts
    assert (post.external_id, post.edited_at) == (far.external_id("1"), moment(30))
    followed = follow(far.settings(), far.external_id("1"), [], client)
    assert [each.text for each in followed.posts] == ["It leaks at the base"]


def test_what_an_edit_takes_out_of_the_search_is_heard_in_its_latest_wording(
    far: XCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2)])
    cursor = poll(far.settings(), {}, client).cursor
    far.serve([said(1, "Never mind", edited_at=moment(30)), said(2)])
    far.not_found = {far.external_id("1")}
    posts = poll(far.settings(), cursor, client).posts
    texts = {each.external_id: each.text for each in posts}
    assert texts == {far.external_id("1"): "Never mind", far.external_id("2"): said(2).text}


def test_an_edit_tells_when_the_post_was_said_first() -> None:
    first, later = clock.now().replace(microsecond=0), clock.now() + timedelta(minutes=20)
    post = {"id": id_at(later), "edit_history_tweet_ids": [id_at(first), id_at(later)], "author_id": "1"}
    users = {"1": {"id": "1", "username": "mia"}}
    read = read_post({**post, "text": "x", "created_at": later.isoformat()}, replace(NOBODY, users=users))
    assert (read.created_at, read.edited_at) == (first, later)


def test_ids_tell_the_time() -> None:
    at = moment(5)
    assert moment_of(id_at(at)) == at
    assert lowered(id_at(at), timedelta(minutes=5)) == id_at(moment(0))
    assert moment_of("17") is None
    assert lowered("17", timedelta(minutes=5)) == "17"


def test_the_text_is_what_one_reads() -> None:
    links = [
        {"url": "https://t.co/a", "expanded_url": "https://brumi.example/seals"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/mia/status/1/photo/1", "media_key": "3_1"},
        {"url": "https://t.co/c", "expanded_url": "https://twitter.com/jo/status/99"},
    ]
    post = {
        "text": "R&amp;D &lt;3 https://t.co/a https://t.co/c https://t.co/b",
        "entities": {"urls": links},
        "referenced_tweets": [{"type": "quoted", "id": "99"}],
    }
    assert words_of(post).split() == ["R&D", "<3", "https://brumi.example/seals"]
    assert words_of({**post, "note_tweet": {"text": "All of a long post"}}) == "All of a long post"


def test_pictures_and_polls_are_read_too() -> None:
    post = {
        "id": "1",
        "author_id": "1",
        "text": "Which?",
        "created_at": moment().isoformat(),
        "attachments": {"media_keys": ["3_1"], "poll_ids": ["5"]},
    }
    beside = Beside(
        users={"1": {"username": "mia"}},
        media={"3_1": {"type": "photo", "url": "https://pbs.example/1.jpg", "alt_text": "A puddle"}},
        polls={"5": {"options": [{"label": "Kettle"}, {"label": "Pot"}]}},
        posts={},
    )
    read = read_post(post, beside)
    assert read.text == "Which?\n\nKettle\n\nPot\n\nA puddle"
    assert (read.has_image, read.attachments) == (True, ("https://pbs.example/1.jpg",))


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("Grüße", 5),
        ("水漏れ", 6),
        ("see https://brumi.example/a-very-long-path?with=words.", 4 + 23 + 1),
        ("👩‍👩‍👧‍👦🇯🇵1️⃣", 6),
        ("cafe\u0301", 4),
        ("“…”", 4),
    ],
)
def test_a_text_weighs_what_x_says(text: str, weight: int) -> None:
    assert weighed(text) == weight


def test_only_the_latest_wording_is_answered(far: XCounterpart, client: ImpatientClient) -> None:
    far.serve([replace(QUESTION, edited_at=moment(30))])
    sent = publish(far.settings(), draft(far), client)
    assert isinstance(sent, Sent)
    assert read_back(far.settings(), draft(far), client) == sent


def test_what_is_gone_is_not_answered(far: XCounterpart, client: ImpatientClient) -> None:
    reply = draft(far)
    far.serve([])
    outcome = publish(far.settings(), reply, client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert far.attempts == 0


def test_the_same_words_again_are_found_and_not_said_twice(
    far: XCounterpart, client: ImpatientClient
) -> None:
    sent = publish(far.settings(), draft(far), client)
    assert publish(far.settings(), draft(far), client) == sent
    assert len(far.standing()) == 1
    assert isinstance(sent, Sent)
    again = draft(far)
    again = replace(again, to=replace(again.to, earlier_replies=(sent.external_id,)))
    refused = publish(far.settings(), again, client)
    assert isinstance(refused, Refused)
    assert "otherwise" in refused.reason


def test_only_our_own_words_under_that_post_are_ours(far: XCounterpart, client: ImpatientClient) -> None:
    text = "Dear Mia: https://brumi.example/seals & <more>"
    assert isinstance(read_back(far.settings(), draft(far, text), client), NotThere)
    sent = publish(far.settings(), draft(far, text), client)
    far.ours[0]["text"] = "@mia Dear Mia: https://t.co/abc &amp; &lt;more&gt;"
    assert read_back(far.settings(), draft(far, text), client) == sent
    assert isinstance(read_back(far.settings(), draft(far, "Something else"), client), NotThere)


def test_only_where_we_were_addressed(far: XCounterpart, client: ImpatientClient) -> None:
    far.addresses_us = False
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.CLOSED
    far.extra = {"entities": {"mentions": [{"username": "Brumi", "start": 0, "end": 6}]}}
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.THERE


def test_a_thread_is_followed_with_its_reach_and_what_is_gone(
    far: XCounterpart, client: ImpatientClient
) -> None:
    far.addresses_us = False
    far.serve([said(1), said(2, parent="1"), said(3, parent="1"), said(5, deleted=True)])
    followed = follow(far.settings(), far.external_id("2"), [far.external_id("5")], client)
    by_id = {post.external_id: post for post in followed.posts}
    assert set(by_id) == {far.external_id(each) for each in ("1", "2", "3", "5")}
    assert by_id[far.external_id("5")].deleted
    assert (by_id[far.external_id("2")].likes, by_id[far.external_id("2")].followers) == (3, 12)
    assert by_id[far.external_id("2")].parent_id == far.external_id("1")


def test_a_cap_is_said_and_waited_for(far: XCounterpart, client: ImpatientClient) -> None:
    kind = "https://api.x.com/2/problems/usage-capped"
    far.web.routes["/2/tweets/search/recent"] = far.problem(429, "Usage cap exceeded", kind=kind)
    with pytest.raises(PollFailedError, match="cap") as capped:
        poll(far.settings(), {}, client)
    assert capped.value.next_poll_after == 3_600
    far.web.routes["/2/tweets/search/recent"] = answer('{"title": "CreditsDepleted"}', status=402)
    with pytest.raises(PollFailedError, match="credits"):
        poll(far.settings(), {}, client)


def test_a_cap_holds_for_all_who_ask_with_that_app(db: None, far: XCounterpart) -> None:
    kind = "https://api.x.com/2/problems/usage-capped"
    far.web.routes["/2/tweets/search/recent"] = far.problem(429, "Usage cap exceeded", kind=kind)
    for expected in (PollFailedError, MustWaitError):
        with pytest.raises(expected):
            poll(far.settings(), {}, within_budget(ImpatientClient(), NETWORK, far.settings()))
    assert len(far.web.asked) == 1
    assert RateBudget.objects.get().held_until > clock.now() + timedelta(minutes=50)  # type: ignore[operator]


def test_what_is_not_ours_to_see_any_more_is_gone() -> None:
    hidden = {"resource_id": "17", "parameter": "ids", "type": f"{PROBLEM}/not-authorized-for-resource"}
    beside = {
        "resource_id": "18",
        "parameter": "referenced_tweets.id",
        "type": f"{PROBLEM}/resource-not-found",
    }
    assert [each.external_id for each in gone_of({"errors": [hidden, beside]})] == ["17"]


def test_replies_of_the_day_are_used_up(far: XCounterpart, client: ImpatientClient) -> None:
    resets = str(int((clock.now() + timedelta(hours=5)).timestamp()))
    headers = {"x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": resets}
    far.is_write = lambda asked: False  # type: ignore[method-assign]
    far._post = lambda *_: far.problem(429, "Too Many Requests", headers=headers)  # type: ignore[method-assign]
    outcome = publish(far.settings(), draft(far), client)
    assert isinstance(outcome, Refused)
    assert outcome.retry_after == pytest.approx(5 * 3_600, abs=60)


def test_each_endpoint_has_its_own_budget(far: XCounterpart) -> None:
    settings, base = {**far.settings(), "api": "https://api.x.com"}, "https://api.x.com/2"
    search, lookup, mine, reply = (
        allow(settings, method, f"{base}{path}")[0]
        for method, path in (
            ("GET", "/tweets/search/recent?query=x"),
            ("GET", "/tweets?ids=1"),
            ("GET", f"/users/{OUR_ID}/tweets"),
            ("POST", "/tweets"),
        )
    )
    assert len({search.key, lookup.key, mine.key, reply.key}) == 4
    assert (search.limit, reply.limit) == (450, 100)
    assert ACCESS not in f"{search.key}{reply.key}"
    assert mine.key.endswith(":/2/users/tweets")
    gateway = {**settings, "api": "https://gateway.example/x"}
    assert allow(gateway, "POST", "https://gateway.example/x/2/tweets")[0].key == reply.key
    assert allow(settings, "GET", f"{base}/users/by/username/mia")[0].key.endswith(":/2/users/by")
    assert allow(settings, "POST", f"{base}/oauth2/token") == []
    headers = {"x-rate-limit-limit": "450", "x-rate-limit-remaining": "7", "x-rate-limit-reset": "60"}
    quota = quota_of(headers, clock.now())
    assert quota is not None
    assert quota.remaining == 7


def test_whose_token_it_is(far: XCounterpart, client: ImpatientClient) -> None:
    assert identify(far.settings(), client).handle == "brumi"
    with pytest.raises(NotAllowedError):
        identify({**far.settings(), "access_token": "revoked"}, client)
    with pytest.raises(NotAllowedError):
        identify({**far.settings(), "access_token": ""}, client)


def test_what_nobody_could_answer_is_said(far: XCounterpart, client: ImpatientClient) -> None:
    for wrong in (
        {"query": " "},
        {"listen_to": "mentions", "account": ""},
        {"bearer_token": "", "access_token": ""},
    ):
        with pytest.raises(PollFailedError):
            poll({**far.settings(), **wrong}, {}, client)
    assert far.web.asked == []


def test_there_and_back_and_every_two_hours_another_token(far: XCounterpart, lead: User) -> None:
    source = add_source(lead, "x", "brumi", {**far.settings(), "access_token": ""})
    state = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/back")).rpartition("state=")[2]
    finish_connecting(lead, state, "the-code")
    source.refresh_from_db()
    known = settings_of(source)
    assert (known["access_token"], known["refresh_token"]) == (f"{ACCESS}-2", f"{REFRESH}-2")
    assert source.our_handles == ["brumi"]
    assert not RENEWAL.is_due(known)
    with clock.frozen_at(clock.now() + timedelta(hours=25)):
        assert check_credentials() == 1
    assert settings_of(Source.objects.get())["refresh_token"] == f"{REFRESH}-3"
    assert CredentialCheck.objects.get().refusal == ""


def test_a_token_that_was_used_is_not_taken(far: XCounterpart, client: ImpatientClient) -> None:
    settings = {**far.settings(), "refresh_token": f"{REFRESH}-1"}
    assert RENEWAL.is_due(settings)
    assert renew(settings, client)["refresh_token"] == f"{REFRESH}-2"
    with pytest.raises(NotAllowedError, match="connect the account again"):
        renew(settings, client)
