"""What cannot be and what takes too long is said, on pages and in the API, and is no bare 500."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest
from django.test import Client, RequestFactory

from oneroof.accounts.actions.tokens import create_token
from oneroof.accounts.models import User
from oneroof.config.server import limit_statements
from oneroof.core.middleware import OverdueMiddleware
from oneroof.core.pagination import encode_cursor
from oneroof.listening import api as listening_api

pytestmark = pytest.mark.django_db


def door(user: User) -> Client:
    return Client(
        headers={"Authorization": f"Bearer {create_token(None, user.email)}"}, raise_request_exception=False
    )


def overdue() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(5)")


def broken() -> None:
    raise RuntimeError("secret words")


def test_an_address_with_a_nul_names_nothing(agent: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(agent)
    for path in ("/desk/inbox/?q=a%00b", "/desk/listen/?q=%00", "/desk/inbox/%00/"):
        assert client.get(path).status_code == 404
    answer = door(agent).get("/api/v1/conversations?q=%00")
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("text", ["a\\u0000b", "a\\ud800b"])
def test_a_text_that_cannot_be_kept_is_a_problem(agent: User, text: str) -> None:
    body = f'{{"query": "{text}", "name": "{text}"}}'
    for path in ("/api/v1/watches", "/api/v1/watches/test"):
        answer = door(agent).post(path, body, content_type="application/json")
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")


def test_a_cursor_before_all_time_belongs_to_no_list(agent: User) -> None:
    cursor = encode_cursor("0001-01-01T00:00:00+14:00", 1)
    assert door(agent).get(f"/api/v1/posts?cursor={cursor}").status_code == 422


@pytest.mark.parametrize(("act", "status"), [(broken, 500), (overdue, 503)])
def test_whatever_breaks_in_the_api_is_a_problem(
    agent: User, monkeypatch: Any, act: Callable[[], None], status: int
) -> None:
    monkeypatch.setattr(listening_api, "past_catches", lambda *_args, **_more: act())
    answer = door(agent).post("/api/v1/watches/test", {"query": "x"}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert "secret words" not in answer.text


def test_a_page_that_takes_too_long_says_so() -> None:
    request: HttpRequest = RequestFactory().get("/desk/")
    answer = OverdueMiddleware(lambda _request: None)  # type: ignore[arg-type,return-value]
    with pytest.raises(OperationalError) as caught:
        overdue()
    page = answer.process_exception(request, caught.value)
    assert page is not None
    assert (page.status_code, "This took too long" in page.text) == (503, True)
    assert answer.process_exception(request, ValueError()) is None


def test_the_web_s_own_connections_have_a_limit(monkeypatch: Any) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c work_mem=8MB")
    limit_statements()
    assert os.environ["PGOPTIONS"] == "-c work_mem=8MB -c statement_timeout=10s"
    fresh = connection.copy()
    try:
        with fresh.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("10s",)
    finally:
        fresh.close()
