"""The composer: drafts, rules first, refusals that lose nothing, and what a person decides on a reply."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneroof.accounts.actions.rules import publish_rules
from oneroof.accounts.models import User
from oneroof.accounts.queries import must_accept_rules
from oneroof.care.actions.approvals import send_back
from oneroof.care.actions.claims import claim_conversation, take_over
from oneroof.care.actions.saved import write_saved_reply
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.core.markdown import LONGEST
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true", "HX-Target": "detail"}
WORDS = "I am sorry, a new seal is on its way."


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def mine(conversation: Conversation, agent: User) -> Conversation:
    return claim_conversation(agent, conversation.pk)


def at(name: str, conversation: Conversation) -> str:
    return reverse(f"care:{name}", args=[conversation.pk])


def test_what_one_types_is_kept_and_renews_the_claim(
    mine: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    before = mine.claim_expires_at
    kept = signed_in(agent).post(at("draft", mine), {"text": "Hello "})
    assert kept.json()["saved"]
    mine.refresh_from_db()
    assert kept.json()["until"] == mine.claim_expires_at.isoformat() > before.isoformat()
    assert mine.replies.get().text == "Hello "
    theirs = signed_in(teammate).post(at("draft", mine), {"text": "Mine"}).json()
    assert (theirs["saved"], theirs["until"]) == (True, None)
    assert "Amir Agent" in theirs["says"]
    assert signed_in(agent).post(at("draft", mine)).status_code == 422
    assert mine.replies.get(author=agent).text == "Hello "
    assert "Hello " in signed_in(agent).get(at("conversation", mine)).content.decode()


def test_a_reply_is_queued_once_and_its_state_shows(mine: Conversation, agent: User, signed_in: Any) -> None:
    client = signed_in(agent)
    client.post(at("draft", mine), {"text": WORDS})
    page = client.post(at("reply", mine), {"text": WORDS}, headers=IN_PLACE)
    assert page.status_code == 200
    assert "Queued" in page.content.decode()
    assert "is on its way" in page.content.decode()
    twice = client.post(at("reply", mine), {"text": WORDS}, headers=IN_PLACE)
    assert twice.status_code == 409
    assert "has a reply already" in twice.content.decode()
    assert [(reply.state, reply.text) for reply in mine.replies.all()] == [(ReplyState.QUEUED, WORDS)]


def test_a_further_reply_follows_the_one_that_went_out(
    mine: Conversation, agent: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    client.post(at("reply", mine), {"text": WORDS})
    first = Reply.objects.get()
    Reply.objects.update(state=ReplyState.SENT, sent_at=clock.now())
    page = client.get(at("conversation", mine)).content.decode()
    assert f'name="follows" value="{first.pk}"' in page
    client.post(at("reply", mine), {"text": "And a lid.", "follows": first.pk})
    assert Reply.objects.get(text="And a lid.").follows == first


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_001], ids=["empty", "blank", "too long"])
def test_a_refused_reply_is_shown_again_with_its_words(
    text: str, mine: Conversation, agent: User, signed_in: Any
) -> None:
    refused = signed_in(agent).post(at("reply", mine), {"text": text}, headers=IN_PLACE)
    assert refused.status_code == 409
    assert 'role="alert"' in refused.content.decode()
    assert text.strip() in refused.content.decode()
    assert not Reply.objects.exists()


def test_whoever_lost_the_claim_is_refused_and_loses_nothing(
    mine: Conversation, agent: User, lead: User, signed_in: Any
) -> None:
    take_over(lead, mine.pk)
    for headers in (IN_PLACE, {}):
        refused = signed_in(agent).post(at("reply", mine), {"text": WORDS}, headers=headers)
        page = refused.content.decode()
        assert refused.status_code == 409
        assert "Lena Lead is answering this conversation now" in page
        assert f">{WORDS}</textarea>" in page
    assert not Reply.objects.exists()


def test_the_rules_come_first_and_the_text_is_kept(
    mine: Conversation, agent: User, lead: User, signed_in: Any
) -> None:
    rules = publish_rules(lead, "Be **kind**.")
    client = signed_in(agent)
    asked = client.post(at("reply", mine), {"text": WORDS}, headers=IN_PLACE)
    page = asked.content.decode()
    assert asked.status_code == 409
    assert "Be <strong>kind</strong>." in page
    assert f">{WORDS}</textarea>" in page
    stale = client.post(
        at("reply", mine), {"text": WORDS, "accept": rules.version - 1 or 99}, headers=IN_PLACE
    )
    assert stale.status_code == 409
    assert (
        client.post(at("reply", mine), {"text": WORDS, "accept": rules.version}, headers=IN_PLACE).status_code
        == 200
    )
    assert must_accept_rules(agent) is None
    assert Reply.objects.get().state == ReplyState.QUEUED


def test_a_volunteers_reply_waits_and_comes_back_with_the_reason(
    conversation: Conversation, volunteer: User, lead: User, signed_in: Any
) -> None:
    claim_conversation(volunteer, conversation.pk)
    client = signed_in(volunteer)
    assert "A lead sees it first" in client.get(at("conversation", conversation)).content.decode()
    page = client.post(at("reply", conversation), {"text": WORDS}, headers=IN_PLACE).content.decode()
    assert "waits until a lead lets it out" in page
    assert "/desk/" in page
    send_back(lead, Reply.objects.get().pk, "Warmer, please.")
    back = client.get(at("conversation", conversation)).content.decode()
    assert "Warmer, please." in back
    assert f">{WORDS}</textarea>" in back


def test_taken_back_the_words_are_in_the_composer_again(
    mine: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    client.post(at("reply", mine), {"text": WORDS})
    reply = Reply.objects.get()
    url = reverse("care:withdrawal", args=[reply.pk])
    assert signed_in(teammate).post(url, headers=IN_PLACE).status_code == 404
    for _ in range(2):
        page = client.post(url, headers=IN_PLACE)
        assert page.status_code == 200
        assert f">{WORDS}</textarea>" in page.content.decode()
    reply.refresh_from_db()
    assert reply.state == ReplyState.WITHDRAWN


@pytest.mark.parametrize(
    ("state", "name", "becomes"),
    [
        (ReplyState.UNKNOWN, "confirmation", ReplyState.SENT),
        (ReplyState.UNKNOWN, "resending", ReplyState.QUEUED),
        (ReplyState.FAILED, "resending", ReplyState.QUEUED),
        (ReplyState.QUESTION, "sending_all_the_same", ReplyState.QUEUED),
    ],
)
def test_what_only_a_person_decides(
    state: str, name: str, becomes: str, mine: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    client.post(at("reply", mine), {"text": WORDS})
    Reply.objects.update(state=state, reason="The server hung up.")
    reply = Reply.objects.get()
    url = reverse(f"care:{name}", args=[reply.pk])
    page = client.get(at("conversation", mine)).content.decode()
    assert url in page
    assert "The server hung up." in page
    assert url not in signed_in(teammate).get(at("conversation", mine)).content.decode()
    assert signed_in(teammate).post(url).status_code == 404
    assert client.post(url, headers=IN_PLACE).status_code == 200
    reply.refresh_from_db()
    assert reply.state == becomes
    assert client.post(url, headers=IN_PLACE).status_code == 409  # decided once


def test_decisions_on_what_is_not_there_are_404(agent: User, signed_in: Any) -> None:
    for name in ("withdrawal", "confirmation", "resending", "sending_all_the_same"):
        assert signed_in(agent).post(reverse(f"care:{name}", args=[999])).status_code == 404


def test_answered_by_hand_where_a_source_cannot_be_answered(
    forum: Source, hear: Hear, agent: User, teammate: User, signed_in: Any
) -> None:
    (one,) = hear(
        forum, said("1", "@brumi my kettle leaks?", url="https://forum.example/1", addressed_to_us=True)
    )
    client = signed_in(agent)
    refused = client.post(at("by_hand", one), {"text": "Said there."}, headers=IN_PLACE)
    assert refused.status_code == 409
    assert "Said there." in refused.content.decode()
    claim_conversation(agent, one.pk)
    page = client.get(at("conversation", one)).content.decode()
    assert "Nothing is sent from here" in page
    assert "https://forum.example/1" in page
    wrong = client.post(
        at("by_hand", one), {"text": "Said there.", "url": "javascript:alert(1)"}, headers=IN_PLACE
    )
    assert wrong.status_code == 409
    for _ in range(2):
        client.post(at("by_hand", one), {"text": "Said there.", "url": "https://forum.example/2"})
    reply = Reply.objects.exclude(state=ReplyState.DRAFT).get()
    assert (reply.by_hand, reply.state, reply.text, reply.url) == (
        True, ReplyState.SENT, "Said there.", "https://forum.example/2"
    )  # fmt: skip
    assert "Answered there" in signed_in(teammate).get(at("conversation", one)).content.decode()


def test_saved_replies_are_filled_for_the_holder(
    mine: Conversation, agent: User, lead: User, signed_in: Any
) -> None:
    write_saved_reply(lead, "Seal", "en", "Hello {{ handle }}, {{ agent }} here.")
    assert (
        'data-insert="Hello tea_lover, Amir Agent here."'
        in signed_in(agent).get(at("conversation", mine)).content.decode()
    )


def test_a_preview_is_safe(mine: Conversation, agent: User, signed_in: Any) -> None:
    page = (
        signed_in(agent)
        .post(at("preview", mine), {"text": "**b** <script>x</script> [a](javascript:x)"})
        .content.decode()
    )
    assert "<strong>b</strong>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_a_preview_shows_no_more_than_is_quickly_shown(
    mine: Conversation, agent: User, signed_in: Any
) -> None:
    page = signed_in(agent).post(at("preview", mine), {"text": "[" * 200_000}).text
    assert page.count("[") == LONGEST
