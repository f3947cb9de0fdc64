"""What a forum pushes to us: signed, taken once, and nothing else of it believed."""

from typing import Any

import pytest
from django.test import Client

from oneroof.core import clock
from oneroof.core.webhooks import ReceiptRefusedError
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, PostKey, Source
from oneroof.listening.sources.discourse.tests.counterpart import (
    SECRET,
    TITLE,
    DiscourseCounterpart,
)
from oneroof.listening.sources.discourse.webhook import SIZE_LIMIT, check_secret, new_secret, receive
from oneroof.listening.sources.tests.answering import QUESTION
from oneroof.listening.sources.tests.contract import moment, said

NOW = clock.now()


def inbox(source: Source, message: tuple[Any, bytes]) -> Any:
    headers, body = message
    url = f"/api/v1/sources/{source.pk}/inbox"
    return Client().post(url, body, content_type="application/json", headers=dict(headers))


@pytest.mark.django_db
def test_what_is_pushed_is_heard_once_with_its_edits_and_deletion(far: DiscourseCounterpart) -> None:
    source = add_source(None, "discourse", "forum", far.settings())
    (message,) = far.messages()
    assert inbox(source, message).json()["stored"] == 1
    assert inbox(source, message).json() == {"is_new": False, "stored": 0, "duplicates": 0, "rejected": 0}
    far.serve([said(1, "Edited", edited_at=moment(40))])
    assert inbox(source, next(iter(far.messages()))).status_code == 200
    assert Post.objects.get(source=source).text == "Edited"
    far.serve([said(1, "Edited", edited_at=moment(40), deleted=True)])
    inbox(source, next(iter(far.messages())))
    post = Post.objects.get(source=source)
    assert (post.text, post.gone_at is not None) == ("", True)
    assert PostKey.objects.get(source=source, external_id="7/2")


@pytest.mark.django_db
def test_what_is_forged_is_not_believed(far: DiscourseCounterpart) -> None:
    source = add_source(None, "discourse", "forum", far.settings())
    ((headers, body),) = far.messages()
    name = "X-Discourse-Event-Signature"
    forged = [
        ({**headers, name: "sha256=" + "0" * 64}, body),
        ({**headers, name: headers[name].removeprefix("sha256=")}, body),
        ({**headers, name: "sha256=ü"}, body),
        ({each: value for each, value in headers.items() if each != name}, body),
        (headers, body.replace(b"mia", b"eve")),
    ]
    for each, said_body in forged:
        with pytest.raises(ReceiptRefusedError) as refused:
            receive(far.settings(), each, said_body)
        assert refused.value.status == 401
    assert inbox(source, forged[0]).status_code == 401
    assert not Post.objects.exists()


def test_the_same_body_under_another_events_name_is_the_same_message(far: DiscourseCounterpart) -> None:
    """The name of the event is not signed."""
    ((headers, body),) = far.messages()
    first = receive(far.settings(), headers, body)
    renamed = {**headers, "X-Discourse-Event": "post_destroyed", "X-Discourse-Event-Id": "18"}
    assert receive(far.settings(), renamed, body) == first
    assert not first.posts[0].deleted


def test_other_messages_say_nothing_but_that_a_topic_is_gone(far: DiscourseCounterpart) -> None:
    settings = far.settings()
    assert receive(settings, *far.message({"ping": "OK"}, "ping")).posts == []
    gone = {"topic": {"id": 7, "title": TITLE, "deleted_at": "2026-03-02T09:00:00.000Z"}}
    (post,) = receive(settings, *far.message(gone, "topic_destroyed")).posts
    assert (post.external_id, post.deleted) == ("7/1", True)
    assert receive(settings, *far.message({"topic": {"id": 7, "deleted_at": None}})).posts == []
    private = {"post": far.post(QUESTION) | {"topic_archetype": "private_message"}}
    assert receive(settings, *far.message(private)).posts == []


@pytest.mark.parametrize(
    ("listen_to", "count"),
    [
        ({"listen_to": "topic", "query": "7"}, 1),
        ({"listen_to": "topic", "query": "8"}, 0),
        ({"listen_to": "topic", "query": ""}, 0),
        ({"listen_to": "search", "query": "kettle"}, 0),
    ],
)
def test_only_what_the_source_listens_to_is_taken(
    far: DiscourseCounterpart, listen_to: dict[str, str], count: int
) -> None:
    ((headers, body),) = far.messages()
    assert len(receive({**far.settings(), **listen_to}, headers, body).posts) == count


def test_what_cannot_be_read_is_refused(far: DiscourseCounterpart) -> None:
    for told, status in (([1, 2], 400), ("x" * SIZE_LIMIT, 413)):
        with pytest.raises(ReceiptRefusedError) as refused:
            receive(far.settings(), *far.message(told))  # type: ignore[arg-type]
        assert refused.value.status == status
    headers, _body = far.message({})
    with pytest.raises(ReceiptRefusedError, match="no secret"):
        receive({**far.settings(), "webhook_secret": ""}, headers, b"{}")


def test_two_secrets_are_both_taken_and_a_short_one_is_refused(far: DiscourseCounterpart) -> None:
    ((headers, body),) = far.messages()
    assert receive({**far.settings(), "webhook_secret": f"{new_secret()} {SECRET}"}, headers, body).posts
    with pytest.raises(ValueError, match="12"):
        check_secret("short")
