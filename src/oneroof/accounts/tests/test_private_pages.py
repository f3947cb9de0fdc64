"""Pages behind the door stay in no cache."""

import pytest
from django.test import Client

from oneroof.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "page",
    ["/desk/", "/desk/settings/people/", "/desk/settings/people/new/", "/accounts/email/", "/desk/no/"],
)
def test_no_cache_keeps_them(client: Client, admin: User, page: str) -> None:
    client.force_login(admin)
    told = {part.strip() for part in client.get(page)["Cache-Control"].split(",")}
    assert {"private", "no-store"} <= told


def test_open_pages_say_nothing_of_it(client: Client) -> None:
    assert "no-store" not in client.get("/healthz").headers.get("Cache-Control", "")
