"""Every outsider is tried on every route, and an unstated permission stops the start."""

import re
from collections.abc import Iterator

import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import clear_url_caches, path
from django.urls.converters import get_converters

from oneroof.accounts.access import routes
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission, Role, may
from oneroof.config import urls

pytestmark = pytest.mark.django_db

SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def guarded_routes() -> Iterator[tuple[str, Permission]]:
    for route, pattern in routes():
        permission = getattr(pattern.callback, "stated_permission", None)
        if permission is not None:
            yield filled_in(route), permission


def filled_in(route: str) -> str:
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)


def outsiders(permission: Permission) -> list[User | None]:
    """Nobody, and one person of each role that lacks the permission."""
    lacking = [role for role in Role.values if not may(role, permission)]
    return [
        None,
        *(User.objects.get_or_create(email=f"{role}@outside.example", role=role)[0] for role in lacking),
    ]


def test_outsiders_get_404_on_every_route_whatever_they_send() -> None:
    let_in = [
        (address, person and person.role, method, answer.status_code)
        for permission in Permission
        for person in outsiders(permission)
        for client in [signed_in(person)]
        for address, needed in guarded_routes()
        if needed == permission
        for method in ("get", "post")
        if (answer := getattr(client, method)(address)).status_code != 404
    ]
    assert let_in == []


def signed_in(person: User | None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    return client


def test_the_desk_has_routes_to_try() -> None:
    assert len(list(guarded_routes())) >= 20


def test_every_kind_of_address_part_has_a_sample() -> None:
    desk = [route for route, _pattern in routes() if route.startswith("desk/")]
    used = {kind for route in desk for kind in re.findall(r"<(\w+):", route)}
    assert used <= set(SAMPLES) <= set(get_converters())


def test_an_unstated_permission_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(request: HttpRequest) -> HttpResponse:
        return HttpResponse("for your eyes only")

    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, path("careless/", careless)])
    clear_url_caches()
    try:
        assert "/careless/ states no permission." in [error.msg for error in run_checks(tags=["permissions"])]
    finally:
        monkeypatch.undo()
        clear_url_caches()
