"""An account is connected in the browser: once, by who began, and what comes of it is kept encrypted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.testing.locks import locks_held
from oneroof.core.turns import OUTWARD, UnderWayError
from oneroof.listening.actions.connecting import begin_connecting, finish_connecting
from oneroof.listening.actions.sources import SourceError, add_source
from oneroof.listening.models import Connecting, Source
from oneroof.listening.secrets import open_secrets
from oneroof.listening.sources.mastodon.tests.counterpart import HOST, TOKEN, MastodonCounterpart
from oneroof.listening.sources.pkce import challenge_of


@pytest.fixture
def far(settings: Any) -> Iterator[MastodonCounterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    settings.PUBLIC_URL = "https://brumi.example"
    with MastodonCounterpart() as there:
        yield there


@pytest.fixture
def source(far: MastodonCounterpart, lead: User) -> Source:
    return add_source(lead, "mastodon", "brumi", {**far.settings(), "access_token": ""})


def test_there_and_back(far: MastodonCounterpart, source: Source, lead: User, client: Client) -> None:
    client.force_login(lead)
    page = client.post(reverse("source_connection", args=[source.pk]))
    url = page.context["url"]
    assert url.startswith(far.web.url("/oauth/authorize?"))
    back = far.agree(url)
    assert back.startswith("https://brumi.example/desk/listen/sources/connected/?")
    answer = client.get(back.removeprefix("https://brumi.example"))
    assert answer.headers["Location"] == reverse("source", args=[source.pk])
    source.refresh_from_db()
    assert open_secrets(source.secret) == {"access_token": TOKEN}
    assert source.our_handles == [f"brumi@{HOST}"]
    shown = client.get(reverse("source", args=[source.pk])).content.decode()
    assert f"brumi@{HOST}" in shown
    assert TOKEN not in shown + str(source.settings)


def test_a_code_serves_once_and_only_who_began(
    far: MastodonCounterpart, source: Source, lead: User, admin: User
) -> None:
    url = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/back"))
    state = url.rpartition("state=")[2]
    with pytest.raises(SourceError):
        finish_connecting(admin, state, "the-code")
    finish_connecting(lead, state, "the-code")
    with pytest.raises(SourceError):
        finish_connecting(lead, state, "the-code")


def test_who_comes_back_too_late_or_with_a_wrong_code_begins_anew(
    far: MastodonCounterpart, source: Source, lead: User
) -> None:
    state = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/b")).rpartition("state=")[2]
    Connecting.objects.update(at=clock.ago(minutes=20))
    with pytest.raises(SourceError):
        finish_connecting(lead, state, "the-code")
    state = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/b")).rpartition("state=")[2]
    with pytest.raises(SourceError):
        finish_connecting(lead, state, "another-code")
    source.refresh_from_db()
    assert open_secrets(source.secret) == {}


def test_what_is_remembered_in_between_is_encrypted(
    far: MastodonCounterpart, source: Source, lead: User
) -> None:
    begin_connecting(lead, source.pk, "https://brumi.example/back")
    assert b"our-app-secret" not in bytes(Connecting.objects.get().memory)


def test_only_who_manages_sources(source: Source, agent: User, member: User, client: Client) -> None:
    for user, status in ((agent, 403), (member, 404)):
        client.force_login(user)
        assert client.post(reverse("source_connection", args=[source.pk])).status_code in {status, 404}
        assert client.get(reverse("source_connected")).status_code in {status, 404}
    assert not Connecting.objects.exists()


def test_a_person_who_says_no_is_told_so(source: Source, lead: User, client: Client) -> None:
    client.force_login(lead)
    answer = client.get(reverse("source_connected") + "?error=access_denied", follow=True)
    assert "was not connected" in answer.content.decode()


def test_the_challenge_is_the_one_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@pytest.mark.flaky(reruns=1)
def test_who_comes_back_while_another_call_is_under_way_keeps_the_state(
    far: MastodonCounterpart, source: Source, lead: User
) -> None:
    state = far.agree(begin_connecting(lead, source.pk, "https://brumi.example/b")).rpartition("state=")[2]
    with locks_held((OUTWARD, lead.pk)):
        with pytest.raises(UnderWayError):
            begin_connecting(lead, source.pk, "https://brumi.example/b")
        with pytest.raises(UnderWayError):
            finish_connecting(lead, state, "the-code")
    finish_connecting(lead, state, "the-code")
