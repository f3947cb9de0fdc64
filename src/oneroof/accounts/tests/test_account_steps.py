"""What one does to one's own account: asked for proof, and written down."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    SECRET_SESSION_KEY,
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from oneroof.accounts.actions.people import make_sign_in_link
from oneroof.accounts.models import AuditEntry, User
from oneroof.core import clock

pytestmark = pytest.mark.django_db
WORD, OTHER_WORD = "a long enough word", "another long word"


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


@pytest.fixture
def with_password(agent: User) -> User:
    agent.set_password(WORD)
    agent.save()
    agent.emailaddress_set.create(email=agent.email, verified=True, primary=True)
    return agent


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def come_by_link(client: Client, user: User) -> str:
    answer = client.get(urlsplit(make_sign_in_link(None, user)).path)
    return str(answer["Location"])


def sign_in(client: Client, user: User) -> None:
    client.post("/accounts/login/", {"login": user.email, "password": WORD})


def test_signing_in_says_by_what(client: Client, with_password: User) -> None:
    sign_in(client, with_password)
    client.post("/accounts/logout/")
    come_by_link(client, with_password)
    entries = AuditEntry.objects.filter(verb="user.signed_in").order_by("id")
    assert [entry.after["by"] for entry in entries] == [["password"], ["link"]]
    assert verbs() == [
        "user.signed_in",
        "user.signed_out",
        "user.link_made",
        "user.link_used",
        "user.signed_in",
    ]
    assert {entry.actor for entry in entries} == {with_password}


def test_a_first_password_is_set_right_after_coming_by_a_link(client: Client, agent: User) -> None:
    come_by_link(client, agent)
    client.post("/accounts/password/set/", {"password1": WORD, "password2": WORD})
    agent.refresh_from_db()
    assert agent.check_password(WORD)
    assert "user.password_set" in verbs()


def test_later_it_asks_for_a_fresh_sign_in(client: Client, agent: User) -> None:
    come_by_link(client, agent)
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        told = client.post("/accounts/password/set/", {"password1": WORD, "password2": WORD}, follow=True)
        client.post("/accounts/email/", {"action_add": "", "email": "mallory@elsewhere.example"})
    agent.refresh_from_db()
    assert "Sign in afresh" in told.text
    assert not agent.has_usable_password()
    assert not agent.emailaddress_set.filter(email="mallory@elsewhere.example").exists()


def test_another_address_asks_for_the_password(client: Client, with_password: User) -> None:
    sign_in(client, with_password)
    added = {"action_add": "", "email": "second@company.example"}
    assert client.post("/accounts/email/", added)["Location"].startswith("/accounts/reauthenticate/")
    assert with_password.emailaddress_set.count() == 1
    client.post("/accounts/reauthenticate/", {"password": WORD})
    client.post("/accounts/email/", added)
    assert with_password.emailaddress_set.count() == 1  # until the code is typed that went there
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)
    client.post("/accounts/confirm-email/", {"code": code and code.group()})
    client.post("/accounts/email/", {"action_remove": "", "email": added["email"]})
    told = AuditEntry.objects.filter(verb__startswith="user.email").order_by("id")
    assert [(entry.verb, entry.after["email"]) for entry in told] == [
        ("user.email_added", added["email"]),
        ("user.email_removed", added["email"]),
    ]


def test_a_changed_password_and_ended_sessions_are_written_down(client: Client, with_password: User) -> None:
    sign_in(Client(), with_password)
    sign_in(client, with_password)
    client.post("/accounts/sessions/")
    changed = {"oldpassword": WORD, "password1": OTHER_WORD, "password2": OTHER_WORD}
    client.post("/accounts/password/change/", changed)
    assert "user.password_changed" in verbs()
    assert AuditEntry.objects.get(verb="user.sessions_ended").after == {"sessions": 1}


def test_a_second_factor_is_written_down(
    client: Client, with_password: User, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(with_password)
    client.post("/accounts/reauthenticate/", {"password": WORD})
    client.get("/accounts/2fa/totp/activate/")
    with django_capture_on_commit_callbacks(execute=True):
        for _period in range(2):  # a code that was read at the very end of its half minute is refused
            if SECRET_SESSION_KEY in client.session:
                code = code_of(client.session[SECRET_SESSION_KEY])
                client.post("/accounts/2fa/totp/activate/", {"code": code})
        client.post("/accounts/2fa/recovery-codes/generate/")
        client.post("/accounts/2fa/totp/deactivate/")
    told = AuditEntry.objects.filter(verb__startswith="user.factor").values_list("verb", "after__factor")
    assert {
        ("user.factor_added", "totp"),
        ("user.factor_renewed", "recovery_codes"),
        ("user.factor_removed", "totp"),
    } <= set(told)


def test_a_link_does_not_skip_the_second_factor(client: Client, agent: User, teammate: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(agent, secret)
    client.force_login(teammate)
    assert come_by_link(client, agent) == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in client.session
    assert client.get("/desk/").status_code != 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(agent.pk)
    assert AuditEntry.objects.get(verb="user.signed_in").after["by"] == ["link", "mfa"]
    assert Authenticator.objects.filter(user=agent).exists()
