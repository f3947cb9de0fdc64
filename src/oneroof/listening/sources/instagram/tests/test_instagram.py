"""What is peculiar to Instagram: webhooks, replies below replies, mentions elsewhere, media as roots."""

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from django.test import Client

from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, PostKey, RejectedPost, Source, SourceGap
from oneroof.listening.sources.base import NotThere, PollFailedError, Refused, Sent, Standing, Target, Unknown
from oneroof.listening.sources.instagram import NETWORK
from oneroof.listening.sources.instagram.publish import publish
from oneroof.listening.sources.instagram.tests.counterpart import (
    ACCOUNT_ID,
    MEDIUM_ID,
    OTHERS_COMMENT,
    OTHERS_MEDIUM,
    VERIFY_TOKEN,
    InstagramCounterpart,
    message,
)
from oneroof.listening.sources.tests.answering import draft, look_up
from oneroof.listening.sources.tests.contract import ImpatientClient, moment, said
from oneroof.listening.sources.tests.meta import APP_ID, CODE, TOKEN, signed

CLIENT = ImpatientClient()
COMMENT = said(1)
REPLY = said(2, "Mine too", author="jo", parent="1")
MENTIONED = {"field": "mentions", "value": {"media_id": OTHERS_MEDIUM, "comment_id": OTHERS_COMMENT}}
TAGGED = {
    "id": OTHERS_MEDIUM,
    "caption": "Look, @brumi",
    "timestamp": "2026-03-02T09:05:00+0000",
    "username": "al",
    "permalink": "https://www.instagram.com/p/xyz/",
}


@pytest.fixture(autouse=True)
def _looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module(publish.__module__), "LOOKS_AGAIN_AFTER", 0.01)


@pytest.fixture
def there() -> Iterator[InstagramCounterpart]:
    with InstagramCounterpart() as far:
        yield far


@pytest.fixture
def source(db: None, there: InstagramCounterpart) -> Source:
    return add_source(None, "instagram", "our account", there.settings())


def hear(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, NETWORK, CLIENT)
    source.refresh_from_db()


def push(client: Client, source: Source, pushed: tuple[dict[str, str], bytes]) -> Any:
    headers, body = pushed
    return client.post(
        f"/api/v1/sources/{source.pk}/inbox", body, content_type="application/json", headers=headers
    )


def test_the_door_answers_the_challenge(client: Client, source: Source) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "42"}
    assert client.get(f"/api/v1/sources/{source.pk}/inbox", asked).content == b"42"


def test_a_pushed_comment_is_heard_once_and_threaded(
    client: Client, there: InstagramCounterpart, source: Source
) -> None:
    there.serve([COMMENT, REPLY])
    assert push(client, source, there.change(REPLY)).json()["stored"] == 1
    assert push(client, source, there.change(REPLY)).json()["is_new"] is False
    hear(source)
    assert source.heard == 2
    assert len({key.thread_id for key in PostKey.objects.filter(source=source)}) == 1


def test_a_change_may_stand_in_the_entry_itself(client: Client, source: Source) -> None:
    """As Instagram's own login sends some."""
    value = {"from": {"id": "9", "username": "jo"}, "media": {"id": MEDIUM_ID}, "id": "179", "text": "Hello"}
    entry = {"id": ACCOUNT_ID, "time": 1_772_443_000, "field": "comments", "value": value}
    body = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    assert push(client, source, (signed(body), body)).json()["stored"] == 1


@pytest.mark.parametrize("our_id", [ACCOUNT_ID, "known-by-another-id"])
def test_our_own_words_are_known_as_ours(client: Client, source: Source, our_id: str) -> None:
    Source.objects.filter(pk=source.pk).update(our_handles=["brumi"])
    value = {
        "from": {"id": our_id, "username": "brumi"},
        "media": {"id": MEDIUM_ID},
        "id": "179",
        "text": "Hi",
    }
    push(client, source, message([{"field": "comments", "value": value}]))
    assert Post.objects.get().is_ours


def test_what_cannot_be_read_is_set_aside(client: Client, source: Source) -> None:
    strange = [
        {"field": "comments", "value": {"text": "?"}},
        {"field": "mentions", "value": {"media_id": "../x"}},
    ]
    told = push(client, source, message(strange)).json()
    assert (told["stored"], told["rejected"]) == (0, 2)
    push(client, source, message([MENTIONED], account="5"))
    assert "another account" in RejectedPost.objects.latest("id").reason


@pytest.mark.parametrize("forged", [{}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}], ids=["none", "other"])
def test_forged_messages_are_refused(
    client: Client, there: InstagramCounterpart, source: Source, forged: dict[str, str]
) -> None:
    there.serve([COMMENT])
    _headers, body = there.change(COMMENT)
    assert push(client, source, (forged, body)).status_code == 401
    assert not Post.objects.exists()


