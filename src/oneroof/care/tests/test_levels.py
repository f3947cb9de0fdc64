"""Service levels: the figures of a worked example, and every piece of work once."""

import random
from datetime import timedelta
from statistics import median

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.care.actions.service import set_care_settings, set_hours, set_policy
from oneroof.care.actions.states import close_conversation
from oneroof.care.errors import CareError
from oneroof.care.models import CareSettings, Conversation, PastWork, Priority
from oneroof.care.queries.levels import service_levels
from oneroof.care.rules.clocks import hours_of, open_minutes
from oneroof.care.rules.figures import percentile
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db

DAYS = {str(day): [["09:00", "17:00"]] for day in range(5)}


@pytest.fixture
def policies(lead: User) -> None:
    hours = set_hours(lead, "Office", "UTC", DAYS, [])
    for priority in Priority.values:
        set_policy(lead, priority, 60, 480, hours.pk)


def answered(forum: Source, hear: Hear, name: str, asked: float, minutes: float) -> None:
    hear(forum, said(name, f"@brumi question {name}?", minute=asked, author=f"author{name}"))
    hear(forum, said(f"{name}-r", "Here.", author="brumi", parent_id=name, minute=asked + minutes))


def test_medians_percentiles_and_breaches_in_working_hours(forum: Source, hear: Hear, policies: None) -> None:
    for number in range(1, 11):
        answered(forum, hear, f"a{number}", number, 10 * number)
    answered(forum, hear, "evening", 60 * 7 + 50, 60 * 16 + 5)  # Monday 16:50 to Tuesday 08:55
    with clock.frozen_at(START + timedelta(days=2)):
        levels = service_levels(START - timedelta(days=1), START + timedelta(days=2))
    first = levels["all"]["first_response"]
    assert levels["all"]["count"] == first["reached"] == 11
    assert first["working_minutes"] == {"median": 50.0, "p90": 90.0}
    assert first["wall_clock_minutes"]["median"] == 60.0
    assert (first["breached"], first["breached_share"]) == (4, round(4 / 11, 4))
    assert sum(each["count"] for each in levels["by_priority"].values()) == 11


def test_what_is_still_open_after_its_time_counts_as_breached(
    form: Source, hear: Hear, policies: None
) -> None:
    hear(form, said("1"))
    since, until = START, START + timedelta(days=1)
    with clock.frozen_at(START + timedelta(minutes=59)):
        first = service_levels(since, until)["all"]["first_response"]
    assert (first["in_time"], first["breached"], first["running"]) == (0, 0, 1)
    assert first["breached_share"] is None  # nobody can know yet
    with clock.frozen_at(START + timedelta(minutes=61)):
        first = service_levels(since, until)["all"]["first_response"]
    assert (first["in_time"], first["breached"], first["running"]) == (0, 1, 0)
    assert first["breached_share"] == 1


def test_what_ended_without_an_answer_was_not_answered_in_time(
    form: Source, hear: Hear, policies: None, agent: User
) -> None:
    """One closed within its time, one long after; neither was answered."""
    for name, minutes in (("1", 30), ("2", 90)):
        (one,) = hear(form, said(name))
        with clock.frozen_at(START + timedelta(minutes=minutes)):
            close_conversation(agent, one.pk, "no_answer_needed")
    with clock.frozen_at(START + timedelta(days=2)):
        first = service_levels(START, START + timedelta(days=1))["all"]["first_response"]
    assert (first["reached"], first["in_time"], first["breached"], first["ended_without"]) == (0, 0, 1, 1)


