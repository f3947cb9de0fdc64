"""A source that is heard well and takes no reply says so on its health page."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.replies import send_reply
from oneroof.care.actions.unsure import send_again
from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox.sending import drain
from oneroof.care.queries.trouble import replies_in_trouble
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.core.testing.web import LOOPBACK, LocalWeb, answer, local_web
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
SOURCES = "/desk/listen/sources/"


@pytest.fixture
def web(settings: object) -> Iterator[LocalWeb]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)  # type: ignore[attr-defined]
    with local_web() as server:
        yield server


def reply_at(form: Source, hear: Hear, agent: User, web: LocalWeb, name: str) -> Reply:
    """Sent, as far as the far side takes it."""
    form.settings = {"reply_url": web.url("/replies")}
    form.save(update_fields=["settings"])
    (conversation,) = hear(form, said(name))
    claim_conversation(agent, conversation.pk)
    reply = send_reply(agent, conversation.pk, f"A new seal for {name}.")
    drain(form.pk)
    reply.refresh_from_db()
    return reply


def page_of(user: User, path: str) -> str:
    client = Client()
    client.force_login(user)
    return client.get(path).text


def test_replies_that_fail_are_seen_on_the_health_of_the_source(
    form: Source, hear: Hear, agent: User, web: LocalWeb
) -> None:
    web.routes["/replies"] = answer(status=422)
    failed = reply_at(form, hear, agent, web, "1")
    listed, own = page_of(agent, SOURCES), page_of(agent, f"{SOURCES}{form.pk}/")
    for shown in (listed, own):
        assert "Replies fail" in shown
        assert failed.reason in shown
    assert "At 1 source our replies do not go out." in listed
    assert "1 failed" in own
    assert 'href="/desk/outbox/"' in own


def test_once_one_goes_out_again_the_source_is_fine(
    form: Source, hear: Hear, agent: User, web: LocalWeb
) -> None:
    web.routes["/replies"] = answer(status=422)
    reply_at(form, hear, agent, web, "1")
    web.routes["/replies"] = answer(status=200)
    reply_at(form, hear, agent, web, "2")
    told = replies_in_trouble([form.pk])[form.pk]
    assert (told.failed, told.is_failing) == (1, False)
    shown = page_of(agent, f"{SOURCES}{form.pk}/")
    assert "Replies fail" not in shown
    assert "1 failed" in shown
    send_again(agent, Reply.objects.get(state=ReplyState.FAILED).pk)
    drain(form.pk)
    assert replies_in_trouble([form.pk]) == {}


@pytest.mark.parametrize(("status", "which"), [(500, "unsure"), (429, "retried")])
def test_what_may_have_gone_out_and_what_is_tried_again_is_trouble_too(
    form: Source, hear: Hear, agent: User, web: LocalWeb, status: int, which: str
) -> None:
    web.routes["/replies"] = answer(status=status)
    reply_at(form, hear, agent, web, "1")
    told = replies_in_trouble([form.pk])[form.pk]
    assert (getattr(told, which), told.failed, told.is_failing) == (1, 0, True)
    with clock.frozen_at(clock.now() + timedelta(days=8)):
        assert replies_in_trouble([form.pk]) == {}


def test_what_came_back_undelivered_had_left(form: Source, hear: Hear, agent: User, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=422)
    reply = reply_at(form, hear, agent, web, "1")
    Reply.objects.filter(pk=reply.pk).update(sent_at=clock.now())
    assert replies_in_trouble([form.pk]) == {}


def test_many_in_trouble_cost_as_much_as_one(form: Source, hear: Hear, agent: User, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=422)
    asked = []
    for start, end in ((0, 1), (1, 6)):
        for number in range(start, end):
            reply_at(form, hear, agent, web, str(number))
        with CaptureQueriesContext(connection) as queries:
            page_of(agent, SOURCES)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_the_api_says_so_too(form: Source, hear: Hear, agent: User, web: LocalWeb) -> None:
    web.routes["/replies"] = answer(status=422)
    reply_at(form, hear, agent, web, "1")
    key = create_token(None, agent.email)
    asked = Client().get("/api/v1/sources", headers={"Authorization": f"Bearer {key}"})
    (told,) = asked.json()["items"]
    assert (told["state"], told["replies_fail"], told["replies_failed_last_week"]) == ("ok", True, 1)
