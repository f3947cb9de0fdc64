"""Ask, answer, comment: who may, what follows, and what others are told."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.actions.writing import answer, ask, comment
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryPublished
from oneroof.community.models import Entry, Follow, Group, Member, Membership, Status, Tag, Visibility
from oneroof.community.rules.tagging import tag_names
from oneroof.community.tests.conftest import members
from oneroof.core import events
from oneroof.core.testing.jobs import run_jobs

pytestmark = pytest.mark.django_db


def test_a_question_stands_open_tagged_and_followed_by_who_asked(question: Entry, member: User) -> None:
    assert (question.status, question.author.user, question.lang) == (Status.OPEN, member, "en")
    assert [tag.name for tag in question.tags.all()] == ["seal"]
    assert question.revisions.get().number == 1
    assert Follow.objects.get(entry=question).member == question.author
    assert AuditEntry.objects.get(verb="entry.asked").actor == member


def test_where_no_group_is_named_it_goes_to_the_first(member: User) -> None:
    assert ask(member, "Why?", "Because of what?").group.slug == "general"


def test_nobody_asks_in_a_group_in_which_they_do_not_read(member: User, helper: User) -> None:
    secret = Group.objects.create(slug="secret", name="Secret", visibility=Visibility.SECRET)
    with pytest.raises(Group.DoesNotExist):
        ask(member, "Why?", "Because of what?", group=secret)
    Membership.objects.create(
        group=secret, member=Member.objects.create(user=member, name="Mia"), state=Membership.State.MEMBER
    )
    hidden = ask(member, "Why?", "Because of what?", group=secret)
    for act in (answer, comment):
        with pytest.raises(Entry.DoesNotExist):
            act(helper, hidden.pk, "I know.")


def test_an_account_that_may_not_take_part_writes_nothing(question: Entry) -> None:
    from django.contrib.auth.models import AnonymousUser

    for act in (
        lambda who: ask(who, "Why?", "So."),
        lambda who: answer(who, question.pk, "So."),
        lambda who: comment(who, question.pk, "So."),
    ):
        with pytest.raises(NotAllowed):
            act(AnonymousUser())


@pytest.mark.parametrize(
    ("title", "body"), [("", "text"), (" \n", "text"), ("x" * 201, "text"), ("title", " ")]
)
def test_what_is_empty_or_too_long_is_refused_in_words(member: User, title: str, body: str) -> None:
    with pytest.raises(CommunityError):
        ask(member, title, body)
    assert not Entry.objects.exists()


def test_an_answer_changes_how_the_question_stands(question: Entry, answered: Entry) -> None:
    question.refresh_from_db()
    assert (question.status, question.answers) == (Status.ANSWERED, 1)
    assert answered.get_absolute_url() == f"{question.get_absolute_url()}#a{answered.pk}"


def test_a_comment_to_a_comment_stands_beside_it(question: Entry, answered: Entry, member: User) -> None:
    first = comment(member, answered.pk, "Which way round?")
    second = comment(member, first.pk, "Never mind.")
    assert (second.parent_id, second.root_id) == (answered.pk, question.pk)
    assert second.get_absolute_url().endswith(f"#c{second.pk}")


def test_only_questions_have_answers(answered: Entry, member: User) -> None:
    with pytest.raises(CommunityError):
        answer(member, answered.pk, "An answer to an answer.")


def test_an_address_keeps_every_script(member: User, kettles: Group) -> None:
    asked = ask(member, "やかんが漏れます。どうすれば?", "水が漏れます。", group=kettles)
    assert asked.get_absolute_url() == f"/q/{asked.pk}/やかんが漏れますどうすれば"


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Tea pots, descaling,, DESCALING", ["tea-pots", "descaling"]),
        ("c++, .net, c#", ["c++", "net", "c#"]),
        ("<b>, /", ["b"]),
        ("", []),
    ],
)
def test_tags_are_read_from_what_is_typed(typed: str, names: list[str]) -> None:
    assert tag_names(typed) == names


@pytest.fixture
def heard() -> Iterator[list[EntryPublished]]:
    told: list[EntryPublished] = []

    def listen(event: EntryPublished) -> None:
        told.append(event)

    events.subscribe(EntryPublished)(listen)
    yield told
    known = events._subscribers[events.name_of(EntryPublished)]
    known.pop(f"{listen.__module__}.{listen.__qualname__}")


@pytest.mark.django_db(transaction=True)
def test_what_is_published_is_told_after_commit(
    heard: list[EntryPublished], member: User, helper: User
) -> None:
    asked = ask(member, "My kettle leaks", "From the seal.")
    said = answer(helper, asked.pk, "Turn it round.")
    run_jobs()
    assert sorted((event.entry_id, event.kind) for event in heard) == [
        (asked.pk, "question"),
        (said.pk, "answer"),
    ]


@pytest.mark.django_db(transaction=True)
def test_ten_answers_at_once_are_counted_as_ten(member: User) -> None:
    asked = ask(member, "My kettle leaks", "From the seal.")
    at_once([lambda who=who: answer(who, asked.pk, f"I am {who}.") for who in members(10)])
    asked.refresh_from_db()
    assert (asked.answers, asked.status) == (10, Status.ANSWERED)


@pytest.mark.django_db(transaction=True)
def test_a_tag_and_a_member_that_two_make_at_once_are_one(member: User) -> None:
    at_once([lambda: ask(member, "Why?", "So.", tags="seal")] * 6)
    assert Tag.objects.count() == Member.objects.count() == 1
    assert Entry.objects.count() == 6


def at_once(acts: list) -> None:
    """Each in a thread of its own, begun together; an error in one fails the test."""
    start, failed = threading.Barrier(len(acts)), []

    def run(act) -> None:
        start.wait()
        try:
            act()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    crowd = [threading.Thread(target=run, args=(act,)) for act in acts]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert failed == []
