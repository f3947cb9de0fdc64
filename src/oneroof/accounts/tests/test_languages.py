"""Each reads the site in the language that they chose; who chose none, in their browser's."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from oneroof.accounts.models import AuditEntry, User
from oneroof.core.testing.catalogues import LANGUAGES

pytestmark = pytest.mark.django_db
SIGN_IN = "/accounts/login/"
WORD = {
    "es": "Iniciar sesión",
    "de": "Anmelden",
    "fr": "Se connecter",
    "ja": "サインイン",
    "ar": "تسجيل الدخول",
}


def test_the_site_speaks_the_languages_of_its_catalogues() -> None:
    assert set(dict(settings.LANGUAGES)) == {"en", "en-gb", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_browser_is_answered_in_its_language(client: Client, language: str) -> None:
    answer = client.get(SIGN_IN, headers={"accept-language": f"{language},en;q=0.5"})
    assert WORD[language] in answer.text
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in answer.text
    assert answer["Content-Language"] == language
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in answer["Vary"].split(",")}


def test_an_unknown_language_is_answered_in_english(client: Client) -> None:
    assert '<html lang="en"' in client.get(SIGN_IN, headers={"accept-language": "tlh"}).text


def test_signed_out_a_choice_is_kept_by_a_cookie_and_needs_no_token() -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language/", {"language": "de", "next": SIGN_IN})
    assert (answer.status_code, answer["Location"]) == (302, SIGN_IN)
    assert WORD["de"] in client.get(SIGN_IN, headers={"accept-language": "fr"}).text


def test_signed_in_it_is_kept_with_the_account_once_and_audited(client: Client, member: User) -> None:
    client.force_login(member)
    for _time in range(2):
        client.post("/language/", {"language": "ar"})
    member.refresh_from_db()
    assert member.language == "ar"
    answer = client.get("/desk/settings/profile/", headers={"accept-language": "fr"})
    assert 'dir="rtl"' in answer.text
    assert answer["Content-Language"] == "ar"
    assert AuditEntry.objects.filter(verb="user.profile_changed").count() == 1


def test_nobody_else_changes_the_language_of_an_account(member: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.post("/language/", {"language": "ar"}).status_code == 403
    member.refresh_from_db()
    assert member.language == "en"


@pytest.mark.parametrize("typed", ["", "xx", "../etc"])
def test_a_language_that_nobody_speaks_here_is_not_there(client: Client, typed: str) -> None:
    assert client.post("/language/", {"language": typed}).status_code == 404


def test_the_switch_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/language/", {"language": "de", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_who_comes_by_single_sign_on_begins_in_the_browsers_language(rf: Any) -> None:
    from types import SimpleNamespace

    from django.utils import translation

    from oneroof.accounts.adapters import SocialAccountAdapter

    login = SimpleNamespace(user=User())
    with translation.override("ja"):
        user = SocialAccountAdapter().populate_user(rf.get("/"), login, {"email": "a@b.example"})
    assert user.language == "ja"
