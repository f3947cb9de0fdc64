"""Customers make a member's account of their own, where the company lets them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.core.cache import cache
from django.test import Client

from oneroof.accounts.actions.people import AccountError, add_user
from oneroof.accounts.actions.unconfirmed import forget_old_unconfirmed
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.core import clock

pytestmark = pytest.mark.django_db
SIGN_UP, CODE_PAGE = "/accounts/signup/", "/accounts/confirm-email/"
ASKED = {"name": "Mara Lind", "email": "Mara@lind.example", "password1": "a long enough word"}


@pytest.fixture(autouse=True)
def _open(db: None, settings: Any) -> None:
    settings.SIGN_UP_IS_OPEN, settings.COMPANY = True, "Tarn"
    cache.clear()


def code() -> str:
    """What the newest letter tells one to type."""
    found = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group()


def test_who_signs_up_confirms_the_address_and_is_where_they_wanted_to_go(client: Client) -> None:
    page = client.get("/accounts/login/?next=/ask/")
    assert "/accounts/signup/?next=%2Fask%2F" in page.text
    there = client.post(SIGN_UP, {**ASKED, "next": "/ask/"})
    assert there["Location"] == CODE_PAGE
    letter = mail.outbox[-1]
    assert (letter.to, letter.subject[:7]) == (["mara@lind.example"], "[Tarn] ")
    assert letter.body.startswith("Hello from Tarn!")
    answer = client.post(CODE_PAGE, {"code": code()})
    assert answer["Location"] == "/ask/"
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told == ["You have confirmed mara@lind.example."]
    mara = User.objects.get()
    assert (mara.email, mara.name, mara.role, mara.language) == (
        "mara@lind.example",
        "Mara Lind",
        Role.MEMBER,
        "en",
    )
    assert int(client.session["_auth_user_id"]) == mara.pk
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "user.signed_up",
        "user.signed_in",
    ]


def test_their_language_is_the_page_s(client: Client) -> None:
    client.post(SIGN_UP, ASKED, headers={"Accept-Language": "de"})
    assert User.objects.get().language == "de"


def test_nobody_is_signed_in_before_they_showed_that_the_address_is_theirs(client: Client) -> None:
    client.post(SIGN_UP, ASKED)
    client.post(CODE_PAGE, {"code": "WRONG1"})
    assert "_auth_user_id" not in client.session
    elsewhere = Client()
    elsewhere.post("/accounts/login/", {"login": ASKED["email"], "password": ASKED["password1"]})
    assert "_auth_user_id" not in elsewhere.session


def test_nobody_learns_who_has_an_account(client: Client, agent: User) -> None:
    taken = client.post(SIGN_UP, {**ASKED, "email": agent.email})
    free = Client().post(SIGN_UP, ASKED)
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert [letter.to for letter in mail.outbox] == [[agent.email], ["mara@lind.example"]]
    assert "already exists" in mail.outbox[0].body
    assert User.objects.get(email=agent.email).role == Role.AGENT


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"name": ""}, "required"),
        ({"email": "mara"}, "valid email"),
        ({"password1": "short"}, "too short"),
        ({"password1": "mara@lind.example"}, "too similar"),
    ],
)
def test_what_is_wrong_is_said(client: Client, wrong: dict[str, str], word: str) -> None:
    page = client.post(SIGN_UP, ASKED | wrong)
    assert page.status_code == 200
    assert word in page.text
    assert not User.objects.exists()


def test_a_stranger_s_password_does_not_stay_where_the_owner_is_invited(client: Client, admin: User) -> None:
    client.post(SIGN_UP, ASKED)
    owner, _link = add_user(admin, ASKED["email"], Role.AGENT, name="The owner")
    assert not owner.has_usable_password()
    assert (owner.name, owner.role) == ("The owner", Role.AGENT)
    with pytest.raises(AccountError, match="has an account already"):
        add_user(admin, ASKED["email"], Role.AGENT)


def test_what_nobody_confirms_is_gone_after_three_days(client: Client, agent: User) -> None:
    client.post(SIGN_UP, ASKED)
    assert forget_old_unconfirmed() == 0
    with clock.frozen_at(clock.now() + timedelta(days=3, minutes=1)):
        assert forget_old_unconfirmed() == 1
    assert list(User.objects.all()) == [agent]


def test_invited_people_are_not_taken_for_unconfirmed(admin: User) -> None:
    invited, _link = add_user(admin, "new@company.example", Role.MEMBER)
    assert invited in User.objects.confirmed()
    assert admin in User.objects.confirmed()
    assert not User.objects.unconfirmed().exists()
