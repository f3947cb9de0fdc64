"""Notices reach browsers and rooms: once, late where they must wait, and never a stranger's."""

import json
import socket
from datetime import UTC, datetime, time, timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.core import clock
from oneroof.core.testing.jobs import run_jobs
from oneroof.core.testing.locks import locks_held
from oneroof.core.testing.web import Asked, LocalWeb, answer
from oneroof.core.turns import OUTWARD, PLACES, UnderWayError
from oneroof.notify.actions import withdraw
from oneroof.notify.actions.dispatching import (
    gather_dispatches,
    give_up_lost_dispatches,
    send_dispatch,
    send_test,
)
from oneroof.notify.actions.outlets import (
    Wanted,
    add_own_room,
    change_room,
    settings_of,
)
from oneroof.notify.actions.preferring import NoticeError, choose
from oneroof.notify.actions.reading import mark_read
from oneroof.notify.actions.tidying import remove_old
from oneroof.notify.models import Dispatch, DispatchLine, LetterState, Notice, Outlet
from oneroof.notify.tasks import dispatch_notices
from oneroof.notify.tests.rooms import KIND, room, sent, shared, told

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_carries_many_notices_as_one_message(chat: LocalWeb, agent: User) -> None:
    outlet = room(agent, chat)
    for number in range(30):
        told(agent, key=str(number), title=f"News {number}")
    for _minute in range(2):
        dispatch_notices.defer(timestamp=0)
        run_jobs()
    (asked,) = chat.asked
    body = json.loads(asked.body)
    assert body["text"] == "30 notices"
    assert len(body["blocks"][0]["elements"]) == 21
    assert "and 10 more" in asked.body.decode()
    outlet.refresh_from_db()
    assert outlet.worked_at
    assert not outlet.failure


def test_titles_and_links_go_out_and_texts_only_where_chosen(chat: LocalWeb, agent: User) -> None:
    room(agent, chat)
    told(agent, body="a customer's own words")
    sent()
    outlet = Outlet.objects.get()
    change_room(agent, outlet.pk, {"address": ""}, Wanted(name="x", shows_text=True))
    told(agent, key="l", body="a customer's own words")
    sent()
    assert ["own words" in each.body.decode() for each in chat.asked] == [False, True]
    assert all("/desk/inbox/7/" in each.body.decode() for each in chat.asked)


def test_each_chooses_whether_a_kind_goes_to_rooms(chat: LocalWeb, agent: User, teammate: User) -> None:
    room(agent, chat)
    room(teammate, chat)
    plain = {"takes_email": True, "quiet_from": None, "quiet_until": None}
    choose(agent, ways={KIND: ["desk", "push"]}, **plain)
    told(agent, teammate)
    assert [line.outlet.user for line in DispatchLine.objects.all()] == [teammate]


def test_quiet_hours_hold_back_ones_own_room_and_not_a_shared_one(
    chat: LocalWeb, agent: User, lead: User
) -> None:
    own, common = room(agent, chat), shared(lead, chat)
    agent.time_zone = "Asia/Tokyo"
    agent.save()
    choose(agent, ways={}, takes_email=True, quiet_from=time(22), quiet_until=time(7))
    with clock.frozen_at(datetime(2026, 1, 15, 14, 0, tzinfo=UTC)):  # 23:00 in Tokyo
        told(agent)
        gather_dispatches()
        assert [each.outlet for each in Dispatch.objects.all()] == [common]
    with clock.frozen_at(datetime(2026, 1, 15, 22, 0, tzinfo=UTC)):  # 07:00
        gather_dispatches()
        assert Dispatch.objects.filter(outlet=own).count() == 1


def test_a_departments_room_hears_its_people_once(
    chat: LocalWeb, lead: User, agent: User, teammate: User
) -> None:
    care = Department.objects.create(slug="care", name="Care")
    other = Department.objects.create(slug="other", name="Other")
    agent.departments.add(care)
    teammate.departments.add(care)
    ours, _theirs, company = shared(lead, chat, care), shared(lead, chat, other), shared(lead, chat)
    shared(lead, chat, None, "credentials")
    told(agent, teammate)
    told(agent, teammate)
    assert {line.outlet for line in DispatchLine.objects.all()} == {ours, company}
    assert DispatchLine.objects.count() == 2


def test_what_was_read_or_withdrawn_meanwhile_does_not_go(chat: LocalWeb, agent: User) -> None:
    room(agent, chat)
    for key in ("read", "withdrawn", "left"):
        told(agent, key=key, title=key)
    mark_read(agent, [Notice.objects.get(key="read").pk])
    withdraw("withdrawn")
    sent()
    assert json.loads(chat.asked[0].body)["text"] == "left"
    assert set(Notice.objects.values_list("key", flat=True)) == {"read", "left"}


def test_it_is_committed_as_being_sent_before_the_other_side_hears(chat: LocalWeb, agent: User) -> None:
    seen: list[str] = []

    def look(asked: Asked, other: socket.socket, over: Event) -> None:
        with connection.copy().cursor() as cursor:
            cursor.execute("SELECT state FROM notify_dispatch")
            seen.extend(state for (state,) in cursor.fetchall())
            cursor.connection.close()
        other.sendall(answer("ok"))

    chat.routes["/hook"] = look
    room(agent, chat)
    told(agent)
    assert sent().state == LetterState.SENT
    assert seen == [LetterState.SENDING]


def hang_up(asked: Asked, other: socket.socket, over: Event) -> None:
    """Took it all in, and says nothing."""


