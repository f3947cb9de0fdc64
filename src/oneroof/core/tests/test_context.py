"""Each person sees the sections that they may enter, and where they are."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client, RequestFactory

from oneroof.core import context
from oneroof.core.context import Section, desk, register_section, sections_for


class Person:
    is_authenticated = True

    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def may(self, permission: str) -> bool:
        return permission in self.permissions


@pytest.fixture(autouse=True)
def _two_sections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "_sections", {})
    register_section(Section("b", "Sign in", "account_login", "log-in", "g s", "enter", 20, also=("/hall/",)))
    register_section(
        Section("a", "Sessions", "usersessions_list", "monitor", "g l", "see", 10, count=lambda _: 4)
    )


def asked_by(person: Any, path: str = "/") -> Any:
    request = RequestFactory().get(path)
    request.user = person
    return request


def test_only_what_one_may_enter_in_its_order() -> None:
    shown = sections_for(asked_by(Person("see", "enter")), "rail")
    assert [(link.key, link.count) for link in shown] == [("a", 4), ("b", 0)]
    assert [link.key for link in sections_for(asked_by(Person("enter")), "rail")] == ["b"]
    assert sections_for(asked_by(SimpleNamespace(is_authenticated=False)), "rail") == []


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/login/deeper/", "/hall/x/"])
def test_pages_below_a_section_are_in_it(path: str) -> None:
    (link,) = sections_for(asked_by(Person("enter"), path), "rail")
    assert link.current


def test_a_theme_is_one_of_two_or_none() -> None:
    request = asked_by(Person())
    request.COOKIES["theme"] = '"><script>'
    assert desk(request)["theme"] == ""
    request.COOKIES["theme"] = "dark"
    assert desk(request)["theme"] == "dark"


@pytest.mark.django_db
def test_public_pages_bear_the_company_s_name(client: Client, settings: Any) -> None:
    settings.COMPANY = "Tarn <Ltd>"
    page = client.get("/accounts/login/").text
    assert "· Tarn &lt;Ltd&gt;</title>" in page
    assert '<span dir="auto">Tarn &lt;Ltd&gt;</span></a>' in page
