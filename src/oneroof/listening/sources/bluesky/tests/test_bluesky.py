"""What is peculiar to Bluesky: keys of our own, places in bytes, sessions, threads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.listening.sources.base import PollFailedError, Refused, Sent, Standing, Unknown
from oneroof.listening.sources.bluesky import NETWORK
from oneroof.listening.sources.bluesky.client import fill, follow, poll
from oneroof.listening.sources.bluesky.facets import facets_of
from oneroof.listening.sources.bluesky.parse import POST, read_events, read_view
from oneroof.listening.sources.bluesky.publish import counted, look_up, publish
from oneroof.listening.sources.bluesky.service import Service, identify
from oneroof.listening.sources.bluesky.tests.counterpart import OUR_HANDLE, BlueskyCounterpart
from oneroof.listening.sources.bluesky.tid import tid_of
from oneroof.listening.sources.tests.answering import QUESTION, draft
from oneroof.listening.sources.tests.contract import BadDay, ImpatientClient, moment, said


@pytest.fixture
def far() -> Iterator[BlueskyCounterpart]:
    with BlueskyCounterpart() as there:
        there.serve([QUESTION])
        yield there


@pytest.fixture
def client() -> ImpatientClient:
    return ImpatientClient()


def test_a_key_is_a_tid_near_what_it_answers_and_never_changes() -> None:
    keys = {tid_of(f"reply-{number}@brumi.example", moment()) for number in range(2_000)}
    assert len(keys) == 2_000
    assert tid_of("reply-1", moment()) == tid_of("reply-1", moment())
    assert all(len(key) == 13 and key[0] in "234567abcdefghij" for key in keys)
    assert max(keys) < min(tid_of(f"reply-{number}", moment(60)) for number in range(100))


def test_places_are_counted_in_bytes() -> None:
    text = "Grüße 👋 an @mia.example: https://brumi.example/hilfe#rücksendung. #Kessel"
    facets = facets_of(text, {"mia.example": "did:plc:mia"}.get)
    raw = text.encode()
    shown = [raw[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode() for facet in facets]
    assert shown == ["@mia.example", "https://brumi.example/hilfe#rücksendung", "#Kessel"]
    assert [facet["features"][0].get("did") for facet in facets] == ["did:plc:mia", None, None]
    assert facets_of("write to care@brumi.example, or @nobody.example", lambda _handle: None) == []


def test_characters_are_counted_as_people_see_them() -> None:
    assert [counted(text) for text in ("Grüße", "👩‍👩‍👧‍👦", "🇩🇪🇫🇷", "e\u0301")] == [5, 1, 2, 1]
    assert NETWORK.length
    assert NETWORK.length.left("👩‍👩‍👧‍👦" * 300) == 0


def test_more_bytes_than_a_record_takes_are_refused_before_they_are_sent(
    far: BlueskyCounterpart, client: ImpatientClient
) -> None:
    outcome = publish(far.settings(), draft(far, "👩‍👩‍👧‍👦" * 300), client)
    assert isinstance(outcome, Refused)
    assert outcome.permanent
    assert far.attempts == 0


def test_a_reply_deep_in_a_thread_names_its_root(far: BlueskyCounterpart, client: ImpatientClient) -> None:
    far.serve([said(2, "The root"), replace(QUESTION, parent="2")])
    assert isinstance(publish(far.settings(), draft(far, "Hello @mia.example"), client), Sent)
    (record,) = far.records.values()
    assert record["reply"]["root"]["uri"] == far.external_id("2")
    assert record["reply"]["parent"] == {"uri": far.external_id("1"), "cid": "cid-1"}
    assert record["facets"][0]["features"][0]["did"] == "did:plc:mia"


def test_what_is_answered_was_deleted_meanwhile(far: BlueskyCounterpart, client: ImpatientClient) -> None:
    reply = draft(far)
    far.serve([])
    outcome = publish(far.settings(), reply, client)
    assert isinstance(outcome, Refused)
    assert far.attempts == 0


def test_one_session_serves_many_requests_and_is_made_anew_when_it_was_ended(
    far: BlueskyCounterpart, client: ImpatientClient
) -> None:
    service = Service.of(far.settings())
    service.forget_session()
    for _ in range(3):
        poll(far.settings(), {}, client)
    assert far.sessions == 1
    far.ended.add(service.session(client).access)
    poll(far.settings(), {}, client)
    assert far.sessions == 2


def test_a_session_is_renewed_before_it_ends(
    far: BlueskyCounterpart, client: ImpatientClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service.of(far.settings())
    service.forget_session()
    service.session(client)
    later = clock.now() + timedelta(hours=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    service.session(client)
    asked = [each.path.rpartition(".")[2] for each in far.web.asked]
    assert asked == ["createSession", "refreshSession"]


def test_a_wrong_app_password_is_said(far: BlueskyCounterpart, client: ImpatientClient) -> None:
    assert identify(far.settings(), client).handle == OUR_HANDLE
    with pytest.raises(PollFailedError, match="credentials"):
        identify({**far.settings(), "app_password": "wrong"}, client)


@pytest.mark.parametrize("kind", ["search", "mentions", "account"])
def test_each_way_of_listening(far: BlueskyCounterpart, client: ImpatientClient, kind: str) -> None:
    far.serve([said(number) for number in range(1, 30)])
    settings = {**far.settings(), "listen_to": kind, "query": "mia.example"}
    batch = poll(settings, {}, client)
    heard = {post.external_id for post in batch.posts}
    gap = batch.gap
    while gap:
        more = fill(settings, {**gap, "until": moment(-60).isoformat()}, client)
        heard |= {post.external_id for post in more.posts}
        gap = more.gap
    assert heard == {far.external_id(str(number)) for number in range(1, 30)}
    assert {post.addressed_to_us for post in batch.posts} == {True if kind == "mentions" else None}


def test_the_past_is_heard_as_far_back_as_was_asked(far: BlueskyCounterpart, client: ImpatientClient) -> None:
    far.serve([said(number, at=clock.now() - timedelta(hours=number)) for number in range(1, 100)])
    batch = poll({**far.settings(), "days_back": 2}, {}, client)
    assert batch.gap
    more = fill(far.settings(), batch.gap, client)
    assert {far.external_id(str(each)) for each in range(21, 48)} <= {post.external_id for post in more.posts}
    assert more.gap is None
    assert poll({**far.settings(), "days_back": 0}, {}, client).gap is None


def test_a_thread_is_followed_with_its_reach_and_what_is_gone(
    far: BlueskyCounterpart, client: ImpatientClient
) -> None:
    far.serve([said(1), said(2, parent="1"), said(3, parent="2"), said(4, parent="1"), said(5, deleted=True)])
    known = [far.external_id("5")]
    followed = follow(far.settings(), far.external_id("2"), known, client)
    by_id = {post.external_id.rpartition("/")[2]: post for post in followed.posts}
    assert sorted(by_id) == ["1", "2", "3", "4", "5"]
    assert (by_id["3"].likes, by_id["3"].parent_id) == (3, far.external_id("2"))
    assert [each for each, post in by_id.items() if post.deleted] == ["5"]


def test_closed_and_blocked_posts_are_seen_as_such(
    far: BlueskyCounterpart, client: ImpatientClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def view(one: Any) -> dict[str, Any]:
        return {**shown(one), "viewer": {"replyDisabled": True}}

    shown = far.view
    monkeypatch.setattr(far, "view", view)
    assert look_up(far.settings(), far.target(QUESTION), client).standing is Standing.CLOSED


def test_jetstream_events_are_read_and_nonsense_is_set_aside() -> None:
    made = '{"did": "did:plc:mia", "time_us": 1772442000000000, "kind": "commit", "commit": {"rev": "1",'
    made += f'"operation": "create", "collection": "{POST}", "rkey": "3k", "cid": "b", "record": '
    made += '{"text": "It leaks", "createdAt": "2026-03-02T09:00:00Z", "langs": ["en-GB"]}}}'
    events = [
        made,
        made.replace("create", "update", 1).replace("It leaks", "It leaked"),
        made.replace('"create"', '"delete"'),
        '{"did": "did:plc:mia", "time_us": 1772442000000009, "kind": "identity", "identity": {}}',
        made.replace('"text": "It leaks"', '"text": 7'),
        "[" * 100_000,
        "{",
    ]
    posts, rejected, newest = read_events(events)
    assert [(post.text, post.deleted) for post in posts] == [
        ("It leaks", False),
        ("It leaked", False),
        ("", True),
    ]
    assert (posts[0].external_id, posts[0].author_handle, posts[0].lang) == (
        f"at://did:plc:mia/{POST}/3k", "did:plc:mia", "en",
    )  # fmt: skip
    assert posts[1].edited_at
    assert len(rejected) == 3
    assert newest == 1772442000000009


def test_what_pictures_show_and_links_are_called_is_read(far: BlueskyCounterpart) -> None:
    view = far.view(QUESTION)
    view["record"]["embed"] = {
        "$type": "app.bsky.embed.recordWithMedia",
        "media": {"$type": "app.bsky.embed.images", "images": [{"alt": "A puddle", "image": {}}]},
    }
    post = read_view(view)
    assert post.text == "My kettle leaks. What now?\n\nA puddle"
    assert post.has_image


def test_a_broken_connection_is_unknown_and_the_same_key_settles_it(
    far: BlueskyCounterpart, client: ImpatientClient
) -> None:
    far.misbehave(BadDay.HANGS_UP, writes=True)
    assert isinstance(publish(far.settings(), draft(far), client), Unknown)
    far.behave()
    assert isinstance(publish(far.settings(), draft(far, "Another wording"), client), Sent)
    assert [each.text for each in far.standing()] == ["A new seal is on its way."]
