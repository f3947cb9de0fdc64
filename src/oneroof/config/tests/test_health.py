"""Who may read the metrics, and that health is open to all."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_this_machine_reads_the_metrics(client: Client, address: str) -> None:
    assert "oneroof_" in client.get("/metrics", REMOTE_ADDR=address).text


@pytest.mark.parametrize("address", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "", "unix"])
def test_nobody_else_does(client: Client, address: str) -> None:
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == 404


def test_a_proxy_on_this_machine_does_not_open_them(client: Client) -> None:
    for told in ({"X-Forwarded-For": "192.0.2.7"}, {"X-Forwarded-Proto": "https"}, {"Forwarded": "for=x"}):
        assert client.get("/metrics", headers=told).status_code == 404


def test_the_operators_token_reads_them_from_anywhere(client: Client, settings: Any) -> None:
    for told in ("Bearer ", "Bearer None"):
        assert client.get("/metrics", headers={"Authorization": told}, **ELSEWHERE).status_code == 404
    settings.METRICS_TOKEN = "a-token"
    for told, status in (("Bearer a-token", 200), ("Bearer other", 404), ("a-token", 404)):
        answer = client.get("/metrics", headers={"Authorization": told}, **ELSEWHERE)
        assert answer.status_code == status


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_open_to_all(client: Client, address: str) -> None:
    assert client.get(address, **ELSEWHERE).status_code in {200, 503}
