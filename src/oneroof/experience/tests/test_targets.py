"""A target that a helpful act would have hurt is shown with the case; handle time is no target."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.care.actions.handing import hand_to_department
from oneroof.care.actions.notes import add_note
from oneroof.care.actions.states import close_conversation, reopen_conversation
from oneroof.care.models import Conversation, Reply
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.community.models import Entry, Group, Member
from oneroof.core import clock
from oneroof.experience.actions.targeting import state_target, withdraw_target
from oneroof.experience.cli import report_targets, targets_as_table
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Target
from oneroof.experience.queries.targets import Checked, cases, checked
from oneroof.experience.tests.conftest import SignIn
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db

LATER = START + timedelta(days=14)
AT = "/desk/experience/teams/targets/"
type Ask = Callable[..., Conversation]


@pytest.fixture
def care(agent: User) -> Department:
    found = Department.objects.create(slug="kare", name="Kare")
    agent.departments.set([found])
    return found


@pytest.fixture
def sales(teammate: User) -> Department:
    found = Department.objects.create(slug="sails", name="Sails")
    teammate.departments.set([found])
    return found


@pytest.fixture
def ask(forum: Source, hear: Hear) -> Ask:
    """A conversation of a department, answered so many minutes later."""

    def asked(name: str, department: Department, answered: float | None = None) -> Conversation:
        hear(forum, said(name, "@brumi help?", author=f"author{name}"))
        if answered is not None:
            hear(forum, said(f"{name}-r", "Here.", author="brumi", parent_id=name, minute=answered))
        found = Conversation.objects.get(customer_handle=f"author{name}")
        Conversation.objects.filter(pk=found.pk).update(department=department)
        found.refresh_from_db()
        return found

    return asked


def at(minute: float) -> Any:
    return clock.frozen_at(START + timedelta(minutes=minute))


def stated(lead: User, measure: str, least: float = 90, **more: Any) -> Target:
    columns = {
        "measure": measure,
        "least": least,
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 16),
    }
    return state_target(lead, {"tolerated": 1, **columns, **more})


def check(target: Target) -> Checked:
    with clock.frozen_at(LATER):
        (told,) = checked([target])
    return told


def acts(told: Checked) -> list[tuple[str, int, float]]:
    """Each act, its case, and the figure without it."""
    return sorted(
        (str(each.act), each.key, round(told.figure.without([each]).value or 0, 1)) for each in told.hurts
    )


def test_who_asks_first_and_who_takes_on_what_was_late_hurts_the_time_to_an_answer(
    ask: Ask, lead: User, agent: User, teammate: User, care: Department, sales: Department
) -> None:
    """The worked example of the docs: ten cases, six in time, two late for helping, two late."""
    for name in "abcdef":
        ask(name, care, 30)
    ask("late", care, 120)
    ask("never", care)
    counsel = ask("counsel", care, 120)
    with at(20):
        add_note(agent, counsel.pk, "Is this the old seal?")
    with at(100):
        add_note(teammate, counsel.pk, "Yes, part 7.")
    moved = ask("moved", sales, 210)
    with at(180):
        hand_to_department(teammate, moved.pk, care.pk)
    told = check(stated(lead, "answered", department=care, within_hours=1))
    assert (told.figure.counted, told.figure.cases, told.figure.value) == (6, 10, 60)
    assert acts(told) == [("asked", counsel.pk, 70.0), ("taken_on", moved.pk, 66.7)]
    assert round(told.without.value or 0, 1) == 77.8
    assert told.collides
    assert not told.is_missed_for_helping
    assert [each.what for each in cases(told, lead)] == [
        "brought it here, its clock running",
        "asked colleagues before the first answer",
    ]


def test_what_would_have_been_late_anyhow_is_no_collision(
    ask: Ask, lead: User, agent: User, teammate: User, care: Department, sales: Department
) -> None:
    """Asked too late; told oneself alone; taken on and then left lying."""
    late, alone, moved = ask("late", care, 120), ask("alone", care, 120), ask("moved", sales, 300)
    with at(70):
        add_note(agent, late.pk, "Who knows?")
        add_note(agent, alone.pk, "To do.")
        hand_to_department(teammate, moved.pk, care.pk)
    with at(80):
        add_note(teammate, late.pk, "I do.")
    told = check(stated(lead, "answered", department=care, within_hours=1))
    assert (told.figure.cases, list(told.hurts), told.collides) == (3, [], False)


def test_looking_again_hurts_what_is_closed(ask: Ask, lead: User, agent: User, care: Department) -> None:
    kept, again = ask("kept", care, 5), ask("again", care, 5)
    with at(10):
        close_conversation(agent, kept.pk, "solved")
        close_conversation(agent, again.pk, "solved")
    with at(60):
        reopen_conversation(agent, again.pk)
    settled = stated(lead, "settled", department=care, within_hours=8)
    told = check(settled)
    assert (told.figure.value, acts(told)) == (50, [("reopened", again.pk, 100.0)])
    assert told.is_missed_for_helping
    ended = check(stated(lead, "ended", 1, department=care))
    assert (ended.figure.value, acts(ended)) == (0.5, [("reopened", again.pk, 1.0)])
    with at(600):
        close_conversation(agent, again.pk, "solved")
    assert acts(check(settled)) == [("reopened", again.pk, 100.0)]


def test_bringing_it_to_the_right_department_hurts_what_one_solves_oneself(
    ask: Ask, lead: User, agent: User, teammate: User, care: Department, sales: Department
) -> None:
    """Four cases: one solved alone, one with help, one brought to whom it concerned, one unsolved."""
    alone, helped, brought, unsolved = (ask(name, care, 5) for name in ("w", "x", "y", "z"))
    with at(20):
        add_note(teammate, helped.pk, "Part 7.")
        hand_to_department(agent, brought.pk, sales.pk)
    with at(30):
        for each in (alone, helped):
            close_conversation(agent, each.pk, "solved")
        close_conversation(teammate, brought.pk, "solved")
        close_conversation(agent, unsolved.pk, "could_not_help")
    told = check(stated(lead, "own", department=care))
    assert (told.figure.counted, told.figure.cases) == (1, 4)
    assert acts(told) == [("handed", brought.pk, 33.3), ("received", helped.pk, 33.3)]
    assert told.without.value == 50


def test_help_elsewhere_takes_the_place_of_a_reply(
    ask: Ask, lead: User, agent: User, care: Department, sales: Department, kettles: Group
) -> None:
    theirs, other = ask("theirs", care, 5), ask("other", sales, 5)
    Reply.objects.create(
        conversation=theirs, source=theirs.source, post_id=theirs.opening_post_id, author=agent, state="sent",
        key="k", claim_token=1, sent_at=START + timedelta(minutes=5),
    )  # fmt: skip
    with at(20):
        add_note(agent, other.pk, "Part 7.")
    with at(30):
        close_conversation(lead, other.pk, "solved")
    member = Member.objects.create(user=agent, name="Amir")
    question = Entry.objects.create(kind="question", group=kettles, title="Leaks?", body="It leaks.")
    answer = Entry.objects.create(
        kind="answer", group=kettles, root=question, parent=question, body="Part 7.", author=member,
        accepted_at=START + timedelta(minutes=50),
    )  # fmt: skip
    for target in (
        stated(lead, "replies", 2, department=care),
        stated(lead, "replies", 2, user=agent),
    ):
        told = check(target)
        assert told.figure.value == 0.5
        assert acts(told) == [("assisted", other.pk, 1.0), ("community", answer.pk, 1.0)]
        assert (told.without.value, told.collides, told.is_reached) == (1.5, True, False)
    assert {each.title for each in cases(told, lead)} == {str(question), str(other)}
    Group.objects.update(visibility="secret")
    assert {each.title for each in cases(told, lead)} == {"", str(other)}


@pytest.mark.parametrize("measure", ["handle_time", "time_on_site"])
def test_neither_handle_time_nor_time_on_site_is_a_target(measure: str, lead: User, care: Department) -> None:
    with pytest.raises(ExperienceError, match="no target here: who"):
        stated(lead, measure, department=care)


@pytest.mark.parametrize(
    "columns",
    [
        {"measure": "mood"},
        {"measure": "answered"},
        {"measure": "ended", "within_hours": 2},
        {"measure": "own", "least": 101},
        {"measure": "ended", "least": 0},
        {"measure": "ended", "department": None},
        {"measure": "ended", "ends_on": date(2026, 3, 2)},
    ],
)
def test_what_no_target_can_be(columns: dict[str, Any], lead: User, care: Department) -> None:
    with pytest.raises(ExperienceError):
        stated(lead, **{"department": care, **columns})
    assert not Target.objects.exists()


def test_leads_alone_state_them_each_once(lead: User, agent: User, volunteer: User, care: Department) -> None:
    for who in (agent, volunteer):
        with pytest.raises(NotAllowed):
            stated(who, "ended", 5, department=care)
    target = stated(lead, "ended", 5, department=care)
    with pytest.raises(ExperienceError, match="already"):
        stated(lead, "ended", 7, department=care)
    with pytest.raises(ExperienceError, match="no person"):
        stated(lead, "own", 7, user=agent)
    with pytest.raises(NotAllowed):
        withdraw_target(agent, target.pk)
    for _twice in range(2):
        withdraw_target(lead, target.pk)
    assert not Target.objects.exists()
    verbs = (
        AuditEntry.objects.filter(verb__startswith="target.").order_by("pk").values_list("verb", flat=True)
    )
    assert list(verbs) == ["target.stated", "target.withdrawn"]


def test_pages_of_targets(
    ask: Ask, lead: User, agent: User, teammate: User, volunteer: User, care: Department, signed_in: SignIn
) -> None:
    again = ask("again", care, 5)
    with at(10):
        close_conversation(agent, again.pk, "solved")
    with at(60):
        reopen_conversation(agent, again.pk)
    told = {"whose": f"department {care.pk}", "measure": "handle_time", "least": 1, "tolerated": 0}
    told |= {"starts_on": "2026-03-02", "ends_on": "2026-03-16"}
    client = signed_in(lead)
    assert "closes early" in client.post(f"{AT}add/", told).content.decode()
    made = client.post(f"{AT}add/", told | {"measure": "ended"})
    page = client.get(made["Location"]).content.decode()
    assert f"/desk/inbox/{again.pk}/" in page
    assert "collides with helping" in page
    assert "collides with helping" in client.get(f"/desk/experience/teams/{care.pk}/").content.decode()
    client.post(f"{AT}add/", told | {"measure": "ended", "whose": f"user {agent.pk}"})
    theirs = Target.objects.get(user=agent)
    assert f"{AT}{theirs.pk}/" in signed_in(agent).get(AT).content.decode()
    assert f"{AT}{theirs.pk}/" not in signed_in(teammate).get(AT).content.decode()
    assert signed_in(teammate).get(f"{AT}{theirs.pk}/").status_code == 404
    for who, expected in ((agent, 200), (volunteer, 404)):
        assert signed_in(who).get(AT).status_code == expected
    for who in (agent, volunteer):
        assert signed_in(who).post(f"{AT}add/", told | {"measure": "ended"}).status_code == 404
        assert signed_in(who).post(f"{AT}{theirs.pk}/withdrawal/").status_code == 404
    client.post(f"{AT}{theirs.pk}/withdrawal/")
    assert Target.objects.count() == 1
    assert "collides with helping" in targets_as_table(report_targets(None))  # type: ignore[arg-type]


def test_a_list_of_targets_asks_as_often_for_many(
    lead: User, care: Department, sales: Department, signed_in: SignIn
) -> None:
    client = signed_in(lead)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            client.get(AT)
        return len(found)

    stated(lead, "ended", 5, department=care)
    one = queries()
    for measure in ("replies", "own"):
        for department in (care, sales):
            stated(lead, measure, 5, department=department)
    assert queries() == one
