"""The community as a source: what is public is heard, and a reply from the inbox stands here once."""

from datetime import timedelta

import pytest

from oneroof.accounts.models import User
from oneroof.community.actions.editing import delete, edit
from oneroof.community.actions.hearing import hand_unanswered_to_care, hear, our_source, take_reply
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.models import Entry, Group, Visibility
from oneroof.community.tests.test_asking import at_once
from oneroof.core import clock
from oneroof.listening.models import Post, PostKey, Source
from oneroof.listening.sources.base import Draft, Refused, Sent, Target

pytestmark = pytest.mark.django_db


def draft(entry: Entry, author: User | None, key: str = "reply-1@brumi.example") -> Draft:
    target = Target(external_id=str(entry.pk), author_handle="x", text="", said_at=entry.created_at)
    return Draft(
        key=key, text="A new seal is on its way.", to=target, author_id=author.pk if author else None
    )


def post(entry: Entry) -> Post:
    return Post.objects.get(external_id=str(entry.pk))


def test_what_is_published_is_a_post_in_the_thread_of_its_page(question: Entry, answered: Entry) -> None:
    for entry in (question, answered):
        for _again in range(2):
            hear(entry.pk)
    heard = post(question)
    assert heard.text == "My kettle leaks. What now?\n\nIt drips from the seal."
    assert (heard.source.network, heard.author_name, heard.is_ours) == ("community", "Mia Member", False)
    assert heard.url.endswith(question.get_absolute_url())
    thread = {key.external_id: key.thread_id for key in PostKey.objects.all()}
    assert thread[str(answered.pk)] == thread[str(question.pk)]
    assert Post.objects.count() == 2


def test_edits_and_deletions_are_heard(question: Entry, member: User) -> None:
    hear(question.pk)
    edit(member, question.pk, title=question.title, body="From the lid.")
    hear(question.pk)
    assert "From the lid." in post(question).text
    delete(member, question.pk)
    hear(question.pk)
    assert post(question).gone_at is not None


def test_what_is_private_is_not_heard(question: Entry) -> None:
    for visibility in (Visibility.LISTED, Visibility.SECRET):
        Group.objects.update(visibility=visibility)
        hear(question.pk)
    assert not Source.objects.exists()


def test_what_an_agent_writes_is_said_by_us(question: Entry, agent: User) -> None:
    said = answer(agent, question.pk, "We will send one.")
    hear(said.pk)
    assert post(said).is_ours


def test_a_reply_becomes_an_answer_or_a_comment_by_whoever_wrote_it(
    question: Entry, answered: Entry, agent: User
) -> None:
    first = take_reply(draft(question, agent))
    second = take_reply(draft(answered, agent, "reply-2@brumi.example"))
    made = {each.external_id: each for each in Entry.objects.filter(external_source="inbox")}
    reply, aside = made["reply-1@brumi.example"], made["reply-2@brumi.example"]
    assert (reply.kind, reply.author.user, aside.kind) == ("answer", agent, "comment")
    assert isinstance(first, Sent)
    assert (first.external_id, first.url.endswith(reply.get_absolute_url())) == (str(reply.pk), True)
    assert isinstance(second, Sent)
    assert aside.parent == answered


def test_the_same_reply_again_is_the_same_answer(question: Entry, agent: User) -> None:
    assert take_reply(draft(question, agent)) == take_reply(draft(question, agent))
    assert Entry.objects.filter(kind="answer").count() == 1


def test_a_reply_to_what_is_gone_or_by_nobody_is_refused(question: Entry, member: User, agent: User) -> None:
    assert isinstance(take_reply(draft(question, None)), Refused)
    Group.objects.update(visibility=Visibility.SECRET)
    refusal = take_reply(draft(question, agent))
    assert isinstance(refusal, Refused)
    assert refusal.permanent


def test_questions_that_waited_are_handed_on_once(kettles: Group, member: User, helper: User) -> None:
    Group.objects.update(to_care_after=timedelta(hours=4))
    old = clock.now() - timedelta(hours=5)
    with clock.frozen_at(old):
        waiting, known = ask(member, "Why?", "So.", group=kettles), ask(member, "How?", "So.", group=kettles)
        answer(helper, known.pk, "Like this.")
        comment(helper, waiting.pk, "Good question.")
    ask(member, "When?", "So.", group=kettles)
    assert hand_unanswered_to_care() == 1
    assert hand_unanswered_to_care() == 0
    assert list(Entry.objects.exclude(handed_to_care_at=None)) == [waiting]


def test_groups_that_say_nothing_hand_nothing_on(question: Entry) -> None:
    Entry.objects.update(created_at=clock.now() - timedelta(days=99))
    assert hand_unanswered_to_care() == 0


@pytest.mark.django_db(transaction=True)
def test_attempts_at_once_make_one_answer_and_one_source(member: User, agent: User) -> None:
    asked = ask(member, "My kettle leaks", "From the seal.")
    at_once([lambda: take_reply(draft(asked, agent))] * 6 + [our_source] * 4)
    assert Entry.objects.filter(kind="answer").count() == 1
    assert Source.objects.count() == 1
