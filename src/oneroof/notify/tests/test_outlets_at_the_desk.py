"""Whoever ties a browser or opens a room does it at the desk, and touches no other's."""

import json
from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import Department, User
from oneroof.core.testing.web import LocalWeb, answer
from oneroof.notify.actions.dispatching import (
    gather_dispatches,
    send_dispatch,
    send_test,
)
from oneroof.notify.actions.outlets import (
    Wanted,
    change_room,
    remove_outlet,
    settings_of,
    tie_browser,
)
from oneroof.notify.models import Dispatch, LetterState, Outlet
from oneroof.notify.tests.browser_side import BrowserSide
from oneroof.notify.tests.rooms import KIND, room, sent, shared, told

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_browser_is_shown_what_it_alone_can_read_and_goes_when_it_is_dead(
    chat: LocalWeb, agent: User
) -> None:
    browser = BrowserSide()
    chat.routes["/push"] = [answer(status=201), answer(status=410)]
    for _time in range(2):
        tie_browser(agent, browser.flat(chat.url("/push")), "Firefox, Linux")
    told(agent, body="never on a lock screen")
    assert sent().state == LetterState.SENT
    shown = json.loads(browser.read(chat.asked[0].body))
    assert shown["title"] == "News"
    assert shown["url"].endswith("/desk/inbox/7/")
    assert shown["body"] == ""
    told(agent, key="l")
    gather_dispatches()
    send_dispatch(Dispatch.objects.latest("pk").pk)
    assert not Outlet.objects.exists()


def test_a_browser_that_somebody_else_uses_now_shows_nothing_of_the_first(
    chat: LocalWeb, agent: User, teammate: User
) -> None:
    subscription = BrowserSide().flat(chat.url("/push"))
    tie_browser(agent, subscription, "b")
    told(agent)
    outlet = tie_browser(teammate, subscription, "b")
    assert Outlet.objects.get().user == teammate
    assert not outlet.lines.exists()


def test_who_may_touch_whose(chat: LocalWeb, agent: User, teammate: User, lead: User, member: User) -> None:
    own, common = room(agent, chat), shared(lead, chat)
    for actor, outlet in ((teammate, own), (lead, own), (agent, common)):
        for act in (remove_outlet, send_test):
            with pytest.raises(Outlet.DoesNotExist):
                act(actor, outlet.pk)
        with pytest.raises(Outlet.DoesNotExist):
            change_room(actor, outlet.pk, {}, Wanted(name="mine now"))
    with pytest.raises(NotAllowed):
        shared(agent, chat)
    with pytest.raises(NotAllowed):
        room(member, chat)
    remove_outlet(agent, own.pk)
    with pytest.raises(Outlet.DoesNotExist):
        remove_outlet(agent, own.pk)


def test_the_pages_of_rooms(chat: LocalWeb, client: Client, agent: User, lead: User, teammate: User) -> None:
    client.force_login(lead)
    told_form = {"name": "Care", "whose": "company", "set-address": chat.url("/hook"), "kinds": [KIND]}
    assert client.post("/desk/settings/rooms/new/teams/", told_form).status_code == 302
    outlet = Outlet.objects.get()
    assert (outlet.is_shared, outlet.kinds) == (True, [KIND])
    assert "It was taken" in client.post(f"/desk/settings/rooms/{outlet.pk}/test/", follow=True).text
    assert chat.asked[0].headers["content-type"] == "application/json"
    assert (
        "no address" in client.post("/desk/settings/rooms/new/teams/", {**told_form, "set-address": "x"}).text
    )
    off = {"name": "Care", "kinds": [KIND]}
    assert client.post(f"/desk/settings/rooms/{outlet.pk}/", off).status_code == 302
    assert "switched off" in client.post(f"/desk/settings/rooms/{outlet.pk}/test/", follow=True).text
    client.force_login(teammate)
    assert "company and its departments" not in client.get("/desk/settings/rooms/").text
    assert client.get(f"/desk/settings/rooms/{outlet.pk}/").status_code == 404
    assert client.post(f"/desk/settings/rooms/{outlet.pk}/removal/").status_code == 404
    mine = {"name": "Mine", "set-address": chat.url("/hook")}
    assert client.post("/desk/settings/rooms/new/slack/", mine).status_code == 302
    assert client.get("/desk/settings/rooms/new/icq/").status_code == 404


def test_a_browser_ties_itself_and_rubbish_does_not(client: Client, agent: User, member: User) -> None:
    client.force_login(agent)
    address, subscription = (
        "/desk/settings/notices/browsers/",
        BrowserSide().subscription("https://push.example/1"),
    )
    fine = json.dumps(subscription)
    assert client.post(address, fine, content_type="application/json").status_code == 204
    for rubbish in (
        "",
        "[]",
        "{}",
        '{"endpoint": 1, "keys": {}}',
        '{"endpoint": "x", "keys": 7}',
        "x" * 9_000,
    ):
        assert client.post(address, rubbish, content_type="application/json").status_code == 400
    assert Outlet.objects.get().user == agent
    client.force_login(member)
    assert client.post(address, fine, content_type="application/json").status_code == 404


def test_the_worker_of_a_browser_rules_the_whole_site() -> None:
    said = Client().get("/notices-worker.js")
    assert said["Content-Type"].startswith("text/javascript")
    assert said["Cache-Control"] == "no-cache"
    assert "showNotification" in said.text


@pytest.mark.parametrize("size", [2, 20])
def test_the_list_of_rooms_asks_the_same_of_few_and_many(
    chat: LocalWeb, client: Client, lead: User, size: int, django_assert_max_num_queries: Any
) -> None:
    care, _is_new = Department.objects.get_or_create(slug="care", defaults={"name": "Care"})
    for _number in range(size):
        room(lead, chat)
        shared(lead, chat, care)
    client.force_login(lead)
    with django_assert_max_num_queries(8):
        assert client.get("/desk/settings/rooms/").text.count("data-row") == 2 * size


def test_a_kept_token_goes_to_no_other_server(chat: LocalWeb, agent: User) -> None:
    outlet = room(agent, chat, "matrix")
    elsewhere = {
        "set-server": "https://elsewhere.example",
        "set-room": "!r:here",
        "set-token": "",
        "name": "x",
    }
    client = Client()
    client.force_login(agent)
    page = client.post(f"/desk/settings/rooms/{outlet.pk}/", {**elsewhere, "is_on": "on"})
    assert "enter it again" in page.context["form"].errors["set-token"][0]
    outlet.refresh_from_db()
    assert settings_of(outlet)["server"] == chat.url("")
    given = {"server": "https://elsewhere.example", "token": "another"}
    assert settings_of(change_room(agent, outlet.pk, given, Wanted(name="x")))["token"] == "another"
    same = {"server": "https://elsewhere.example/matrix", "token": ""}
    assert settings_of(change_room(agent, outlet.pk, same, Wanted(name="x")))["token"] == "another"
