"""What is peculiar to Mastodon: visibility, warnings, mentions, late ids, the stream, a server's own limits."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from oneroof.core.http import HeldBackError
from oneroof.core.testing.web import Asked, answer
from oneroof.listening.actions.polling import claim_poll, stream
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import (
    MustWaitError,
    NotThere,
    PollFailedError,
    Refused,
    Sent,
    Standing,
)
from oneroof.listening.sources.mastodon import NETWORK
from oneroof.listening.sources.mastodon.client import fill, follow, lowered, poll
from oneroof.listening.sources.mastodon.instance import identify
from oneroof.listening.sources.mastodon.parse import read_statuses
from oneroof.listening.sources.mastodon.publish import counted, length_of, look_up, publish, read_back
from oneroof.listening.sources.mastodon.streaming import events
from oneroof.listening.sources.mastodon.tests.counterpart import HOST, TOKEN, MastodonCounterpart
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import ImpatientClient, moment, said

AS_THE_API_RETURNS_THEM = Path(__file__).parents[7] / "shared/data/mastodon/statuses.json"


@pytest.fixture
def far() -> Iterator[MastodonCounterpart]:
    with MastodonCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()


def test_statuses_as_the_api_returns_them() -> None:
    if not AS_THE_API_RETURNS_THEM.exists():
        pytest.skip("no statuses of a real server here")
    statuses = json.loads(AS_THE_API_RETURNS_THEM.read_text())
    posts, rejected = read_statuses(statuses, "icosahedron.website")
    assert rejected == []
    assert len(posts) == sum(not each["reblog"] for each in statuses)
    assert all("<" not in post.author_handle and post.author_handle.count("@") == 1 for post in posts)
    assert not [post.text for post in posts if "</" in post.text or "<br" in post.text]
    assert {post.external_id for post in posts if post.edited_at}
    assert sum(post.has_image for post in posts) > 0


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_a_reply_is_as_visible_as_what_it_answers(
    far: MastodonCounterpart, client: ImpatientClient, visibility: str
) -> None:
    far.visibility, far.spoiler_text = visibility, "Leaking"
    assert isinstance(publish(far.settings(), draft(far), client), Sent)
    (sent,) = far.sent
    assert (sent["visibility"], sent["spoiler_text"]) == (visibility, "Leaking")
    assert sent["status"] == f"@mia@{HOST} A new seal is on its way."
    asked = next(each for each in far.web.asked if each.method == "POST")
    assert asked.headers["idempotency-key"] == draft(far).key


def test_who_is_mentioned_already_is_not_mentioned_twice(
    far: MastodonCounterpart, client: ImpatientClient
) -> None:
    publish(far.settings(), draft(far, f"@mia@{HOST} hello"), client)
    assert far.sent[0]["status"] == f"@mia@{HOST} hello"


def test_links_count_23_and_mentions_only_their_name() -> None:
    assert counted(f"see https://brumi.example/{'x' * 400}") == 4 + 23
    assert counted("@mia@a-rather-long-server.example hi") == len("@mia hi")
    assert length_of({"max_characters": 5_000}).limit == 4_968


def test_what_is_too_long_with_its_mention_is_not_sent(
    far: MastodonCounterpart, client: ImpatientClient
) -> None:
    outcome = publish({**far.settings(), "max_characters": 20}, draft(far), client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert far.attempts == 0


def test_what_is_answered_was_deleted_meanwhile(far: MastodonCounterpart, client: ImpatientClient) -> None:
    reply = draft(far)
    far.serve([])
    outcome = publish(far.settings(), reply, client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert far.attempts == 0


def test_only_our_own_words_below_that_post_are_ours(
    far: MastodonCounterpart, client: ImpatientClient
) -> None:
    text = f"Dear @jo@{HOST},\n\na new seal is on its way: <b>1 & 2</b>\nKind regards"
    far.serve([QUESTION, said(2, text, author="jo", parent="1")])
    assert isinstance(read_back(far.settings(), draft(far, text), client), NotThere)
    sent = publish(far.settings(), draft(far, text), client)
    assert isinstance(sent, Sent)
    assert read_back(far.settings(), draft(far, text), client) == sent
    assert isinstance(read_back(far.settings(), draft(far, "Something else"), client), NotThere)
    second = draft(far, text)
    second = replace(second, to=replace(second.to, earlier_replies=(sent.external_id,)))
    assert isinstance(read_back(far.settings(), second, client), NotThere)


@pytest.mark.parametrize("kind", ["hashtag", "search", "mentions", "account", "local", "federated"])
def test_each_way_of_listening(far: MastodonCounterpart, client: ImpatientClient, kind: str) -> None:
    far.serve([said(number) for number in range(1, 30)])
    settings = {**far.settings(), "listen_to": kind, "query": "mia" if kind == "account" else "brumi"}
    batch = poll(settings, {}, client)
    heard = {post.external_id for post in batch.posts}
    assert batch.gap
    more = fill(settings, {**batch.gap, "until": moment(-60).isoformat()}, client)
    heard |= {post.external_id for post in more.posts}
    assert heard == {far.external_id(str(number)) for number in range(1, 30)}
    assert more.gap is None
    assert {post.addressed_to_us for post in batch.posts} == {True if kind == "mentions" else None}


def test_what_nobody_could_answer_is_said(far: MastodonCounterpart, client: ImpatientClient) -> None:
    for wrong in ({"query": "#"}, {"listen_to": "search", "access_token": ""}, {"listen_to": "mentions"}):
        settings = {**far.settings(), "access_token": "", **wrong}
        with pytest.raises(PollFailedError):
            poll(settings, {}, client)
    assert far.web.asked == []


def test_the_past_is_heard_page_by_page_as_far_back_as_was_asked(
    far: MastodonCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(number, at=moment(-60 * number)) for number in range(1, 200)])
    batch = poll({**far.settings(), "days_back": 0}, {}, client)
    assert batch.gap is None
    gap = {"before": far.external_id("20"), "until": moment(-60 * 150).isoformat()}
    heard: set[str] = set()
    while gap:
        more = fill(far.settings(), gap, client)
        heard |= {post.external_id for post in more.posts}
        gap = more.gap  # type: ignore[assignment]
    assert {far.external_id(str(number)) for number in range(21, 151)} <= heard
    assert len(heard) < 160


def test_a_poll_goes_back_ten_minutes_where_ids_tell_the_time() -> None:
    at = int(moment(60).timestamp() * 1000) << 16
    assert int(lowered(str(at))) == int(moment(50).timestamp() * 1000) << 16
    assert lowered("AbCdEfGhIjKlMnOpQr") == "AbCdEfGhIjKlMnOpQr"
    assert lowered("17") == "17"


def test_a_server_says_how_long_a_status_may_be(far: MastodonCounterpart, client: ImpatientClient) -> None:
    batch = poll(far.settings(), {}, client)
    assert batch.changed_settings == {"max_characters": 500, "link_characters": 23}
    again = poll({**far.settings(), **batch.changed_settings}, batch.cursor, client)
    assert again.changed_settings == {}
    assert sum("instance" in each.path for each in far.web.asked) == 1


def test_a_thread_is_followed_with_its_reach_and_what_is_gone(
    far: MastodonCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2, parent="1"), said(3, parent="2"), said(4, parent="1"), said(5, deleted=True)])
    followed = follow(far.settings(), far.external_id("2"), [far.external_id("5")], client)
    by_text = {post.external_id: post for post in followed.posts}
    assert set(by_text) == {far.external_id(str(number)) for number in range(1, 6)}
    assert by_text[far.external_id("3")].likes == 3
    assert by_text[far.external_id("5")].deleted
    far.serve([])
    assert all(post.deleted for post in follow(far.settings(), far.external_id("1"), [], client).posts)


def test_a_post_that_somebody_answered_is_seen_so(far: MastodonCounterpart, client: ImpatientClient) -> None:
    sent = publish(far.settings(), draft(far), client)
    assert isinstance(sent, Sent)
    target = far.target(QUESTION)
    seen = look_up(far.settings(), target, client)
    assert seen.standing is Standing.THERE
    assert [name.partition("@")[0] for name in seen.answered_by] == ["brumi"]
    assert (
        look_up(far.settings(), replace(target, earlier_replies=(sent.external_id,)), client).answered_by
        == ()
    )


def test_whose_token_it_is(far: MastodonCounterpart, client: ImpatientClient) -> None:
    assert identify(far.settings(), client).handle == f"brumi@{HOST}"
    with pytest.raises(PollFailedError, match="credentials"):
        identify({**far.settings(), "access_token": "revoked"}, client)


def test_events_are_read_as_they_are_written() -> None:
    lines = [
        ": hello",
        "event: update",
        "data: {",
        "data:1}",
        "",
        "event: delete",
        "data: 7",
        "",
        "data:",
        "",
        "event: x",
        "",
    ]
    assert list(events(lines)) == [("update", "{\n1}"), ("delete", "7"), ("", "")]


def test_what_is_said_is_heard_at_once_and_what_was_missed_with_it(
    db: None, far: MastodonCounterpart
) -> None:
    over = Event()
    far.serve([said(1), said(2)])
    new, edited = far.status(said(3, "Just now")), far.status(said(2, "Edited", edited_at=moment(9)))
    spoken = [
        ":thump\n\n",
        f"event: update\ndata: {json.dumps(new)}\n\n",
        f"event: status.update\ndata: {json.dumps(edited)}\n\n",
        f"event: delete\ndata: {far.external_id('1')}\n\n",
        "event: update\ndata: {broken\n\n",
        "event: filters_changed\n\n",
    ]

    def say(asked: Asked, connection: socket.socket, _over: Event) -> None:
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        connection.sendall(answer("".join(spoken), headers={"Content-Type": "text/event-stream"}))

    far.web.routes["/api/v1/streaming/hashtag"] = say
    source = add_source(None, "mastodon", "brumi", far.settings())
    assert NETWORK.is_streamed(far.settings() | {"stream": True})
    claimed = claim_poll(source.pk)
    assert claimed
    stream(claimed, NETWORK, ImpatientClient(), over)
    texts = dict(Post.objects.filter(source=source).values_list("external_id", "text"))
    assert texts[far.external_id("3")] == "Just now"
    assert texts[far.external_id("2")] == "Edited"
    assert texts[far.external_id("1")] == ""
    source.refresh_from_db()
    assert source.rejected.count() == 1
    assert source.failures == 1
    assert Source.objects.get().next_poll_at


def test_a_stream_that_is_refused_says_why(db: None, far: MastodonCounterpart) -> None:
    source = add_source(None, "mastodon", "brumi", far.settings())
    claimed = claim_poll(source.pk)
    assert claimed
    stream(claimed, NETWORK, ImpatientClient(), Event())
    source.refresh_from_db()
    assert "404" in source.last_error


def test_streams_are_for_accounts_only(far: MastodonCounterpart) -> None:
    settings: dict[str, Any] = far.settings() | {"stream": True}
    assert not NETWORK.is_streamed(settings | {"access_token": ""})
    assert not NETWORK.is_streamed(settings | {"listen_to": "search"})
    assert not NETWORK.is_streamed(settings | {"stream": False})


def test_a_spent_budget_is_no_failure(far: MastodonCounterpart) -> None:
    class Shut:
        def before(self, method: str, url: str) -> None:
            raise HeldBackError("Spent.", seconds=42)

        def after(self, *_: object) -> None: ...

    client = ImpatientClient().behind(Shut())
    with pytest.raises(MustWaitError) as wait:
        poll(far.settings(), {}, client)
    assert wait.value.next_poll_after == 42
    outcome = publish(far.settings(), draft(far), client)
    assert outcome == Refused("Spent.", permanent=False, retry_after=42)