@pytest.mark.parametrize(
    ("carrier", "state"), [("slack", LetterState.UNKNOWN), ("matrix", LetterState.WAITING)]
)
@pytest.mark.parametrize("bad", [hang_up, answer(status=502)])
def test_what_may_have_arrived_goes_again_only_where_that_does_no_harm(
    chat: LocalWeb, agent: User, carrier: str, state: LetterState, bad: Any
) -> None:
    room(agent, chat, carrier)
    chat.routes["/hook"] = chat.otherwise = bad
    told(agent)
    dispatch = sent()
    assert dispatch.state == state
    chat.routes["/hook"] = chat.otherwise = answer("{}")
    with clock.frozen_at(clock.now() + timedelta(hours=5)):
        send_dispatch(dispatch.pk)
    paths = [asked.path for asked in chat.asked]
    assert len(paths) == (1 if carrier == "slack" else 2)
    assert len(set(paths)) == 1


@pytest.mark.parametrize(("carrier", "state"), [("slack", "unknown"), ("matrix", "waiting")])
def test_a_sender_that_died_on_the_way(chat: LocalWeb, agent: User, carrier: str, state: str) -> None:
    room(agent, chat, carrier)
    told(agent)
    gather_dispatches()
    Dispatch.objects.update(state=LetterState.SENDING)
    with clock.frozen_at(clock.now() + timedelta(minutes=11)):
        give_up_lost_dispatches()
    assert Dispatch.objects.get().state == state


def test_we_wait_as_long_as_we_are_told(chat: LocalWeb, agent: User) -> None:
    chat.routes["/hook"] = [answer(status=429, headers={"Retry-After": "7200"}), answer("ok")]
    room(agent, chat)
    told(agent)
    first = sent()
    assert first.state == LetterState.WAITING
    assert first.next_attempt_at - clock.now() > timedelta(minutes=119)
    told(agent, key="l")
    assert sent(after=timedelta(hours=1)).state == LetterState.WAITING
    assert sent(after=timedelta(hours=3)).state == LetterState.SENT
    assert len(chat.asked) == 2


def test_after_a_day_it_is_given_up_and_its_owner_told(chat: LocalWeb, agent: User) -> None:
    chat.routes["/hook"] = answer(status=503)
    outlet = room(agent, chat)
    told(agent)
    dispatch = sent()
    for hours in range(5, 30, 5):
        sent(after=timedelta(hours=hours))
    dispatch.refresh_from_db()
    outlet.refresh_from_db()
    assert (dispatch.state, outlet.is_on) == (LetterState.FAILED, False)
    notice = Notice.objects.get(kind="outlet_failed")
    assert (notice.user, notice.path) == (agent, "/desk/settings/rooms/")
    assert "My room" in notice.title
    asked = len(chat.asked)
    told(agent, key="later")
    assert gather_dispatches() == []
    assert len(chat.asked) == asked


@pytest.mark.parametrize(("status", "is_on"), [(400, True), (401, False), (403, False), (404, False)])
def test_a_refusal_is_told_at_once(chat: LocalWeb, lead: User, agent: User, status: int, is_on: bool) -> None:
    chat.routes["/hook"] = answer(status=status)
    outlet = shared(lead, chat)
    told(agent)
    assert sent().state == LetterState.FAILED
    outlet.refresh_from_db()
    assert (outlet.is_on, str(status) in outlet.failure) == (is_on, True)
    assert Notice.objects.get(kind="outlet_failed").user == lead


def test_an_address_inside_is_not_gone_to(chat: LocalWeb, agent: User, settings: Any) -> None:
    room(agent, chat)
    settings.ALLOWED_PRIVATE_NETWORKS = []
    told(agent)
    assert sent().state == LetterState.WAITING
    assert chat.asked == []


def test_what_is_kept_of_an_address_is_sealed_and_never_shown(
    chat: LocalWeb, client: Client, agent: User
) -> None:
    outlet = room(agent, chat, "matrix")
    assert b"syt_secret" not in bytes(outlet.sealed)
    assert settings_of(outlet)["token"] == "syt_secret"
    client.force_login(agent)
    page = client.get(f"/desk/settings/rooms/{outlet.pk}/").text
    assert "!r:here" in page
    assert "syt_secret" not in page
    assert "syt_secret" not in str(list(AuditEntry.objects.values()))


def test_a_room_needs_what_its_carrier_asks_for(agent: User) -> None:
    for settings in ({"address": "ftp://x/"}, {"address": "nonsense"}, {"other": "x"}):
        with pytest.raises(NoticeError):
            add_own_room(agent, "slack", settings, Wanted(name="r"))


def test_what_was_read_long_ago_is_removed(chat: LocalWeb, agent: User, settings: Any) -> None:
    settings.NOTICES_KEPT_DAYS = 30
    room(agent, chat)
    told(agent, key="read")
    told(agent, key="unread")
    sent()
    mark_read(agent, [Notice.objects.get(key="read").pk])
    assert remove_old() == 0
    with clock.frozen_at(clock.now() + timedelta(days=31)):
        assert remove_old() == 1
        assert remove_old() == 0
    assert [notice.key for notice in Notice.objects.all()] == ["unread"]
    assert not Dispatch.objects.exists()


def test_a_person_tests_one_room_at_a_time_and_the_site_two(chat: LocalWeb, agent: User) -> None:
    outlet = room(agent, chat)
    for held in ([(OUTWARD, agent.pk)], [(PLACES, 0), (PLACES, 1)]):
        with locks_held(*held), pytest.raises(UnderWayError):
            send_test(agent, outlet.pk)
    assert not Dispatch.objects.exists()
    with locks_held((OUTWARD, agent.pk)):
        client = Client()
        client.force_login(agent)
        page = client.post(f"/desk/settings/rooms/{outlet.pk}/test/", follow=True)
    assert "One is under way" in page.text
    with locks_held((OUTWARD, agent.pk + 1), (PLACES, 0)):
        assert send_test(agent, outlet.pk).state == LetterState.SENT
