"""Waits: those that are still open count with what they lasted, and each figure leads to its rows."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.models import User
from oneroof.care.actions.service import set_hours, set_policy
from oneroof.care.actions.states import close_conversation
from oneroof.care.models import Priority
from oneroof.care.queries.waits import WorkingTime, usual_hours, works
from oneroof.care.rules.clocks import hours_of, open_minutes
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.community.models import Entry, Group, Kind, Member, Status
from oneroof.core import clock
from oneroof.experience.queries.response import Block, response, response_rows
from oneroof.experience.rules.waits import Wait, measure
from oneroof.experience.tests.conftest import SignIn
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db

SPAN = (START - timedelta(days=1), START + timedelta(days=7))
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}


def blocks() -> dict[tuple[str, str], Block]:
    return {(each.place, each.clock): each for each in response(*SPAN)}


def test_a_percentile_counts_who_still_waits() -> None:
    """Four reached after 1, 2, 3 and 4 minutes, four still open after 5: half are reached by 4, not by 2.5."""
    waits = [Wait(n, n, n, reached=True) for n in (1, 2, 3, 4)]
    waits += [Wait(n, 5, 5, reached=False) for n in range(4)]
    found = measure(waits)
    assert found.by_clock == (4, None, None)
    assert found.share
    assert (found.reached, found.waiting, round(found.share.value, 2)) == (4, 4, 0.5)
    assert [round(share, 3) for _minute, share in found.curve] == [0.875, 0.75, 0.625, 0.5]


def test_the_inbox_is_measured_in_both_kinds_of_hours(
    forum: Source, hear: Hear, lead: User, agent: User
) -> None:
    hours = set_hours(lead, "Office", "UTC", OFFICE, [])
    for priority in Priority.values:
        set_policy(lead, priority, 60, 480, hours.pk)
    hear(forum, said("1", "@brumi help?", minute=470))  # 16:50
    hear(forum, said("1-r", "Here.", author="brumi", parent_id="1", minute=965))  # 01:05
    (other,) = hear(forum, said("2", "@brumi and me?", minute=0, author="other"))
    with clock.frozen_at(START + timedelta(minutes=30)):
        close_conversation(agent, other.pk, "could_not_help")
    with clock.frozen_at(START + timedelta(days=2)):
        answer, solution = blocks()["inbox", "answer"].measured, blocks()["inbox", "solution"].measured
        rows = response_rows(*SPAN, "inbox", "answer", "reached").rows
    assert (answer.reached, answer.ended, answer.waiting) == (1, 1, 0)
    assert (solution.reached, solution.ended, solution.waiting) == (0, 1, 1)
    assert [(row.minutes, row.worked) for row in rows] == [(495, 10)]


def test_working_time_is_what_the_clocks_say(lead: User) -> None:
    set_policy(lead, "normal", 60, 480, set_hours(lead, "Office", "Europe/Vienna", OFFICE, []).pk)
    kept = usual_hours()
    calendar = hours_of(json.loads(kept))
    with clock.frozen_at(START + timedelta(days=30)):
        time = WorkingTime(kept, START, clock.now())
    for minutes in (5, 500, 3_000, 30_000):
        until = START + timedelta(minutes=minutes)
        assert time.minutes(START, until) == pytest.approx(open_minutes(START, until, calendar))


def asked(group: Group, minute: int, asker: Member, **fields: object) -> Entry:
    at = START + timedelta(minutes=minute)
    told = {"kind": Kind.QUESTION, "status": Status.OPEN, "title": "Why?", "body": "?", **fields}
    return Entry.objects.create(group=group, author=asker, created_at=at, **told)


def answered(question: Entry, minute: int, by: Member | None, **fields: object) -> Entry:
    at = START + timedelta(minutes=minute)
    told = {"kind": Kind.ANSWER, "root": question, "parent": question, "body": "So.", **fields}
    return Entry.objects.create(group=question.group, author=by, created_at=at, **told)


def test_in_the_community_somebody_elses_first_answer_counts(kettles: Group) -> None:
    asker, helper = Member.objects.create(name="Asa"), Member.objects.create(name="Hedy")
    question = asked(kettles, 0, asker)
    answered(question, 5, asker)
    answered(question, 8, helper, deleted_at=START)
    answered(question, 40, helper)
    answered(question, 20, None, accepted_at=START + timedelta(minutes=90))
    asked(kettles, 0, asker)
    asked(kettles, 0, asker, status=Status.DUPLICATE)
    with clock.frozen_at(START + timedelta(days=1)):
        found = blocks()
    answer, solution = found["community", "answer"].measured, found["community", "solution"].measured
    assert (answer.count, answer.reached, answer.waiting) == (2, 1, 1)
    assert answer.by_clock[0] == 20
    assert solution.by_clock[0] == 90


def test_pages_lead_to_rows_with_as_many_queries_at_any_size(
    forum: Source, hear: Hear, kettles: Group, agent: User, signed_in: SignIn
) -> None:
    client, counts = signed_in(agent), []
    addresses = [
        "/desk/experience/",
        "/desk/experience/response/rows/?place=inbox&clock=answer",
        "/desk/experience/response/rows/?place=community&clock=solution&state=waiting",
    ]
    with clock.frozen_at(START + timedelta(days=1)):
        for first, count in ((0, 2), (2, 12)):
            for number in range(first, first + count):
                hear(forum, said(str(number), f"@brumi question {number}?", author=f"author{number}"))
                asked(kettles, number, Member.objects.create(name=f"M{number}"))
            counts.append([queries(client, address) for address in addresses])
        assert len(works(*SPAN)) == 14
        assert "question 13" in client.get(addresses[1]).content.decode()
    assert counts[0] == counts[1]


def queries(client: object, address: str) -> int:
    client.get(address)  # type: ignore[attr-defined]
    with CaptureQueriesContext(connection) as asked_for:
        assert client.get(address).status_code == 200  # type: ignore[attr-defined]
    return len(asked_for)


def test_volunteers_and_outsiders_get_404(volunteer: User, member: User, signed_in: SignIn) -> None:
    for person in (volunteer, member):
        for address in ("", "response/rows/", "satisfaction/", "satisfaction/answers/"):
            assert signed_in(person).get(f"/desk/experience/{address}").status_code == 404
