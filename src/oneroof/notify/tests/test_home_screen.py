"""The desk on a home screen: an iPhone takes notices only from there."""

from io import BytesIO
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from PIL import Image

from oneroof.accounts.models import User

MANIFEST = "/desk.webmanifest"


def test_the_manifest_is_served_to_whoever_asks() -> None:
    said = Client().get(MANIFEST)
    assert said.status_code == 200
    assert said["Content-Type"] == "application/manifest+json"
    told = said.json()
    assert (told["start_url"], told["scope"], told["display"]) == (reverse("desk"), "/", "standalone")
    assert told["name"]
    assert {"any", "maskable"} == {each["purpose"] for each in told["icons"]}
    assert Client().post(MANIFEST).status_code == 405


def test_its_icons_are_what_it_says_they_are() -> None:
    for each in Client().get(MANIFEST).json()["icons"]:
        with Image.open(BytesIO(drawn(each["src"]))) as icon:
            assert f"{icon.width}x{icon.height}" == each["sizes"]
            assert icon.format == "PNG"
            assert icon.convert("RGBA").getextrema()[3] == (255, 255), (
                "an iPhone shows black where one sees through"
            )


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/desk/settings/notices/", "/desk/inbox/"])
def test_every_page_of_the_desk_is_linked_to_it(client: Client, agent: User, page: str) -> None:
    client.force_login(agent)
    shown = client.get(page).text
    assert f'<link rel="manifest" href="{reverse("notify:manifest")}">' in shown
    assert 'rel="apple-touch-icon" href="/static/oneroof/icons/home-180.png"' in shown


def drawn(address: str) -> bytes:
    found = finders.find(address.removeprefix("/static/"))
    assert isinstance(found, str), address
    return Path(found).read_bytes()
