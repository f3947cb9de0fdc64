"""Few are asked: those who know, want it, are awake and have room."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.community.models import Entry, Group, Member, Membership
from oneroof.core import clock
from oneroof.notify.models import Notice
from oneroof.recognition.actions.routing import offer_others, pass_on, route_waiting, say_what_i_want
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Ask, Willingness
from oneroof.recognition.queries.routing import answerable_by, loads
from oneroof.recognition.rules.routing import Wish, choose, is_awake

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
type Make = Callable[..., Entry]


def wish(*, asked: int = 0, most: int = 3, zone: str = "UTC", active: float = 1) -> Wish:
    return Wish(most, 8, 21, zone, asked, NOON - timedelta(days=active))


def test_few_of_those_who_may_be_asked_the_likeliest_first() -> None:
    ranked = [(n, 1 - n / 10) for n in range(1, 8)]
    wishes = {
        2: wish(),
        3: wish(asked=3),
        4: wish(zone="Asia/Tokyo"),
        5: wish(active=90),
        6: wish(),
        7: wish(),
    }
    assert choose(ranked, wishes, NOON) == [2, 6, 7], "1 never said it, 3 has no room, 4 sleeps, 5 left"


def test_of_two_alike_the_less_asked_comes_first() -> None:
    assert choose([(1, 0.5), (2, 0.5)], {1: wish(asked=2), 2: wish()}, NOON) == [2, 1]


def test_hours_may_run_over_midnight_and_an_unknown_zone_is_utc() -> None:
    night = Wish(3, 21, 6, "Nowhere/Atlantis", 0, NOON)
    assert not is_awake(night, NOON)
    assert is_awake(night, NOON.replace(hour=23))
    assert is_awake(night, NOON.replace(hour=3))


@pytest.fixture
def expert(member: User, answer: Make, question: Make) -> Member:
    """Mia knows valves, and wants to be asked at any hour."""
    mia = Member.objects.create(user=member, name="Mia")
    for _ in range(3):
        answer(question("The valve leaks", "valves", answers=1), author=mia)
    Willingness.objects.create(member=mia, wants_questions=True, from_hour=0, to_hour=24)
    return mia


@pytest.fixture
def waiting(space: Group, question: Make) -> Entry:
    space.to_experts_after = timedelta(hours=1)
    space.save()
    return question("My valve drips", "valves", created_at=clock.ago(hours=2))


@pytest.mark.django_db
def test_a_question_that_waited_is_asked_once(expert: Member, waiting: Entry) -> None:
    assert route_waiting() == 1
    assert route_waiting() == 0
    ask = Ask.objects.get()
    assert (ask.entry, ask.member) == (waiting, expert)
    assert ask.reasons["topic"] > 0
    assert Notice.objects.filter(user=expert.user, kind="asked").count() == 1
    assert [(load.asked, load.most) for load in loads()] == [(1, 3)]


@pytest.mark.django_db
def test_nobody_is_asked_early_over_the_cap_or_unwilling(
    expert: Member, waiting: Entry, space: Group
) -> None:
    Willingness.objects.update(most_a_week=0)
    assert route_waiting() == 0
    Willingness.objects.update(most_a_week=3, wants_questions=False)
    assert route_waiting() == 0
    Willingness.objects.update(wants_questions=True)
    Group.objects.update(to_experts_after=timedelta(hours=5))
    assert route_waiting() == 0
    Group.objects.update(to_experts_after=None)
    assert route_waiting() == 0


@pytest.mark.django_db
def test_a_private_groups_question_is_asked_of_its_members_alone(
    expert: Member, waiting: Entry, space: Group
) -> None:
    Group.objects.update(visibility="secret")
    assert route_waiting() == 0
    assert not Notice.objects.exists()
    Membership.objects.create(group=space, member=expert, state=Membership.State.MEMBER)
    assert route_waiting() == 1


@pytest.mark.django_db
def test_one_says_what_one_wants(member: User) -> None:
    wants = {
        "wants_questions": True,
        "most_a_week": 2,
        "from_hour": 9,
        "to_hour": 17,
        "listed_to": "everybody",
    }
    for skills in (["valves"], ["valves", " lamps "]):
        say_what_i_want(member, **wants, skills=skills)
    assert Willingness.objects.get().skills == ["valves", "lamps"]
    with pytest.raises(RecognitionError):
        say_what_i_want(member, **{**wants, "to_hour": 30}, skills=[])
    member.is_active = False
    with pytest.raises(NotAllowed):
        say_what_i_want(member, **wants, skills=[])


@pytest.mark.django_db
def test_one_passes_on_what_one_was_asked_and_nobody_elses(
    expert: Member, waiting: Entry, member: User, lead: User
) -> None:
    route_waiting()
    ask = Ask.objects.get()
    with pytest.raises(Ask.DoesNotExist):
        pass_on(lead, ask.pk)
    pass_on(member, ask.pk)
    pass_on(member, ask.pk)
    ask.refresh_from_db()
    assert ask.passed_at


@pytest.mark.django_db
def test_whoever_got_help_hears_of_open_questions_once(
    expert: Member, waiting: Entry, member: User, answer: Make, question: Make
) -> None:
    solved = question("My lamp is dark", "lamps", author=expert)
    assert answerable_by(expert, member) == [waiting]
    for _ in range(2):
        offer_others(solved.pk)
    assert Notice.objects.filter(user=member, kind="could_answer").count() == 1
