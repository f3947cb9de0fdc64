"""The API of conversations: found, claimed, answered, closed, and what stands in the way told as problems."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.actions.rules import publish_rules
from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import Department, User
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.models import Conversation, Reply
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/conversations"
type Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    """Ask as somebody, with a token of their own."""
    tokens: dict[int, str] = {}

    def asks(user: User, method: str, path: str = "", body: dict[str, Any] | None = None) -> Any:
        token = tokens.setdefault(user.pk, create_token(None, user.email))
        headers = {"Authorization": f"Bearer {token}"}
        return (
            getattr(Client(), method)(ROOT + path, body, content_type="application/json", headers=headers)
            if method != "get"
            else Client().get(ROOT + path, headers=headers)
        )

    return asks


def test_a_conversation_is_found_with_its_thread_reasons_and_clocks(
    ask: Ask, agent: User, conversation: Conversation
) -> None:
    listed = ask(agent, "get", "?state=open").json()
    assert [row["id"] for row in listed["items"]] == [conversation.pk]
    assert listed["next"] is None
    whole = ask(agent, "get", f"/{conversation.pk}").json()
    assert [each["text"] for each in whole["thread"]] == ["My kettle leaks. What now?"]
    assert whole["need_reasons"] == conversation.need_reasons != []
    assert whole["clocks"]["opened_at"]


def test_the_list_is_narrowed_and_turned(
    ask: Ask, agent: User, form: Source, hear: Hear, conversation: Conversation
) -> None:
    second = hear(form, said("2", "The lid of my teapot broke. Who repairs it?", author="other"))[0]
    room = Department.objects.all()[0]
    Conversation.objects.filter(pk=second.pk).update(department=room, assignee=agent)

    def ids(query: str) -> list[int]:
        return [row["id"] for row in ask(agent, "get", query).json()["items"]]

    assert ids(f"?department={room.slug}") == ids("?assignee=me") == ids("?q=teapot") == [second.pk]
    assert ids(f"?source={form.pk + 1}") == ids("?state=done") == []
    first = ask(agent, "get", "?limit=1").json()
    rest = ask(agent, "get", f"?limit=1&cursor={first['next']}").json()
    assert {first["items"][0]["id"], rest["items"][0]["id"]} == {conversation.pk, second.pk}
    assert rest["next"] is None


@pytest.mark.parametrize(
    "query", ["?state=odd", "?view=odd", "?view=mine&state=done", "?assignee=x", "?limit=0"]
)
def test_what_makes_no_sense_is_said(ask: Ask, agent: User, query: str) -> None:
    refused = ask(agent, "get", query)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")


def test_a_list_twice_as_long_asks_no_more_questions(
    ask: Ask, agent: User, form: Source, hear: Hear, conversation: Conversation
) -> None:
    ask(agent, "get")
    with CaptureQueriesContext(connection) as few:
        ask(agent, "get")
    hear(form, *[said(str(number), f"Kettle {number}?", author=f"a{number}") for number in range(2, 12)])
    with CaptureQueriesContext(connection) as many:
        assert len(ask(agent, "get").json()["items"]) == 11
    assert len(many) == len(few)


def test_claimed_it_is_refused_to_others_with_the_name_and_until(
    ask: Ask, agent: User, teammate: User, conversation: Conversation
) -> None:
    path = f"/{conversation.pk}/claim"
    assert ask(agent, "post", path).json()["claimant"] == {"id": agent.pk, "name": str(agent)}
    assert ask(agent, "post", path).status_code == 200, "again is a renewal"
    refused = ask(teammate, "post", path)
    assert refused.status_code == 409
    assert refused.json()["claimant"] == {"id": agent.pk, "name": "Amir Agent"}
    assert refused.json()["until"] > clock.now().isoformat()
    assert ask(teammate, "delete", path).status_code == 204
    assert ask(teammate, "post", path).status_code == 409, "nobody lets go of another's claim"
    assert ask(agent, "delete", path).status_code == 204
    assert ask(teammate, "post", path).status_code == 200


def test_outsiders_find_nothing(ask: Ask, member: User, conversation: Conversation) -> None:
    for method, path in (("get", ""), ("get", f"/{conversation.pk}"), ("post", f"/{conversation.pk}/claim")):
        assert ask(member, method, path).status_code == 404


@pytest.mark.parametrize("path", ["", "/claim", "/replies"])
def test_what_does_not_exist_is_404(ask: Ask, agent: User, path: str) -> None:
    method = "post" if path else "get"
    assert (
        ask(agent, method, f"/999999{path}", {"text": "x"} if path == "/replies" else None).status_code == 404
    )


class TestReplies:
    def test_the_holder_answers_once(self, ask: Ask, agent: User, conversation: Conversation) -> None:
        claim_conversation(agent, conversation.pk)
        path = f"/{conversation.pk}/replies"
        given = ask(agent, "post", path, {"text": "A new seal is on its way."})
        assert (given.status_code, given.json()["state"]) == (201, "queued")
        again = ask(agent, "post", path, {"text": "A new seal is on its way."})
        assert (again.status_code, again.json()["reply"]["id"]) == (409, given.json()["id"])
        assert Reply.objects.count() == 1

    def test_others_are_told_who_holds_it(
        self, ask: Ask, agent: User, teammate: User, conversation: Conversation
    ) -> None:
        path = f"/{conversation.pk}/replies"
        nobody = ask(teammate, "post", path, {"text": "Me first!"})
        assert (nobody.status_code, nobody.json()["claimant"]) == (409, None)
        claim_conversation(agent, conversation.pk)
        refused = ask(teammate, "post", path, {"text": "Me first!"})
        assert (refused.status_code, refused.json()["claimant"]["name"]) == (409, "Amir Agent")

    def test_the_rules_come_first(
        self, ask: Ask, agent: User, admin: User, conversation: Conversation
    ) -> None:
        rules = publish_rules(admin, "Be kind.")
        claim_conversation(agent, conversation.pk)
        refused = ask(agent, "post", f"/{conversation.pk}/replies", {"text": "Hello"})
        assert refused.status_code == 409
        assert refused.json()["rules"] == {"version": rules.version, "text": "Be kind."}

    def test_nothing_said_is_no_reply(self, ask: Ask, agent: User, conversation: Conversation) -> None:
        claim_conversation(agent, conversation.pk)
        assert ask(agent, "post", f"/{conversation.pk}/replies", {"text": " "}).status_code == 422
        assert (
            ask(agent, "post", f"/{conversation.pk}/replies", {}).json()["errors"][0]["pointer"] == "#/text"
        )


def test_notes_tags_hand_off_snooze_and_resolve(
    ask: Ask, agent: User, teammate: User, conversation: Conversation
) -> None:
    path = f"/{conversation.pk}"
    assert ask(agent, "post", f"{path}/notes", {"text": "Knows us."}).json()["author"]["id"] == agent.pk
    assert ask(agent, "post", f"{path}/tags", {"name": "leak"}).json()["tags"] == ["leak"]
    assert ask(agent, "delete", f"{path}/tags/leak").status_code == 204
    assert ask(agent, "get", path).json()["tags"] == []
    handed = ask(agent, "post", f"{path}/handoff", {"person": teammate.pk, "note": "Yours."}).json()
    assert (handed["assignee"]["id"], handed["first_helper"]["id"]) == (teammate.pk, agent.pk)
    room = Department.objects.all()[0]
    assert ask(agent, "post", f"{path}/handoff", {"department": room.slug}).json()["department"] == room.slug
    until = (clock.now() + timedelta(days=1)).isoformat()
    assert ask(agent, "post", f"{path}/snooze", {"until": until}).json()["state"] == "snoozed"
    done = ask(agent, "post", f"{path}/resolve", {"outcome": "could_not_help"}).json()
    assert (done["state"], done["outcome"]) == ("done", "could_not_help")


@pytest.mark.parametrize(
    ("verb", "body"),
    [
        ("handoff", {}),
        ("handoff", {"person": 1, "department": "care"}),
        ("handoff", {"person": 999_999}),
        ("handoff", {"department": "nowhere"}),
        ("snooze", {"until": "2026-01-01T00:00:00Z"}),
        ("snooze", {"until": "2026-01-01T00:00:00"}),
        ("resolve", {"outcome": "odd"}),
        ("tags", {"name": ""}),
        ("notes", {"text": " "}),
    ],
)
def test_what_can_not_be_is_422(
    ask: Ask, agent: User, conversation: Conversation, verb: str, body: dict[str, Any]
) -> None:
    refused = ask(agent, "post", f"/{conversation.pk}/{verb}", body)
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("verb", ["resolve", "snooze", "handoff"])
def test_who_does_not_hold_it_moves_nothing(
    ask: Ask, agent: User, teammate: User, conversation: Conversation, verb: str
) -> None:
    claim_conversation(agent, conversation.pk)
    body = {"until": (clock.now() + timedelta(days=1)).isoformat(), "person": teammate.pk}
    refused = ask(teammate, "post", f"/{conversation.pk}/{verb}", body)
    assert (refused.status_code, refused.json()["claimant"]["name"]) == (409, "Amir Agent")
