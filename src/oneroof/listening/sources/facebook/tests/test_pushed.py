"""What a Page pushes to us: the door's challenge, signed messages, and nothing that is forged."""

from typing import Any

import pytest
from django.test import Client

from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, PostKey, RejectedPost, Source
from oneroof.listening.sources.facebook.tests.conftest import hear, push, texts
from oneroof.listening.sources.facebook.tests.counterpart import (
    PAGE_ID,
    VERIFY_TOKEN,
    FacebookCounterpart,
    message,
)
from oneroof.listening.sources.tests.contract import ImpatientClient, said
from oneroof.listening.sources.tests.meta import signed

CLIENT = ImpatientClient()
POST, COMMENT = said(1), said(2, "Mine too", author="jo", parent="1")
REPLY = said(3, "And mine", author="al", parent="2")


def ask(client: Client, source: Source, **asked: str) -> Any:
    question = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}
    return client.get(f"/api/v1/sources/{source.pk}/inbox", {**question, **asked})


def test_the_door_answers_the_challenge(client: Client, source: Source) -> None:
    answer = ask(client, source)
    assert (answer.status_code, answer.content) == (200, b"1158201444")
    assert answer["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"hub.verify_token": "guessed"}, 403),
        ({"hub.verify_token": ""}, 403),
        ({"hub.mode": "unsubscribe"}, 403),
        ({"hub.challenge": ""}, 400),
        ({"hub.challenge": "x" * 201}, 400),
    ],
)
def test_the_door_answers_nobody_else(
    client: Client, source: Source, asked: dict[str, str], status: int
) -> None:
    answer = ask(client, source, **asked)
    assert answer.status_code == status
    assert VERIFY_TOKEN not in answer.content.decode()


def test_a_door_that_is_shut_or_of_another_kind_is_not_there(client: Client, source: Source) -> None:
    feed = add_source(None, "rss", "a feed", {"address": "https://feeds.example/"})
    assert ask(client, feed).status_code == 404
    Source.objects.filter(pk=source.pk).update(enabled=False)
    assert ask(client, source).status_code == 404


# What is pushed


def test_a_pushed_comment_is_heard_once_and_threaded(
    client: Client, there: FacebookCounterpart, source: Source
) -> None:
    there.serve([POST, COMMENT])
    assert push(client, source, there.change(COMMENT)).json()["stored"] == 1
    assert push(client, source, there.change(COMMENT)).json() == {
        "is_new": False, "stored": 0, "duplicates": 0, "rejected": 0,
    }  # fmt: skip
    hear(source)
    assert source.heard == 2
    threads = {key.thread_id for key in PostKey.objects.filter(source=source)}
    assert len(threads) == 1
    assert Post.objects.get(text="Mine too").author_name == "jo"


def test_what_is_edited_or_removed_is_told(
    client: Client, there: FacebookCounterpart, source: Source
) -> None:
    there.serve([POST, COMMENT])
    push(client, source, there.change(COMMENT))
    push(client, source, there.change(COMMENT, "edited", message="Mine is fine"))
    assert texts(source) == {"Mine is fine"}
    push(client, source, there.change(COMMENT, "remove", message=None))
    gone = Post.objects.get(source=source)
    assert (gone.text, gone.gone_at is not None) == ("", True)


@pytest.mark.parametrize(
    "more",
    [{"item": "reaction"}, {"item": "like"}, {"verb": "hide"}, {"verb": "unhide"}, {"published": 0}],
    ids=str,
)
def test_what_is_no_word_of_anybody_is_passed_over(
    client: Client, there: FacebookCounterpart, source: Source, more: dict[str, Any]
) -> None:
    there.serve([POST])
    pushed = there.change(POST, more.pop("verb", "add"), **more)
    assert push(client, source, pushed).json() == {
        "is_new": True,
        "stored": 0,
        "duplicates": 0,
        "rejected": 0,
    }


def test_our_own_words_are_known_as_ours(client: Client, there: FacebookCounterpart, source: Source) -> None:
    there.serve([POST])
    push(client, source, there.change(POST, **{"from": {"id": PAGE_ID, "name": "Brumi"}}))
    assert Post.objects.get(source=source).is_ours


def test_what_cannot_be_read_is_set_aside_and_the_rest_goes_on(
    client: Client, there: FacebookCounterpart, source: Source
) -> None:
    good = {
        "item": "status",
        "verb": "add",
        "post_id": f"{PAGE_ID}_7",
        "message": "Hello",
        "from": {"id": "5"},
    }
    strange: list[dict[str, Any]] = [{"item": "comment", "verb": "add"}, {**good, "created_time": "soon"}]
    changes = [{"field": "feed", "value": each} for each in [*strange, good]]
    told = push(client, source, message(changes)).json()
    assert (told["stored"], told["rejected"]) == (1, 2)
    other = push(client, source, message([{"field": "feed", "value": good}], account="999")).json()
    assert (other["stored"], other["rejected"]) == (0, 1)
    assert "another Page" in RejectedPost.objects.latest("id").reason


@pytest.mark.parametrize(
    "forge", ["no signature", "other secret", "other words", "sha1", "not json", "other kind"]
)
def test_forged_and_broken_messages_are_refused(
    client: Client, there: FacebookCounterpart, source: Source, forge: str
) -> None:
    there.serve([POST])
    headers, body = there.change(POST)
    strange = {"not json": b'{"half": [', "other kind": b'{"object": "user", "entry": []}'}
    forged = {
        "no signature": ({}, body),
        "other secret": (signed(body, "another"), body),
        "other words": (headers, body.replace(b"kettle", b"teapot")),
        "sha1": ({"X-Hub-Signature": headers["X-Hub-Signature-256"]}, body),
        **{name: (signed(each), each) for name, each in strange.items()},
    }[forge]
    assert push(client, source, forged).status_code == (400 if forge in strange else 401)
    assert not Post.objects.exists()
