"""The API's door: no token, a wrong token, a token that may not, an address that is not there."""

import pytest
from django.core.checks import run_checks
from django.test import Client
from ninja import Router

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.config.api import api

pytestmark = pytest.mark.django_db


def with_token(user: User) -> dict[str, str]:
    return {"Authorization": f"Bearer {create_token(None, user.email)}"}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer or_wrong"}, {"Authorization": "Basic eA=="}]
)
@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/nothing/here"])
def test_without_a_valid_token_every_address_says_the_same(
    client: Client, path: str, headers: dict[str, str]
) -> None:
    answer = client.get(path, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_opens_what_its_owner_may(client: Client, agent: User) -> None:
    assert client.get("/api/v1/me", headers=with_token(agent)).json()["email"] == agent.email


def test_with_a_token_an_unknown_address_is_404(client: Client, agent: User) -> None:
    answer = client.get("/api/v1/nothing", headers=with_token(agent))
    assert (answer.status_code, answer.json()["status"]) == (404, 404)


def test_the_description_names_every_route(client: Client) -> None:
    assert "/api/v1/me" in client.get("/api/v1/openapi.json").json()["paths"]


def test_a_route_without_a_stated_permission_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    careless = Router()
    careless.get("/careless")(lambda request: {})
    monkeypatch.setattr(api, "_routers", [*api._routers, ("", careless)])
    assert "GET /api/v1/careless states no permission." in [
        error.msg for error in run_checks(tags=["permissions"])
    ]
