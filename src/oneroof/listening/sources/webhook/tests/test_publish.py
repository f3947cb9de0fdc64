"""Replies as signed webhooks: one POST an attempt, one id a reply."""

import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.core.webhooks import new_secret, verified_id
from oneroof.listening.sources.base import Draft, Outcome, Refused, Sent, Target, Unknown
from oneroof.listening.sources.webhook import NETWORK
from oneroof.listening.sources.webhook.publish import publish

SECRET = new_secret()
DRAFT = Draft(
    key="reply-1@brumi.example",
    text="Ein neuer Deckel ist unterwegs. 🫖",
    to=Target(
        external_id="review-8",
        author_handle="mia",
        text="It leaks.",
        said_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    ),
    author_name="Amir",
)


@pytest.fixture
def web() -> Iterator[LocalWeb]:
    with local_web() as server:
        yield server


def send(web: LocalWeb, said: Any, **settings: object) -> Outcome:
    web.routes["/replies"] = said
    known = {"reply_url": web.url("/replies"), "secret": SECRET, **settings}
    return publish(known, DRAFT, SafeClient(allowed_networks=LOOPBACK))


def test_the_receiver_can_believe_it(web: LocalWeb) -> None:
    assert send(web, answer(status=204)) == Sent("reply-1@brumi.example")
    (asked,) = web.asked
    assert verified_id([SECRET], asked.headers, asked.body, now=clock.now()) == "msg_reply-1"
    told = json.loads(asked.body)
    assert told["type"] == "reply.created"
    assert told["data"] == {
        "id": "reply-1@brumi.example",
        "in_reply_to": "review-8",
        "thread": "",
        "to": "mia",
        "text": "Ein neuer Deckel ist unterwegs. 🫖",
        "author": "Amir",
    }


@pytest.mark.parametrize(
    ("status", "outcome", "for_good"),
    [
        (200, Sent, None),
        (301, Refused, True),
        (400, Refused, True),
        (410, Refused, True),
        (429, Refused, False),
    ],
)
def test_the_receivers_word_is_taken(
    web: LocalWeb, status: int, outcome: type, for_good: bool | None
) -> None:
    came = send(web, answer(status=status, headers={"Location": "/elsewhere"}))
    assert isinstance(came, outcome)
    assert getattr(came, "permanent", None) is for_good
    assert len(web.asked) == 1


@pytest.mark.parametrize("bad_day", [answer(status=500), answer(status=503), lambda *_: None, b"HTTP/1.1 2"])
def test_what_may_have_been_taken_is_unknown(web: LocalWeb, bad_day: Any) -> None:
    assert isinstance(send(web, bad_day), Unknown)
    assert len(web.asked) == 1


def test_what_never_left_is_refused_for_now(web: LocalWeb) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        came = send(web, answer(), reply_url=f"http://127.0.0.1:{nobody.getsockname()[1]}/")
    assert came == Refused(came.reason, permanent=False)  # type: ignore[union-attr]


def test_retry_after_is_kept(web: LocalWeb) -> None:
    came = send(web, answer(status=429, headers={"Retry-After": "77"}))
    assert isinstance(came, Refused)
    assert came.retry_after == 77


@pytest.mark.parametrize("secret", ["", "whsec_short"])
def test_without_a_good_secret_nothing_leaves(web: LocalWeb, secret: str) -> None:
    came = send(web, answer(), secret=secret)
    assert isinstance(came, Refused)
    assert came.permanent
    assert not web.asked


def test_private_addresses_are_not_gone_to(web: LocalWeb) -> None:
    settings = {"reply_url": web.url("/replies"), "secret": SECRET}
    came = publish(settings, DRAFT, SafeClient())
    assert isinstance(came, Refused)
    assert came.permanent  # it will not be another kind of address in a minute
    assert not web.asked


def test_a_source_without_an_address_is_answered_by_hand() -> None:
    assert not NETWORK.is_answerable({"secret": SECRET})
    assert NETWORK.is_answerable({"reply_url": "https://shop.example/replies"})
    assert NETWORK.is_repeatable({"takes_once": True})


def test_a_form_is_private_and_a_bridge_to_a_network_is_not() -> None:
    assert NETWORK.is_private_at({})
    assert not NETWORK.is_private_at({"is_public": True})
