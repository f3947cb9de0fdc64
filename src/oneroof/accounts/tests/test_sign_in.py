"""The ways in: limits that hold for all processes, and single sign-on with a server that speaks OpenID Connect."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from oneroof.accounts.actions.people import make_sign_in_link
from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.core.testing.web import LocalWeb, answer, local_web

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _nothing_counted(db: None) -> None:
    cache.clear()


def test_a_password_signs_in_and_leads_to_the_desk(client: Client, agent: User) -> None:
    agent.set_password("a long enough word")
    agent.save()
    agent.emailaddress_set.create(email=agent.email, verified=True, primary=True)
    answer = client.post(LOGIN, {"login": agent.email, "password": "a long enough word"})
    assert answer["Location"] == "/desk/"


def test_guessing_ends_after_five_and_is_counted_where_all_processes_see_it(agent: User) -> None:
    agent.set_password("a long enough word")
    agent.save()
    agent.emailaddress_set.create(email=agent.email, verified=True, primary=True)
    for _guess in range(5):
        Client().post(LOGIN, {"login": agent.email, "password": "guess"})
    right = Client().post(LOGIN, {"login": agent.email, "password": "a long enough word"})
    assert right.status_code == 200
    assert "Too many failed login attempts" in right.text
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM oneroof_cache")
        assert cursor.fetchone()[0] > 0


def test_what_a_client_says_of_its_address_counts_for_nothing() -> None:
    for number in range(40):
        last = Client().post(LOGIN, {"login": "x"}, headers={"X-Forwarded-For": f"10.0.0.{number}"})
    assert last.status_code == 429


@pytest.mark.parametrize("page", ["/accounts/signup/", "/accounts/3rdparty/signup/"])
def test_nobody_signs_up_on_their_own_where_people_come_by_invitation(client: Client, page: str) -> None:
    client.post(
        page, {"email": "a@b.example", "password1": "a long enough word", "password2": "a long enough word"}
    )
    assert not User.objects.exists()


class Idp:
    """An identity provider of its documented endpoints: discovery, token, userinfo."""

    def __init__(self, web: LocalWeb) -> None:
        self.web, self.url = web, web.url("")
        self.say("/.well-known/openid-configuration", self.discovery())

    def discovery(self) -> dict[str, Any]:
        ends = {
            name: self.url + path
            for name, path in {
                "authorization_endpoint": "/authorize",
                "token_endpoint": "/token",
                "userinfo_endpoint": "/userinfo",
                "jwks_uri": "/keys",
            }.items()
        }
        return {"issuer": self.url, "token_endpoint_auth_methods_supported": ["client_secret_post"], **ends}

    def say(self, path: str, told: object) -> None:
        self.web.routes[path] = answer(json.dumps(told), headers={"Content-Type": "application/json"})

    def knows(self, **claims: object) -> None:
        now = int(time.time())
        token = {"iss": self.url, "aud": "oneroof", "iat": now, "exp": now + 60, **claims}
        signed = jwt.encode(token, "k" * 32, algorithm="HS256")
        self.say("/token", {"access_token": "t", "token_type": "Bearer", "id_token": signed})
        self.say("/userinfo", claims)

    def sign_in(self, client: Client) -> Any:
        """Go there and come back, as a browser does."""
        there = client.post("/accounts/oidc/company/login/")["Location"]
        assert there.startswith(self.url + "/authorize")
        asked = parse_qs(urlsplit(there).query)
        assert asked["code_challenge_method"] == ["S256"]
        back = {"code": "c", "state": asked["state"][0]}
        return client.get("/accounts/oidc/company/login/callback/", back)


@pytest.fixture
def idp(settings: Any) -> Iterator[Idp]:
    with local_web() as web:
        provider = Idp(web)
        app = {
            "provider_id": "company",
            "name": "Company account",
            "client_id": "oneroof",
            "secret": "s",
            "settings": {"server_url": provider.url, "oauth_pkce_enabled": True},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        yield provider


class TestSingleSignOn:
    def test_the_page_offers_it(self, client: Client, idp: Idp) -> None:
        assert "Company account" in client.get(LOGIN).text

    def test_who_was_invited_is_that_account(self, client: Client, idp: Idp, lead: User) -> None:
        lead.emailaddress_set.create(email=lead.email, verified=True, primary=True)
        idp.knows(sub="1", email=lead.email, email_verified=True, name="Lena L.")
        assert idp.sign_in(client)["Location"] == "/desk/"
        assert client.session["_auth_user_id"] == str(lead.pk)
        lead.refresh_from_db()
        assert (lead.role, lead.name) == (Role.LEAD, "Lena Lead")

    def test_an_unverified_address_is_nobodys_account(self, client: Client, idp: Idp, lead: User) -> None:
        idp.knows(sub="2", email=lead.email, email_verified=False, name="Mallory")
        idp.sign_in(client)
        assert "_auth_user_id" not in client.session

    def test_somebody_new_becomes_a_member(self, client: Client, idp: Idp) -> None:
        idp.knows(sub="3", email="neo@company.example", email_verified=True, name="Neo")
        assert idp.sign_in(client)["Location"] == "/"
        neo = User.objects.get()
        assert (neo.email, neo.role, neo.name) == ("neo@company.example", Role.MEMBER, "Neo")
        assert client.get("/desk/").status_code == 404

    def test_a_forged_return_signs_nobody_in(self, client: Client, idp: Idp) -> None:
        idp.knows(sub="4", email="neo@company.example", email_verified=True)
        client.get("/accounts/oidc/company/login/callback/", {"code": "c", "state": "made-up"})
        assert not User.objects.exists()


def test_who_came_by_a_link_sees_where_they_are_signed_in(client: Client, agent: User) -> None:
    address = urlsplit(make_sign_in_link(None, agent)).path
    client.get(address, HTTP_USER_AGENT="Browser 7")
    assert "Browser 7" in client.get("/accounts/sessions/").text
