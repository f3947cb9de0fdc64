"""Rooms of people and of departments, and notices that go there, for tests."""

from datetime import timedelta
from typing import Any

from oneroof.accounts.models import Department, User
from oneroof.core import clock
from oneroof.core.testing.web import LocalWeb, answer
from oneroof.notify.actions import tell
from oneroof.notify.actions.dispatching import (
    gather_dispatches,
    send_dispatch,
)
from oneroof.notify.actions.outlets import (
    Wanted,
    add_own_room,
    add_shared_room,
)
from oneroof.notify.models import Dispatch, Outlet

KIND = "watch"


def room(user: User, chat: LocalWeb, carrier: str = "slack", **wanted: Any) -> Outlet:
    settings = {"address": chat.url("/hook")}
    if carrier == "matrix":
        settings = {"server": chat.url(""), "room": "!r:here", "token": "syt_secret"}
        chat.otherwise = answer('{"event_id": "$1"}')
    return add_own_room(user, carrier, settings, Wanted(name="My room", **wanted))


def shared(lead: User, chat: LocalWeb, department: Department | None = None, *kinds: str) -> Outlet:
    wanted = Wanted(name="Shared", kinds=kinds or (KIND,))
    settings = {"address": chat.url("/hook")}
    return add_shared_room(lead, "mattermost", settings, wanted, department.pk if department else None)


def told(*users: User, key: str = "k", title: str = "News", **more: Any) -> None:
    tell(users, **{"key": key, "kind": KIND, "title": title, "path": "/desk/inbox/7/", **more})


def sent(*, after: timedelta = timedelta(0)) -> Dispatch:
    """Gathers what waits and attempts the newest dispatch."""
    with clock.frozen_at(clock.now() + after):
        gather_dispatches()
        dispatch = Dispatch.objects.latest("pk")
        send_dispatch(dispatch.pk)
    dispatch.refresh_from_db()
    return dispatch
