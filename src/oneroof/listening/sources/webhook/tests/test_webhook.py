"""Only what is signed, fresh and ours is believed; of that, each readable post is taken."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from oneroof.core import clock
from oneroof.core.webhooks import (
    ReceiptRefusedError,
    WrongSecretError,
    new_secret,
    signed_headers,
    verified_id,
)
from oneroof.listening.sources.base import Received
from oneroof.listening.sources.webhook.client import receive

NOW = datetime(2025, 3, 4, 12, 0, tzinfo=UTC)
SECRET = new_secret()
POST = {"external_id": "7", "author_handle": "mia", "text": "It leaks.", "created_at": "2025-03-04T11:00:00Z"}


def body_of(*posts: object) -> bytes:
    return json.dumps({"posts": list(posts)}).encode()


def push(
    body: bytes, *, secret: str = SECRET, at: datetime = NOW, known: str = SECRET, **changed: str
) -> Received:
    headers = signed_headers(secret, "msg_1", at, body)
    headers.update({name.replace("_", "-"): value for name, value in changed.items()})
    with clock.frozen_at(NOW):
        return receive({"secret": known}, headers, body)


def refusal(body: bytes = b"{}", **how: object) -> ReceiptRefusedError:
    with pytest.raises(ReceiptRefusedError) as refused:
        push(body, **how)  # type: ignore[arg-type]
    return refused.value


def test_a_signed_message_is_taken() -> None:
    received = push(
        body_of(
            POST, {**POST, "external_id": 8, "parent_id": "7", "attachments": ["https://x.example/a.png"]}
        )
    )
    assert received.message_id == "msg_1"
    assert [(post.external_id, post.parent_id) for post in received.posts] == [("7", None), ("8", "7")]
    assert received.posts[1].attachments == ("https://x.example/a.png",)
    assert received.posts[0].created_at == datetime(2025, 3, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "message", [POST, [POST], {"posts": [POST]}, {"type": "post.created", "timestamp": "x", "data": POST},
                {"type": "posts.created", "data": {"posts": [POST]}}]
)  # fmt: skip
def test_a_message_may_have_four_shapes(message: object) -> None:
    assert [post.external_id for post in push(json.dumps(message).encode()).posts] == ["7"]


def test_bad_posts_are_set_aside_by_index_and_the_good_go_on() -> None:
    received = push(
        body_of(
            POST, "no", {**POST, "created_at": "soon"}, {**POST, "text": None}, {**POST, "external_id": "9"}
        )
    )
    assert [post.external_id for post in received.posts] == ["7", "9"]
    assert [(one.where, one.reason) for one in received.rejected] == [
        ("index 1", "it is not a JSON object"),
        ("index 2", "created_at: “soon” is not a date that we can read; write it as 2017-10-31T22:10:47Z"),
        ("index 3", "text is missing"),
    ]
    assert "soon" in received.rejected[1].raw


def test_a_forged_message_is_refused() -> None:
    assert "signature" in refusal(secret=new_secret()).reason
    headers = signed_headers(SECRET, "msg_1", NOW, b"{}")
    for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}):
        with pytest.raises(ReceiptRefusedError, match="signature"):
            verified_id([SECRET], {**headers, **changed}, b"{}", now=NOW)
    with pytest.raises(ReceiptRefusedError, match="signature"):
        verified_id([SECRET], headers, b"{ }", now=NOW)


def test_stale_and_early_messages_are_refused_with_the_seconds() -> None:
    assert push(body_of(POST), at=NOW - timedelta(minutes=5)).posts
    assert push(body_of(POST), at=NOW + timedelta(minutes=5)).posts
    assert "stale" in refusal(at=NOW - timedelta(minutes=5, seconds=1)).reason
    assert "301 seconds back" in refusal(at=NOW - timedelta(minutes=5, seconds=1)).reason
    assert "301 seconds ahead" in refusal(at=NOW + timedelta(minutes=5, seconds=1)).reason


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_missing_headers_are_named(name: str) -> None:
    headers = {key: value for key, value in signed_headers(SECRET, "m", NOW, b"{}").items() if key != name}
    with pytest.raises(ReceiptRefusedError, match=name) as refused:
        verified_id([SECRET], headers, b"{}", now=NOW)
    assert refused.value.status == 401


@pytest.mark.parametrize("stamp", ["nan", "inf", "-1", "1e9", "٣", "", "9" * 400, "2025-03-04"])
def test_odd_timestamps_are_refused(stamp: str) -> None:
    assert refusal(webhook_timestamp=stamp).status == 401


@pytest.mark.parametrize(
    "signature", ["v1", "v1,", "v1,!!!", "v2,abc", ",", "v1,abc v1,def", "v1a,x", "v1,é"]
)
def test_odd_signatures_are_refused(signature: str) -> None:
    assert refusal(webhook_signature=signature).status == 401


def test_secrets_can_be_changed_without_a_gap() -> None:
    newer = new_secret()
    assert push(body_of(POST), secret=newer, known=f"{SECRET} {newer}").posts
    body = body_of(POST)
    old, new = (signed_headers(secret, "m", NOW, body) for secret in (SECRET, newer))
    both = {**old, "webhook-signature": f"{new['webhook-signature']} {old['webhook-signature']}"}
    assert verified_id([SECRET], both, body, now=NOW) == "m"


def test_header_names_may_be_written_in_any_case() -> None:
    headers = {name.title(): value for name, value in signed_headers(SECRET, "m", NOW, b"{}").items()}
    assert verified_id([SECRET], headers, b"{}", now=NOW) == "m"


def test_what_is_too_large_or_no_json_is_refused() -> None:
    assert refusal(b"x" * 1_048_577).status == 413
    assert refusal(b"{").status == 400
    assert refusal(b"[" * 100_000).status == 400
    assert refusal(b"3").status == 400
    assert refusal(b'{"a":' + b"9" * 5_000 + b"}").status == 400
    assert refusal(known="").status == 401
    with pytest.raises(ReceiptRefusedError, match="UTF-8"):
        verified_id([SECRET], signed_headers(SECRET, "m", NOW, b"{}"), b"\xff", now=NOW)


def test_others_verify_what_we_sign() -> None:
    at = clock.now()
    assert Webhook(SECRET).verify(b'{"a":1}', signed_headers(SECRET, "m", at, b'{"a":1}')) == {"a": 1}


def test_the_published_example_is_verified() -> None:
    """The signature that the specification's own libraries test with."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body)
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert verified_id([secret], headers, body, now=at) == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_short_secrets_are_refused() -> None:
    for wrong in ("whsec_" + base64.b64encode(b"short").decode(), "whsec_€"):
        with pytest.raises(WrongSecretError):
            signed_headers(wrong, "m", NOW, b"{}")


KEYS = st.sampled_from([*POST, "likes", "posts", "data"])
SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text()
MESSAGES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner))


@given(MESSAGES)
def test_any_json_is_taken_or_refused(message: object) -> None:
    with suppress(ReceiptRefusedError):
        received = push(json.dumps(message).encode())
        assert all(one.reason for one in received.rejected)
        assert all(post.external_id and post.author_handle for post in received.posts)
