"""Credentials are asked after once a day, and the source's owner is told what became of them."""

from collections.abc import Iterator
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.listening.actions.credentials import check_credentials
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import CredentialCheck, Source
from oneroof.listening.sources.mastodon.tests.counterpart import HOST, TOKEN, MastodonCounterpart
from oneroof.listening.sources.tests.contract import BadDay
from oneroof.notify.models import Notice


@pytest.fixture
def far(settings: Any) -> Iterator[MastodonCounterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    with MastodonCounterpart() as there:
        yield there


@pytest.fixture
def source(far: MastodonCounterpart, lead: User) -> Source:
    return add_source(lead, "mastodon", "brumi", far.settings())


def test_they_are_asked_after_once_a_day(far: MastodonCounterpart, source: Source) -> None:
    assert (check_credentials(), check_credentials()) == (1, 0)
    assert CredentialCheck.objects.get().handle == f"brumi@{HOST}"
    CredentialCheck.objects.update(checked_at=clock.ago(hours=25))
    assert check_credentials() == 1
    assert not Notice.objects.exists()


def test_the_owner_is_told_once_that_they_are_refused(
    far: MastodonCounterpart, source: Source, lead: User
) -> None:
    far.misbehave(BadDay.REVOKED)
    for _ in range(2):
        check_credentials()
        CredentialCheck.objects.update(checked_at=clock.ago(hours=25))
    notice = Notice.objects.get()
    assert notice.user == lead
    assert "brumi" in notice.title
    assert TOKEN not in f"{notice.title}{notice.body}{CredentialCheck.objects.get().refusal}"


def test_a_server_that_is_down_says_nothing_of_them(far: MastodonCounterpart, source: Source) -> None:
    far.misbehave(BadDay.BROKEN)
    check_credentials()
    assert not CredentialCheck.objects.exists()
    assert not Notice.objects.exists()


def test_sources_without_credentials_are_not_asked(far: MastodonCounterpart, db: None) -> None:
    add_source(None, "mastodon", "public", {**far.settings(), "access_token": ""})
    assert check_credentials() == 0
