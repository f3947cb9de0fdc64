"""Every template of the design system is whole, and refuses nobody a way on."""

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client

from oneroof.core import context

TEMPLATES = Path(context.__file__).parent / "templates"


@pytest.mark.parametrize(
    "name", sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
)
def test_every_template_compiles(name: str) -> None:
    assert get_template(name).origin.name == str(TEMPLATES / name)


@pytest.mark.django_db
def test_a_signed_out_person_is_offered_to_sign_in_and_come_back() -> None:
    answer = Client().get("/desk/nothing/?a=1&b=2")
    assert answer.status_code == 404
    assert 'href="/accounts/login/?next=%2Fdesk%2Fnothing%2F%3Fa%3D1%26b%3D2"' in answer.text


def test_a_signed_in_person_is_not_asked_to_sign_in(client: Client, agent: Any) -> None:
    client.force_login(agent)
    answer = client.get("/desk/nothing/")
    assert answer.status_code == 404
    assert "login" not in answer.text


@pytest.mark.django_db
def test_no_page_carries_script_or_style_in_itself() -> None:
    html = Client().get("/accounts/login/").text
    assert " style=" not in html
    assert "<style" not in html
    assert "onclick" not in html