def test_a_mention_is_told_of_then_read(client: Client, source: Source) -> None:
    assert push(client, source, message([MENTIONED])).json()["stored"] == 0
    assert SourceGap.objects.filter(filled_at=None).count() == 1
    hear(source)
    assert not SourceGap.objects.filter(filled_at=None).exists()
    post = Post.objects.get()
    assert (post.text, post.author_handle) == ("@brumi, it leaks", "jo")
    assert post.external_id == f"mention/{OTHERS_MEDIUM}/{OTHERS_COMMENT}"


def test_media_that_name_us_are_heard(there: InstagramCounterpart, source: Source) -> None:
    there.tagged = [TAGGED]
    hear(source)
    post = Post.objects.get()
    assert (post.text, post.is_to_us) == ("Look, @brumi", True)
    there.tagged = []
    hear(source)
    post.refresh_from_db()
    assert post.gone_at


def test_many_replies_and_comments_are_all_read(there: InstagramCounterpart, source: Source) -> None:
    replies = [said(number, f"Reply {number}", parent="1") for number in range(100, 150)]
    comments = [said(number, f"Comment {number}", at=moment(200 + number)) for number in range(2, 60)]
    there.serve([COMMENT])
    hear(source)
    there.serve([COMMENT, *replies, *comments])
    for _turn in range(4):
        hear(source)
    assert source.heard == 109
    assert not SourceGap.objects.filter(filled_at=None).exists()


def test_a_thread_is_followed_from_the_medium(there: InstagramCounterpart) -> None:
    there.serve([COMMENT, REPLY])
    assert NETWORK.follow
    followed = NETWORK.follow(
        there.settings(), there.external_id("2"), ["9999", there.external_id("2")], CLIENT
    )
    by_id = {each.external_id: each for each in followed.posts}
    assert by_id[MEDIUM_ID].said_by_us
    assert by_id[there.external_id("1")].parent_id == MEDIUM_ID
    assert by_id[there.external_id("2")].parent_id == there.external_id("1")
    assert by_id["9999"].deleted


def test_a_reply_to_a_reply_stands_below_the_comment_and_is_found_there(there: InstagramCounterpart) -> None:
    there.serve([COMMENT, REPLY])
    answering = replace(draft(there), to=there.target(REPLY))
    assert NETWORK.publish
    assert NETWORK.read_back
    assert isinstance(NETWORK.read_back(there.settings(), answering, CLIENT), NotThere)
    sent = NETWORK.publish(there.settings(), answering, CLIENT)
    assert there.standing()[0].to == there.external_id("1")
    assert NETWORK.read_back(there.settings(), answering, CLIENT) == sent


def test_a_mention_is_answered_where_it_stands(there: InstagramCounterpart) -> None:
    """And where nobody knows whether it was, a person decides: others' media cannot be read."""
    named = Target(
        external_id=f"mention/{OTHERS_MEDIUM}/{OTHERS_COMMENT}",
        author_handle="jo",
        text="@brumi, it leaks",
        said_at=moment(7),
    )
    answering = replace(draft(there), to=named)
    assert NETWORK.publish
    assert NETWORK.read_back
    assert NETWORK.look_up
    assert isinstance(NETWORK.publish(there.settings(), answering, CLIENT), Sent)
    assert there.standing()[0].to == f"{OTHERS_MEDIUM}/{OTHERS_COMMENT}"
    assert isinstance(NETWORK.read_back(there.settings(), answering, CLIENT), Unknown)
    assert NETWORK.look_up(there.settings(), named, CLIENT).standing is Standing.THERE
    unknown = replace(named, external_id="mention/1/2")
    assert NETWORK.look_up(there.settings(), unknown, CLIENT).standing is Standing.GONE


def test_a_hidden_comment_takes_no_reply(there: InstagramCounterpart) -> None:
    there.serve([COMMENT])
    there.hidden = True
    assert look_up(there).standing is Standing.CLOSED


def test_a_reply_that_is_too_long_is_not_sent(there: InstagramCounterpart) -> None:
    there.serve([COMMENT])
    assert NETWORK.publish
    outcome = NETWORK.publish(there.settings(), draft(there, "x" * 301), CLIENT)
    assert isinstance(outcome, Refused)
    assert not there.web.asked


def test_the_token_is_in_no_address(there: InstagramCounterpart, source: Source) -> None:
    there.serve([COMMENT])
    hear(source)
    assert not [asked.path for asked in there.web.asked if TOKEN in asked.path]


def test_whose_token_it_is(there: InstagramCounterpart) -> None:
    assert NETWORK.identify
    assert NETWORK.identify(there.settings(), CLIENT).handle == "brumi"


def test_an_account_is_connected_in_the_browser(there: InstagramCounterpart) -> None:
    """Of the Pages that the person runs, the one that the account is connected to."""
    assert NETWORK.oauth
    fresh = {**there.settings(), "access_token": "", "app_id": APP_ID}
    begun = NETWORK.oauth.begin(fresh, "https://oneroof.example/back", "the-state", CLIENT)
    assert NETWORK.oauth.finish(fresh, begun.memory, CODE, CLIENT) == {"access_token": TOKEN}
    with pytest.raises(PollFailedError, match="no Page"):
        NETWORK.oauth.finish({**fresh, "account_id": "5"}, begun.memory, CODE, CLIENT)
