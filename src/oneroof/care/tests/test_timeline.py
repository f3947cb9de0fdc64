"""A person's page tells posts, conversations and our replies, in order."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.care.tests.conftest import START, said
from oneroof.customers.models import Person
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db


def test_what_was_said_and_what_became_of_it(
    client: Client, agent: User, form: Source, hear: Any, conversation: Conversation
) -> None:
    hear(form, said("2", "And the lid is loose.", minute=9, parent_id="1"))
    Reply.objects.create(
        conversation=conversation,
        source=form,
        post_id=conversation.latest_post_id,
        author=agent,
        text="We send you another.",
        state=ReplyState.SENT,
        key="k",
        claim_token=1,
        sent_at=START + timedelta(minutes=20),
    )
    person = Person.objects.get(identities=conversation.identity)
    client.force_login(agent)
    html = client.get(f"/desk/people/{person.pk}/").text
    order = ["We send you another.", "And the lid is loose.", ">Conversation<"]
    assert [html.rindex(words) for words in order] == sorted(html.rindex(words) for words in order)
    assert f"/desk/inbox/{conversation.pk}/" in html
    only = client.get(f"/desk/people/{person.pk}/?what=replies").text
    assert "We send you another." in only
    assert "lid is loose" not in only
    assert html.count("My kettle leaks. What now?") == 1
    assert "My kettle leaks. What now?" in client.get(f"/desk/people/{person.pk}/?what=posts").text


def test_an_answer_by_hand_says_what_was_heard_of_it(
    client: Client, agent: User, form: Source, hear: Any, conversation: Conversation
) -> None:
    hear(form, said("2", "Try the lid.", author="brumi", minute=9, parent_id="1"))
    Reply.objects.create(
        conversation=conversation,
        source=form,
        post_id=conversation.opening_post_id,
        author=agent,
        text="",
        by_hand=True,
        state=ReplyState.SENT,
        key="k",
        claim_token=1,
        sent_at=START + timedelta(minutes=10),
    )
    person = Person.objects.get(identities=conversation.identity)
    client.force_login(agent)
    html = client.get(f"/desk/people/{person.pk}/?what=replies").text
    assert "Try the lid." in html
    assert '<dt dir="auto">contact form</dt>' in html
    assert "<dd>English</dd>" in html


@pytest.mark.parametrize("size", [1, 30])
def test_a_long_life_asks_no_more_than_a_short_one(
    client: Client, agent: User, form: Source, hear: Any, size: int, django_assert_max_num_queries: Any
) -> None:
    hear(form, *(said(str(number), minute=number) for number in range(size)))
    person = Person.objects.get()
    client.force_login(agent)
    with django_assert_max_num_queries(36):
        assert client.get(f"/desk/people/{person.pk}/").text.count("data-row") >= size
