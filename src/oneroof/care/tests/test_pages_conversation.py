"""A conversation's page: what one may do there, what others are told, and that a refusal loses nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oneroof.accounts.models import Department, User
from oneroof.care.actions.claims import CLAIM_LASTS, claim_conversation, take_over
from oneroof.care.actions.notes import add_note, add_tag
from oneroof.care.actions.replies import send_reply
from oneroof.care.actions.states import close_conversation
from oneroof.care.models import Conversation, State
from oneroof.care.rules import snoozing
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true", "HX-Target": "detail"}


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def at(name: str, conversation: Conversation) -> str:
    return reverse(f"care:{name}", args=[conversation.pk])


def test_it_shows_the_thread_the_reasons_the_customer_and_the_history(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    (one,) = hear(
        form,
        said("1", "My kettle leaks. What now?", followers=1204),
        said("2", "Hello?", parent_id="1", minute=1),
    )
    (other,) = hear(form, said("9", "And the lid?", minute=3))
    add_note(agent, one.pk, "Be kind.")
    add_tag(agent, one.pk, "seal")
    page = signed_in(agent).get(at("conversation", one)).content.decode()
    for words in (
        "What now?",
        "Hello?",
        "Be kind.",
        "seal",
        "1204",
        "Why it needs an answer",
        "wrote a note",
    ):
        assert words in page
    assert f"/desk/inbox/{other.pk}/" in page
    assert sum(reason["points"] for reason in one.need_reasons) == one.need


def test_near_copies_are_counted(form: Source, hear: Hear, agent: User, signed_in: Any) -> None:
    text = "The lid of my new kettle broke after two days and nobody answers my letters at all"
    (first,) = hear(form, said("1", text, author="a"))
    (second,) = hear(form, said("2", text + "!", author="b", minute=1))
    client = signed_in(agent)
    assert "Said again in 1 other post" in client.get(at("conversation", first)).content.decode()
    assert "Says what an earlier post said" in client.get(at("conversation", second)).content.decode()


def test_it_costs_the_same_with_a_longer_thread(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    (one,) = hear(form, said("1"))
    client, costs = signed_in(agent), []
    for first, last in ((2, 3), (3, 12)):
        hear(form, *(said(str(n), f"More {n}?", parent_id="1", minute=n) for n in range(first, last)))
        for _ in range(first, last):
            add_note(agent, one.pk, "noted")
        client.get(at("conversation", one), headers=IN_PLACE)
        with CaptureQueriesContext(connection) as asked:
            client.get(at("conversation", one), headers=IN_PLACE)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_htmx_gets_the_pane_alone_and_its_history_the_whole_page(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    pane = client.get(at("conversation", conversation), headers=IN_PLACE).content.decode()
    assert "<html" not in pane
    assert 'id="detail"' in pane
    again = {**IN_PLACE, "HX-History-Restore-Request": "true"}
    assert "<html" in client.get(at("conversation", conversation), headers=again).content.decode()


def test_what_does_not_exist_is_404(agent: User, signed_in: Any) -> None:
    client = signed_in(agent)
    for name in ("conversation", "conversation_changes"):
        assert client.get(reverse(f"care:{name}", args=[999])).status_code == 404
    for name in ("claim", "note", "draft", "closure", "reply"):
        words = {"text": "x", "outcome": "solved"}
        assert client.post(reverse(f"care:{name}", args=[999]), words).status_code == 404


def test_one_claims_and_the_other_is_told_who_and_until_when(
    conversation: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    mine, theirs = signed_in(agent), signed_in(teammate)
    won = mine.post(at("claim", conversation), headers=IN_PLACE)
    assert won.status_code == 200
    assert "Mine until" in won.content.decode()
    assert mine.post(at("claim", conversation)).status_code == 302  # pressed twice
    lost = theirs.post(at("claim", conversation), headers=IN_PLACE)
    assert lost.status_code == 409
    assert "Amir Agent is answering this conversation. Until" in lost.content.decode()
    conversation.refresh_from_db()
    assert conversation.claimant == agent
    theirs.post(at("release", conversation))
    conversation.refresh_from_db()
    assert conversation.claimant == agent
    mine.post(at("release", conversation))
    conversation.refresh_from_db()
    assert conversation.claimant is None


def test_only_a_lead_takes_over(
    conversation: Conversation, agent: User, teammate: User, lead: User, signed_in: Any
) -> None:
    claim_conversation(agent, conversation.pk)
    assert signed_in(teammate).post(at("takeover", conversation)).status_code == 404
    assert "Take over" not in signed_in(teammate).get(at("conversation", conversation)).content.decode()
    assert "Take over" in signed_in(lead).get(at("conversation", conversation)).content.decode()
    assert signed_in(lead).post(at("takeover", conversation), headers=IN_PLACE).status_code == 200
    conversation.refresh_from_db()
    assert conversation.claimant == lead


def test_handed_on_with_a_note(
    conversation: Conversation, agent: User, teammate: User, member: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    client.post(at("claim", conversation))
    words = {"to": f"person:{teammate.pk}", "note": "You know her."}
    assert client.post(at("handoff", conversation), words, headers=IN_PLACE).status_code == 200
    page = signed_in(teammate).get(at("conversation", conversation)).content.decode()
    for shown in ("Handed to Tess Teammate", "You know her.", "First helper", "Amir Agent"):
        assert shown in page
    legal = Department.objects.get_or_create(slug="legal", defaults={"name": "Legal"})[0]
    client.post(at("handoff", conversation), {"to": f"department:{legal.pk}"})
    conversation.refresh_from_db()
    assert (conversation.department, conversation.assignee, conversation.first_helper) == (legal, None, agent)
    for wrong in ("", "person:0x", f"person:{member.pk}", "department:99999"):
        refused = client.post(at("handoff", conversation), {"to": wrong, "note": "kept"}, headers=IN_PLACE)
        assert refused.status_code == 409
        assert "kept" in refused.content.decode()


def test_notes_and_tags_also_while_another_one_holds_it(
    conversation: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    claim_conversation(agent, conversation.pk)
    client = signed_in(teammate)
    assert (
        "A <b>remark</b>"
        not in client.post(
            at("note", conversation), {"text": "A <b>remark</b>"}, headers=IN_PLACE
        ).content.decode()
    )
    assert conversation.notes.get().text == "A <b>remark</b>"
    assert client.post(at("note", conversation), {"text": "  "}, headers=IN_PLACE).status_code == 409
    client.post(at("tag", conversation), {"tag": " new  tag "})
    client.post(at("tag", conversation), {"tag": "New Tag"})
    assert [tag.name for tag in conversation.tags.all()] == ["new tag"]
    client.post(at("tag_removal", conversation), {"tag": "new tag"})
    client.post(at("tag_removal", conversation), {"tag": "new tag"})
    assert not conversation.tags.exists()
    assert client.post(at("tag", conversation), {"tag": "x" * 61}, headers=IN_PLACE).status_code == 409


def test_snoozed_woken_closed_reopened_and_put_first(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    client = signed_in(agent)

    def now_it_is() -> tuple[str, str | None]:
        conversation.refresh_from_db()
        return conversation.state, conversation.outcome

    said_so = client.post(at("snooze", conversation), {"until": "hour"}, headers=IN_PLACE)
    assert "Snoozed until" in said_so["HX-Trigger-After-Settle"]
    assert now_it_is() == (State.SNOOZED, None)
    client.post(at("waking", conversation))
    assert now_it_is() == (State.OPEN, None)
    for _ in range(2):
        client.post(at("closure", conversation), {"outcome": "solved", "sure": "yes"})
    assert now_it_is() == (State.DONE, "solved")
    assert client.post(at("snooze", conversation), {"until": "hour"}, headers=IN_PLACE).status_code == 409
    client.post(at("reopening", conversation))
    assert now_it_is() == (State.OPEN, None)
    client.post(at("priority", conversation), {"priority": "urgent"})
    conversation.refresh_from_db()
    assert (conversation.priority, conversation.priority_by_hand) == ("urgent", True)
    client.post(at("priority", conversation), {"priority": ""})
    conversation.refresh_from_db()
    assert not conversation.priority_by_hand
    for name, wrong in (
        ("closure", {"outcome": "fled"}),
        ("priority", {"priority": "x"}),
        ("snooze", {"until": "date", "date": "soon"}),
    ):
        assert client.post(at(name, conversation), wrong, headers=IN_PLACE).status_code == 409


def test_a_date_is_meant_in_ones_own_time_zone(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    agent.time_zone = "Asia/Tokyo"
    agent.save(update_fields=["time_zone"])
    signed_in(agent).post(at("snooze", conversation), {"until": "date", "date": "2099-05-01T09:00"})
    conversation.refresh_from_db()
    assert f"{conversation.snoozed_until:%Y-%m-%d %H:%M}" == "2099-05-01 00:00"


def test_mornings() -> None:
    wednesday = START.replace(day=4, hour=16, minute=20)
    assert snoozing.in_an_hour(wednesday) == wednesday.replace(hour=17)
    assert snoozing.tomorrow_morning(wednesday) == wednesday.replace(day=5, hour=9, minute=0)
    assert snoozing.monday_morning(wednesday) == wednesday.replace(day=9, hour=9, minute=0)
    assert snoozing.monday_morning(START) == START.replace(day=9)  # on a Monday, the next one


def test_nobody_closes_or_snoozes_what_another_one_holds(
    conversation: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    claim_conversation(agent, conversation.pk)
    for name, words in (
        ("closure", {"outcome": "solved"}),
        ("snooze", {"until": "hour"}),
        ("handoff", {"to": f"person:{teammate.pk}"}),
    ):
        refused = signed_in(teammate).post(at(name, conversation), words, headers=IN_PLACE)
        assert refused.status_code == 409
        assert "Amir Agent is answering" in refused.content.decode()


def test_an_open_page_is_told_what_changed_and_a_composer_in_use_is_left_alone(
    conversation: Conversation, agent: User, teammate: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    version = client.get(at("conversation", conversation)).context["version"]
    url = at("conversation_changes", conversation)
    assert client.get(url, {"version": version}).status_code == 204
    claim_conversation(teammate, conversation.pk)
    pieces = client.get(url, {"version": version}).content.decode()
    for place in ("thread", "head", "about", "composer", "row-now"):
        assert f'id="{place}"' in pieces
    assert "Tess Teammate" in pieces
    assert 'id="composer"' not in client.get(url, {"version": version, "typing": "1"}).content.decode()
    version = client.get(at("conversation", conversation)).context["version"]
    with clock.frozen_at(clock.now() + CLAIM_LASTS):
        assert client.get(url, {"version": version}).status_code == 200  # the lapse shows too


def test_a_merged_one_shows_that_into_which_it_went(
    form: Source, hear: Hear, agent: User, signed_in: Any
) -> None:
    late, early = (
        hear(form, said("2", "And?", parent_id="0", minute=2)),
        hear(form, said("5", "Early", minute=1)),
    )
    merged, into = late[0], early[0]
    Conversation.objects.filter(pk=merged.pk).update(merged_into=into, thread=None)
    assert "Early" in signed_in(agent).get(at("conversation", merged)).content.decode()


def test_a_conversation_outlives_its_network(conversation: Conversation, agent: User, signed_in: Any) -> None:
    Source.objects.update(network="gone")
    close_conversation(agent, conversation.pk, "solved")
    assert signed_in(agent).get(at("conversation", conversation)).status_code == 200


def test_outsiders_get_404_and_change_nothing(
    conversation: Conversation, member: User, signed_in: Any
) -> None:
    before = Conversation.objects.values().get()
    for client in (Client(), signed_in(member)):
        assert client.get(at("conversation", conversation)).status_code == 404
        for name in (
            "claim",
            "release",
            "takeover",
            "note",
            "tag",
            "snooze",
            "closure",
            "draft",
            "reply",
            "by_hand",
        ):
            words = {"text": "x", "tag": "x", "until": "hour", "outcome": "solved"}
            assert client.post(at(name, conversation), words).status_code == 404
    assert Conversation.objects.values().get() == before


def test_what_writes_takes_no_get(conversation: Conversation, agent: User, signed_in: Any) -> None:
    client = signed_in(agent)
    for name in ("claim", "release", "handoff", "note", "tag", "tag_removal", "snooze", "waking", "closure",
                 "reopening", "priority", "draft", "preview", "reply", "by_hand"):  # fmt: skip
        assert client.get(at(name, conversation)).status_code == 405


def test_without_scripts_one_comes_back_to_the_same_list(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    answer = signed_in(agent).post(at("claim", conversation) + "?view=open&lang=en&next=//evil.example")
    assert answer["Location"] == f"/desk/inbox/{conversation.pk}/?view=open&lang=en"


def test_times(conversation: Conversation, agent: User, signed_in: Any) -> None:
    Conversation.objects.update(
        first_due_at=clock.now() - timedelta(hours=2), resolution_due_at=clock.now() + timedelta(hours=30)
    )
    page = signed_in(agent).get(at("conversation", conversation)).content.decode()
    assert "Overdue" in page
    assert "in 1d" in page


def test_closing_as_solved_what_nobody_answered_asks_first_and_tells_the_truth(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    assert "data-confirm-word" in client.get(at("conversation", conversation)).text
    refused = client.post(at("closure", conversation), {"outcome": "solved"}, headers=IN_PLACE)
    assert refused.status_code == 409
    assert "Nobody has answered here yet" in refused.text
    done = client.post(
        at("closure", conversation), {"outcome": "solved", "sure": "yes"}, headers=IN_PLACE
    ).text
    assert "never answered" in done
    assert "closed without an answer" in done
    assert "In time" not in done


def test_claiming_leaves_the_keys_alone_and_claim_and_reply_begins_to_write(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    claimed = signed_in(agent).post(at("claim", conversation), headers=IN_PLACE).text
    assert "autofocus" not in claimed[claimed.index('id="composer"') :].partition("dialog")[0]
    writing = signed_in(agent).post(at("claim", conversation), {"then": "reply"}, headers=IN_PLACE).text
    assert "autofocus" in writing[writing.index('id="composer"') :].partition("dialog")[0]


def test_who_is_taken_over_from_is_told_in_words(conversation: Conversation, agent: User, lead: User) -> None:
    claim_conversation(agent, conversation.pk)
    take_over(lead, conversation.pk)
    notice = Notice.objects.get(user=agent, kind="taken_over")
    assert notice.title == f"{lead} took over from you: {conversation.subject}"


def test_what_is_on_its_way_is_an_answer_and_the_open_question_of_closing_is_kept_true(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    client = signed_in(agent)
    claim_conversation(agent, conversation.pk)
    asks = "Close it as solved all the same?"
    assert asks in client.get(at("conversation", conversation)).text
    send_reply(agent, conversation.pk, "A seal is on its way.")
    assert asks not in client.get(at("conversation", conversation)).text
    pieces = client.get(at("conversation_changes", conversation)).text
    assert 'id="close-it" hx-swap-oob="true"' in pieces
    assert asks not in pieces
    client.post(at("closure", conversation), {"outcome": "solved"})
    conversation.refresh_from_db()
    assert conversation.state == State.DONE


def test_without_scripts_claim_and_reply_begins_to_write_too(
    conversation: Conversation, agent: User, signed_in: Any
) -> None:
    page = signed_in(agent).post(at("claim", conversation), {"then": "reply"}, follow=True).text
    assert "autofocus" in page[page.index('id="composer"') :].partition("dialog")[0]