@pytest.mark.parametrize("zone", ["UTC", "Europe/London", "Asia/Tokyo", "America/St_Johns"])
def test_minutes_are_counted_as_the_rules_do(conversation: Conversation, zone: str) -> None:
    """Over the night on which clocks go forward, with days off, two spans a day and other hours beside."""
    days = {
        **{str(day): [["08:30", "12:00"], ["13:00", "24:00"]] for day in range(5)},
        "6": [["00:00", "06:00"]],
    }
    hours = {"name": "Odd", "time_zone": zone, "days": days, "closed_on": ["2026-03-25"]}
    others = ({**hours, "closed_on": []}, {**hours, "time_zone": "Asia/Kolkata"}, None)
    chance = random.Random(7)
    expected = []
    for number in range(60):
        opened = START + timedelta(minutes=chance.randrange(60 * 24 * 40))
        answered_at = opened + timedelta(minutes=chance.randrange(-5, 60 * 24 * 9))
        promised = chance.choice((hours, *others))
        PastWork.objects.create(
            conversation=conversation, priority="low", opened_at=opened + timedelta(seconds=number),
            first_response_at=answered_at, policy={"hours": promised},
        )  # fmt: skip
        calendar = hours_of(promised)
        expected.append(open_minutes(opened + timedelta(seconds=number), answered_at, calendar))
    figures = service_levels(START - timedelta(days=1), START + timedelta(days=60))["by_priority"]["low"]
    spread = figures["first_response"]["working_minutes"]
    assert spread["median"] == pytest.approx(median(expected), abs=0.06)
    assert spread["p90"] == pytest.approx(percentile(sorted(expected), 90), abs=0.06)


def test_due_times_stay_as_they_were_made_when_a_policy_changes(
    form: Source, hear: Hear, policies: None, lead: User
) -> None:
    (conversation,) = hear(form, said("1"))
    set_policy(lead, conversation.priority, 5, 10)
    hear(form, said("2", "Hello?", parent_id="1", minute=5))
    conversation.refresh_from_db()
    assert conversation.first_due_at == START + timedelta(minutes=60)
    assert conversation.policy["first_response_minutes"] == 60


def test_past_work_is_counted_beside_the_present_one(
    conversation: Conversation, form: Source, agent: User, hear: Hear, lead: User
) -> None:
    set_care_settings(lead, approvals_needed=5, reopen_days=0)
    with clock.frozen_at(START + timedelta(hours=1)):
        close_conversation(agent, conversation.pk, "solved")
    hear(form, said("2", "Another thing", parent_id="1", minute=60 * 24 * 3))
    assert PastWork.objects.count() == 1
    with clock.frozen_at(START + timedelta(days=4)):
        levels = service_levels(START, START + timedelta(days=4))
    assert levels["all"]["count"] == 2
    assert levels["all"]["resolution"]["reached"] == 1


def test_the_90th_percentile_is_that_of_the_textbook() -> None:
    """numpy.percentile([15, 20, 35, 40, 50], 40) is 29.0."""
    assert percentile([15, 20, 35, 40, 50], 40) == pytest.approx(29.0)
    assert percentile([7], 90) == 7


@pytest.mark.parametrize(
    ("zone", "days"),
    [
        ("Mars/Olympus", DAYS),
        ("UTC", {}),
        ("UTC", {"9": [["09:00", "17:00"]]}),
        ("UTC", {"0": [["17:00", "09:00"]]}),
        ("UTC", {"0": [["nine", "17:00"]]}),
    ],
)
def test_hours_that_no_clock_can_run_in_are_refused(lead: User, zone: str, days: dict[str, object]) -> None:
    with pytest.raises(CareError, match="no working hours"):
        set_hours(lead, "Odd", zone, days, [])  # type: ignore[arg-type]


def test_only_leads_set_the_clocks(agent: User, lead: User) -> None:
    for refused in (
        lambda: set_policy(agent, "high", 1, 2),
        lambda: set_hours(agent, "Odd", "UTC", DAYS, []),
        lambda: set_care_settings(agent, approvals_needed=1, reopen_days=1),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(CareError, match="before the resolution"):
        set_policy(lead, "high", 20, 10)
    set_care_settings(lead, approvals_needed=2, reopen_days=3)
    set_care_settings(lead, approvals_needed=4, reopen_days=3)
    assert CareSettings.objects.get().approvals_needed == 4
