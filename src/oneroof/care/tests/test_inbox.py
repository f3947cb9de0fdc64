"""The inbox: each view holds what its name says, in the order of need and waiting, at a steady cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import Department, User
from oneroof.care.actions.claims import CLAIM_LASTS, claim_conversation
from oneroof.care.actions.handing import hand_to_department, hand_to_person
from oneroof.care.actions.notes import add_tag
from oneroof.care.actions.states import close_conversation, set_priority, snooze
from oneroof.care.models import Conversation
from oneroof.care.queries.choices import choices
from oneroof.care.queries.export import conversations_as_csv
from oneroof.care.queries.inbox import (
    VIEWS,
    Filters,
    changes_since,
    conversations_in,
    inbox_page,
    latest_change,
    view_counts,
)
from oneroof.care.rules.rank import rank_open
from oneroof.care.tests.conftest import START, Hear, said
from oneroof.core import clock
from oneroof.core.pagination import CursorError
from oneroof.listening.board import next_version
from oneroof.listening.models import Source, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(form: Source, hear: Hear) -> list[Conversation]:
    texts = ["My kettle leaks", "Where is my parcel?", "Die Dichtung ist kaputt", "It hisses", "Thanks!"]
    with clock.frozen_at(START + timedelta(hours=1)):
        return [
            hear(form, said(str(n), text, minute=n, author=f"author{n}"))[0] for n, text in enumerate(texts)
        ]


def shown(user: User, view: str, **filters: Any) -> set[int]:
    return {each.pk for each in inbox_page(user, view, Filters.of(filters)).rows}


def test_views(five: list[Conversation], agent: User, teammate: User) -> None:
    legal = Department.objects.get_or_create(slug="legal", defaults={"name": "Legal"})[0]
    agent.departments.add(legal)
    a, b, c, d, e = (each.pk for each in five)
    claim_conversation(agent, a)
    hand_to_person(teammate, b, agent.pk)
    hand_to_department(teammate, c, legal.pk)
    snooze(agent, d, clock.now() + timedelta(days=1))
    close_conversation(agent, e, "no_answer_needed")
    assert shown(agent, "unclaimed") == {c}
    assert shown(agent, "mine") == {a, b}
    assert shown(agent, "department") == {c}
    assert shown(agent, "open") == {a, b, c}
    assert shown(agent, "snoozed") == {d}
    assert shown(agent, "done") == {e}
    assert shown(agent, "waiting") == shown(agent, "at_risk") == set()
    assert view_counts(agent) == {
        "unclaimed": 1, "mine": 2, "department": 1, "at_risk": 0, "open": 3, "waiting": 0, "snoozed": 1,
        "done": 1,
    }  # fmt: skip
    with clock.frozen_at(clock.now() + CLAIM_LASTS):
        assert shown(agent, "unclaimed") == {a, c}
        assert shown(agent, "mine") == {b}


def test_need_and_waiting_come_first_and_a_person_may_overrule(five: list[Conversation], agent: User) -> None:
    rows = inbox_page(agent, "open").rows
    keys = [each.need * 15 * 60 - int(each.waits_from.timestamp()) for each in rows]
    assert keys == sorted(keys, reverse=True)
    last = rows[-1]
    set_priority(agent, last.pk, "urgent")
    assert inbox_page(agent, "open").rows[0] == last


def test_filters(five: list[Conversation], form: Source, agent: User) -> None:
    a, b, c, _d, _e = (each.pk for each in five)
    add_tag(agent, a, "seal")
    set_priority(agent, b, "urgent")
    assert shown(agent, "open", tag="Seal") == {a}
    assert shown(agent, "open", lang="de") == {c}
    assert shown(agent, "open", priority="urgent") >= {b}
    assert shown(agent, "open", source=form.pk) == {each.pk for each in five}
    assert shown(agent, "open", source=form.pk + 1) == set()
    assert shown(agent, "open", q="kettle lea") == {a}
    assert shown(agent, "open", q="@author1") == {b}
    assert shown(agent, "open", q="'; drop table") == set()
    most = max(each.need for each in five)
    assert shown(agent, "open", need=most) == {each.pk for each in five if each.need == most}


def test_search_finds_by_name_and_by_handle(five: list[Conversation], agent: User) -> None:
    a, b, *_rest = five
    Conversation.objects.filter(pk=a.pk).update(customer_name="Ödön Kovács", customer_handle="odon")
    assert shown(agent, "open", q="kovács") == shown(agent, "open", q="@Odon") == {a.pk}
    assert shown(agent, "open", q="author1") == {b.pk}
    assert shown(agent, "done", q="kovács") == set()


def test_a_page_knows_the_latest_change_by_number(five: list[Conversation]) -> None:
    for change, each in enumerate(five, start=997):
        Conversation.objects.filter(pk=each.pk).update(changed=change)
    assert choices()["change"] == [(str(latest_change()), "")] == [("1001", "")]


def test_a_watch_narrows_to_what_it_caught(form: Source, agent: User, hear: Hear) -> None:
    watch = Watch.objects.create(name="leaks", query="leak*", owner=agent, version=next_version())
    leaks, _other = hear(form, said("1", "It leaks"), said("2", "It hisses", minute=1))
    assert shown(agent, "open", watch=watch.pk) == {leaks.pk}


def test_filters_that_make_no_sense_are_left_out() -> None:
    assert Filters.of({"need": "lots", "source": "9" * 30, "q": " x ", "other": "y"}) == Filters(q="x")
    assert Filters(need=5, q="x").as_dict() == {"need": 5, "q": "x"}


def test_pages_follow_one_another_without_gap_or_repeat(five: list[Conversation], agent: User) -> None:
    seen, cursor = [], None
    while True:
        page = inbox_page(agent, "open", cursor=cursor, limit=2)
        seen += [each.pk for each in page.rows]
        cursor = page.next
        if cursor is None:
            break
    assert seen == [each.pk for each in inbox_page(agent, "open").rows]
    with pytest.raises(CursorError):
        inbox_page(agent, "open", cursor="nonsense")


def test_the_cost_does_not_rise_with_the_rows(
    five: list[Conversation], agent: User, django_assert_num_queries: Any
) -> None:
    for conversation in five:
        add_tag(agent, conversation.pk, "seal")
    for rows in (1, 5):
        with django_assert_num_queries(2):
            for each in inbox_page(agent, "open", limit=rows).rows:
                assert each.source.name
                assert [tag.name for tag in each.tags.all()] == ["seal"]
    with django_assert_num_queries(2):
        view_counts(agent)


def test_an_open_list_is_told_of_changes(five: list[Conversation], agent: User, teammate: User) -> None:
    since = latest_change()
    assert changes_since(agent, "open", Filters(), since).count == 0
    claim_conversation(teammate, five[0].pk)
    changes = changes_since(agent, "open", Filters(), since)
    assert (changes.count, changes.latest > since) == (1, True)
    assert changes_since(agent, "snoozed", Filters(), since).count == 0
    assert changes_since(agent, "open", Filters(), changes.latest).count == 0


def test_an_export_has_a_line_each_and_no_formula(
    five: list[Conversation], form: Source, agent: User, hear: Hear
) -> None:
    hear(form, said("bad", '=HYPERLINK("http://evil.example")', author="author9", minute=8))
    text = "".join(conversations_as_csv(agent, "open"))
    assert text.count("\r\n") == 7
    assert "\"'=HYPERLINK" in text


def test_volunteers_do_not_export(volunteer: User) -> None:
    with pytest.raises(NotAllowed):
        conversations_as_csv(volunteer, "open")


@pytest.mark.parametrize("view", list(VIEWS))
def test_every_view_is_read_through_an_index(view: str, agent: User) -> None:
    agent.departments.add(Department.objects.get_or_create(slug="legal", defaults={"name": "Legal"})[0])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    plan = conversations_in(agent, view)[:50].explain()
    assert "Index" in plan


def test_what_needs_most_comes_first_however_long_the_rest_waited() -> None:
    now = clock.now()
    old, new = now - timedelta(days=60), now
    places = [rank_open("low", 8, old), rank_open("normal", 51, old), rank_open("urgent", 95, new)]
    assert places == sorted(places)


def test_within_a_priority_waiting_counts_as_need() -> None:
    now = clock.now()
    assert rank_open("normal", 40, now - timedelta(hours=3)) > rank_open("normal", 50, now)
    assert rank_open("normal", 40, now - timedelta(hours=2)) < rank_open("normal", 50, now)
