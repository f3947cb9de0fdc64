"""Whoever reported what a moderator took away has it in the ledger, until it is overturned."""

from collections.abc import Callable

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from oneroof.accounts.models import User
from oneroof.community.actions.deciding import release, remove
from oneroof.community.actions.editing import restore
from oneroof.community.actions.reporting import report
from oneroof.community.actions.sanctions import appeal, decide_appeal, lift, sanction
from oneroof.community.events import ReportsOverturned, ReportsUpheld
from oneroof.community.models import Entry, Member, Report
from oneroof.core.events import name_of
from oneroof.recognition.actions.ledger import settle_all, settle_entry
from oneroof.recognition.actions.mvp import open_round
from oneroof.recognition.models import Badge, Contribution
from oneroof.recognition.queries.mvp import candidates

pytestmark = pytest.mark.django_db
type Make = Callable[..., Entry]


@pytest.fixture
def spam(answer: Make, teammate: User) -> Entry:
    """An answer by a member with an account."""
    author = User.objects.create_user("sly@customers.example", name="Sly")
    return answer(accepted=False, author=Member.objects.create(user=author, name="Sly"))


def lines() -> list[tuple[str, str, int]]:
    standing = Contribution.objects.standing().order_by("pk")
    return list(standing.values_list("member__user__email", "source", "points"))


def told(kind: type) -> int:
    return ProcrastinateJob.objects.filter(args__kind=name_of(kind)).count()


def test_who_was_right_is_in_the_ledger_once(spam: Entry, member: User, agent: User) -> None:
    made = report(member, spam.pk, "spam")
    settle_entry(spam.pk)
    assert lines() == []
    remove(agent, spam.pk, "spam")
    assert told(ReportsUpheld) == 1
    for _twice in range(2):
        settle_entry(spam.pk)
    settle_all()
    assert lines() == [(member.email, f"report:{made.pk}", 2)]


def test_who_was_not_right_has_nothing(spam: Entry, member: User, agent: User) -> None:
    report(member, spam.pk, "spam")
    release(agent, spam.pk)
    settle_entry(spam.pk)
    assert lines() == []


def test_it_goes_when_the_entry_is_brought_back(spam: Entry, member: User, agent: User) -> None:
    report(member, spam.pk, "spam")
    remove(agent, spam.pk, "spam")
    settle_entry(spam.pk)
    for _twice in range(2):
        restore(agent, spam.pk)
    assert told(ReportsOverturned) == 1
    settle_entry(spam.pk)
    assert lines() == []
    assert Report.objects.get().outcome == "dismissed"


@pytest.mark.parametrize("granted", [True, False])
def test_it_goes_with_an_appeal_that_is_granted(
    spam: Entry, member: User, agent: User, lead: User, granted: bool
) -> None:
    report(member, spam.pk, "offensive")
    remove(agent, spam.pk, "offensive")
    assert spam.author
    assert spam.author.user
    said = sanction(agent, spam.author.pk, "silence", "Insults", days=7, entry_id=spam.pk)
    appeal(spam.author.user, said.pk, "It was a quotation.")
    decide_appeal(lead, said.pk, granted=granted, answer="We looked again.")
    settle_entry(spam.pk)
    assert len(lines()) == (0 if granted else 1)


def test_a_sanction_that_is_merely_lifted_leaves_it(spam: Entry, member: User, agent: User) -> None:
    report(member, spam.pk, "spam")
    remove(agent, spam.pk, "spam")
    assert spam.author
    lift(agent, sanction(agent, spam.author.pk, "silence", "Spam", days=7, entry_id=spam.pk).pk)
    settle_entry(spam.pk)
    assert len(lines()) == 1


def test_reports_alone_give_a_badge_and_make_nobody_a_candidate(
    answer: Make, member: User, agent: User, lead: User
) -> None:
    for _ in range(5):
        bad = answer(accepted=False)
        report(member, bad.pk, "spam")
        remove(agent, bad.pk, "spam")
        settle_entry(bad.pk)
    assert list(Badge.objects.values_list("key", flat=True)) == ["watchful"]
    assert candidates(open_round(lead, name="This year")) == []
