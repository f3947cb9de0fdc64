"""The log holds no address that lets somebody in."""

import io
import logging

import pytest
from django.test import Client

from oneroof.accounts.actions.people import make_sign_in_link
from oneroof.accounts.models import SignInLink, User
from oneroof.core.logs import SecretsAreCut
from oneroof.notify.letters import unsubscribe_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the program's own handler, as the settings make it, writes."""
    [handler] = [
        one for one in logging.root.handlers if any(isinstance(f, SecretsAreCut) for f in one.filters)
    ]
    assert isinstance(handler, logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


def _path(url: str) -> str:
    return "/" + url.partition("//")[2].partition("/")[2]


def test_a_link_that_still_works_is_not_logged(client: Client, agent: User, log: io.StringIO) -> None:
    path = _path(make_sign_in_link(None, agent))
    secret = path.split("/")[2]
    assert client.post(path).status_code == 405
    assert client.get(path).status_code == 302
    assert Client().get(path).status_code == 404
    assert log.getvalue().count("/sign-in/…/") == 2
    assert secret not in log.getvalue()


def test_looking_at_a_link_neither_spends_nor_tells(client: Client, agent: User) -> None:
    path = _path(make_sign_in_link(None, agent))
    for looked_at in (path, "/sign-in/or_made-up/"):
        assert client.head(looked_at).status_code == 200
    assert SignInLink.objects.get().used_at is None
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "path", ["/accounts/password/reset/key/7-abc-def/", "/accounts/confirm-email/Mg:1x:yz/"]
)
def test_keys_that_were_mailed_are_cut(path: str, log: io.StringIO) -> None:
    logging.getLogger("django.request").warning("Not Found: %s", path)
    key = path.split("/")[-2]
    assert "Not Found: /accounts/" in log.getvalue()
    assert key not in log.getvalue()


def test_the_way_out_of_letters_is_not_logged(client: Client, agent: User, log: io.StringIO) -> None:
    path = _path(unsubscribe_url(agent))
    assert client.put(path).status_code == 405
    assert "/notices/unsubscribe/…/" in log.getvalue()
    assert path.split("/")[3] not in log.getvalue()
