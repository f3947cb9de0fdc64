"""What many complain of is a group that lives on from day to day, until it is fixed and who complained knows."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.core import clock
from oneroof.insight.actions.complaints import decide, draft_the_news
from oneroof.insight.actions.mornings import look_at_the_day, tell_mornings
from oneroof.insight.actions.twenty import make_day
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Complaint, ComplaintMember, Contact, DigestedDay, Reason
from oneroof.insight.queries.twenty import as_report, loop_speed, twenty
from oneroof.insight.rules.loop import change_percent, median_wait
from oneroof.listening.actions.receive import receive_posts
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.base import RawPost
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)
LEAKS = (
    "The glass kettle leaks at the spout, this is terrible",
    "My glass kettle leaks at its spout again, awful",
    "Glass kettle: the spout leaks. I hate it",
    "Angry: spout of the glass kettle leaks badly",
    "A glass kettle whose spout leaks is useless",
)
LATE = (
    "Parcel late again, your courier is horrible",
    "My parcel is late and the courier is bad",
    "Late parcel, lazy courier, I am upset",
)


@pytest.fixture(autouse=True)
def _by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Embedding takes its time and is tested with groups."""
    monkeypatch.setattr("oneroof.insight.actions.twenty.is_available", lambda: False)


@pytest.fixture
def care(db: None) -> Department:
    return Department.objects.get_or_create(slug="care", defaults={"name": "Care"})[0]


@pytest.fixture
def source(care: Department) -> Source:
    return Source.objects.create(network="webhook", name="Forum", our_handles=["kettles"], department=care)


def hear(source: Source, texts: tuple[str, ...], day: date = DAY, **fields: object) -> None:
    at = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    receive_posts(
        source,
        [
            RawPost(
                external_id=f"{day} {text}",
                author_handle=f"author{number}",
                text=text,
                created_at=at + timedelta(minutes=number),
                followers=10 * number,
                **fields,
            )
            for number, text in enumerate(texts)
        ],
    )


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def test_groups_have_figures_and_rows_and_come_once(source: Source) -> None:
    hear(source, LEAKS + LATE)
    assert make_day(DAY) == make_day(DAY) == 2
    leak, late = twenty(DAY, source.department_id)
    assert (leak.day.size, leak.day.people, late.day.size) == (5, 5, 3)
    assert {"kettle", "leaks", "spout"} <= set(leak.complaint.terms)
    assert (leak.day.reach, leak.day.reach_known, leak.day.usual) == (100, 5, None)
    assert len({each.post_id for each in leak.telling}) == 3
    assert Complaint.objects.count() == 2
    assert ComplaintMember.objects.count() == 8


def test_what_one_person_says_often_is_no_complaint_of_many(source: Source) -> None:
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    receive_posts(
        source,
        [RawPost(external_id=text, author_handle="mia", text=text, created_at=at) for text in LEAKS],
    )
    assert make_day(DAY) == 0


def test_no_word_that_one_person_alone_used_is_kept(source: Source) -> None:
    hear(source, (*LEAKS[:-1], "The glass kettle of Zuleika leaks at the spout"))
    make_day(DAY)
    assert "zuleika" not in Complaint.objects.get().terms


def test_a_state_lives_on_and_what_was_fixed_comes_back(source: Source, agent: User) -> None:
    hear(source, LEAKS)
    make_day(DAY)
    complaint = Complaint.objects.get()
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        decide(agent, complaint.pk, state="fixed", owner_id=agent.pk, due_on=after(3), fix="New spouts.")
    hear(source, LEAKS[:3], after(1))
    make_day(after(1))
    (row,) = twenty(after(1), None)
    assert (row.complaint.pk, row.complaint.state, row.day.usual) == (complaint.pk, "fixed", 5.0)
    assert (row.change, row.history[-2:]) == (-40, [5, 3])
    hear(source, LEAKS[:4], after(3))
    make_day(after(3))
    complaint.refresh_from_db()
    assert (complaint.state, complaint.fixed_at, complaint.owner) == ("known", None, agent)
    assert AuditEntry.objects.filter(verb="complaint.returned").count() == 1
    assert Notice.objects.get(user=agent).kind == "complaint"


def test_departments_have_their_own_by_reason_and_by_hand(source: Source, agent: User) -> None:
    product = Department.objects.get_or_create(slug="product", defaults={"name": "Product"})[0]
    reason = Reason.objects.create(name="Leaks", department=product)
    for number, text in enumerate(LEAKS):
        Contact.objects.create(
            external_id=str(number), channel="phone", customer=f"c{number}", text=text, reason=reason,
            opened_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        )  # fmt: skip
    hear(source, LATE)
    make_day(DAY)
    assert [row.day.contacts for row in twenty(DAY, product.pk)] == [5]
    (late,) = twenty(DAY, source.department_id)
    decide(agent, late.complaint.pk, state="known", department_id=product.pk)
    make_day(DAY)
    assert len(twenty(DAY, product.pk)) == 2
    assert [each["department"] for each in as_report(DAY, product)["departments"]] == ["Product"]


