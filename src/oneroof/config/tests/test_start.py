"""Where one begins."""

from typing import Any

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import context
from oneroof.core.context import Section, register_section

pytestmark = pytest.mark.django_db


def test_a_stranger_reads_whose_place_it_is_and_may_sign_in(client: Client, settings: Any) -> None:
    settings.COMPANY = "Tarn <b>"
    html = client.get("/").text
    assert "Tarn &lt;b&gt;" in html
    assert "/accounts/login/" in html
    assert "/desk/" not in html


def test_a_member_is_led_to_their_own_profile_and_not_to_the_desk(client: Client, member: User) -> None:
    client.force_login(member)
    html = client.get("/").text
    assert "/desk/settings/profile/" in html
    assert 'href="/desk/"' not in html


@pytest.mark.parametrize(
    ("registered", "leads_to"), [(True, "/accounts/email/"), (False, "/accounts/login/")]
)
def test_the_desk_begins_with_the_inbox_or_the_first_section(
    client: Client, agent: User, monkeypatch: pytest.MonkeyPatch, registered: bool, leads_to: str
) -> None:
    monkeypatch.setattr(context, "_sections", {})
    register_section(Section("listen", "Listen", "account_login", "ear", "g l", "hear", 10))
    if registered:
        register_section(Section("inbox", "Inbox", "account_email", "inbox", "g i", "hear", 20))
    client.force_login(agent)
    assert client.get("/desk/")["Location"] == leads_to


def test_the_desk_is_not_there_for_others(client: Client, member: User) -> None:
    assert client.get("/desk/").status_code == 404
    client.force_login(member)
    assert client.get("/desk/").status_code == 404


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("help@tarn.example", "mailto:help@tarn.example"),
        ("https://tarn.example/help", "https://tarn.example/help"),
    ],
)
def test_the_public_page_says_how_the_company_is_reached(
    client: Client, settings: Any, contact: str, link: str
) -> None:
    settings.CONTACT = contact
    assert f'<a href="{link}">' in client.get("/").text
    settings.CONTACT = "javascript:alert(1)"
    assert "alert(1)" not in client.get("/").text