def test_whoever_answers_decides_and_nobody_else(source: Source, agent: User, member: User) -> None:
    hear(source, LEAKS)
    make_day(DAY)
    complaint = Complaint.objects.get()
    for refused in (
        lambda: decide(member, complaint.pk, state="known"),
        lambda: draft_the_news(member, complaint.pk),
    ):
        with pytest.raises(NotAllowed):
            refused()
    with pytest.raises(InsightError, match="what was done"):
        decide(agent, complaint.pk, state="fixed")
    with pytest.raises(InsightError, match="works here"):
        decide(agent, complaint.pk, state="known", owner_id=member.pk)
    with pytest.raises(InsightError, match="how far"):
        decide(agent, complaint.pk, state="gone")
    with pytest.raises(InsightError, match="not fixed"):
        draft_the_news(agent, complaint.pk)
    fixed = decide(agent, complaint.pk, state="fixed", fix="New spouts.")
    assert fixed.known_at == fixed.fixing_at == fixed.fixed_at
    back = decide(agent, complaint.pk, state="known")
    assert (back.fixing_at, back.fixed_at, back.known_at) == (None, None, fixed.known_at)


def test_who_addressed_us_gets_a_draft_once_and_nothing_goes_out(source: Source, agent: User) -> None:
    hear(source, tuple(f"@kettles {text}" for text in LEAKS[:3]) + LEAKS[3:])
    Post.objects.exclude(text__startswith="@kettles").update(is_to_us=False)
    Conversation.objects.all().delete()
    make_day(DAY)
    complaint = Complaint.objects.get()
    decide(agent, complaint.pk, state="fixed", fix="New spouts.")
    assert draft_the_news(agent, complaint.pk) == 3
    assert draft_the_news(agent, complaint.pk) == 0
    assert set(Reply.objects.values_list("state", "text")) == {(ReplyState.DRAFT, "New spouts.")}
    assert Conversation.objects.filter(claimant=None).count() == Reply.objects.count() == 3


def test_each_morning_people_are_told_once(source: Source, agent: User, member: User) -> None:
    agent.departments.add(source.department)
    member.departments.add(source.department)
    hear(source, LEAKS)
    with clock.frozen_at(datetime(2026, 3, 3, 7, 30, tzinfo=UTC)):
        look_at_the_day()
        tell_mornings()
        assert not Notice.objects.exists()
    with clock.frozen_at(datetime(2026, 3, 3, 8, 11, tzinfo=UTC)):
        tell_mornings()
        tell_mornings()
    notice = Notice.objects.get()
    assert (notice.user, notice.by_email) == (agent, True)
    assert "5 people" in notice.body
    assert DigestedDay.objects.count() == 2


def test_pages_are_worked_with(client: Client, source: Source, agent: User, member: User) -> None:
    hear(source, LEAKS)
    client.force_login(agent)
    assert "Nothing that many" in client.get("/desk/insight/today/").text
    make_day(DAY)
    complaint = Complaint.objects.get()
    assert complaint.name in client.get("/desk/insight/today/?department=all").text
    page = f"/desk/insight/complaints/{complaint.pk}/"
    assert client.get(f"{page}?after=x").status_code == 404
    form = {"name": "Spouts", "state": "fixed", "owner": agent.pk, "due_on": "2026-04-01", "fix": ""}
    assert "what was done" in client.post(f"{page}decision/", form).text
    assert client.post(f"{page}decision/", {**form, "fix": "New spouts."}).status_code == 302
    assert client.post(f"{page}news/").status_code == 302
    assert "Spouts" in client.get(page).text
    client.force_login(member)
    assert client.get(page).status_code == client.post(f"{page}news/").status_code == 404


def test_lists_ask_as_often_for_many_as_for_few(client: Client, source: Source, agent: User) -> None:
    client.force_login(agent)

    def asked() -> int:
        make_day(DAY)
        with CaptureQueriesContext(connection) as queries:
            client.get("/desk/insight/today/?department=all")
            client.get(f"/desk/insight/complaints/{Complaint.objects.earliest('pk').pk}/")
        return len(queries)

    hear(source, LEAKS)
    few = asked()
    hear(source, LATE)
    assert asked() == few


def test_speed_counts_those_that_still_wait() -> None:
    hour = timedelta(hours=1)
    assert median_wait([]) is None
    assert median_wait([(1 * hour, True), (2 * hour, True), (3 * hour, True)]) == 2 * hour
    assert median_wait([(1 * hour, True), (2 * hour, False), (3 * hour, False), (4 * hour, False)]) is None
    # Of four, one ends at 1, one is lost sight of at 2, one ends at 3: 3/4, then 3/4 · 1/2.
    assert median_wait([(1 * hour, True), (2 * hour, False), (3 * hour, True), (4 * hour, False)]) == 3 * hour
    assert loop_speed().complaints == 0
    assert (change_percent(6, 4.0), change_percent(6, 0.0), change_percent(6, None)) == (50, None, None)
