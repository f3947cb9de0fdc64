"""A token of Instagram's own login is exchanged long before it ends; where that fails its owner hears of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK, answer
from oneroof.listening.actions.credentials import check_credential
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source, edit_source
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources.instagram import NETWORK
from oneroof.listening.sources.instagram.tests.counterpart import InstagramCounterpart
from oneroof.listening.sources.tests.meta import TOKEN
from oneroof.notify.models import Notice

CLIENT = SafeClient(allowed_networks=LOOPBACK, resolve=lambda _host, _port: ["127.0.0.1"])
NOW = datetime.fromisoformat("2026-03-02T12:00:00+00:00")
REFRESH = "/refresh_access_token"


@pytest.fixture
def far() -> Iterator[InstagramCounterpart]:
    with InstagramCounterpart() as there:
        yield there


@pytest.fixture
def source(far: InstagramCounterpart, lead: User) -> Source:
    return add_source(lead, "instagram", "our account", own_login(far))


def own_login(far: InstagramCounterpart) -> dict[str, Any]:
    return {**far.settings(), "api": far.web.url("", host="graph.instagram.com"), "mentions": False}


def hear(source: Source, at: datetime) -> Source:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    with clock.frozen_at(at):
        claimed = claim_poll(source.pk)
        assert claimed
        poll(claimed, NETWORK, CLIENT)
    return Source.objects.get(pk=source.pk)


def exchanges(far: InstagramCounterpart) -> int:
    return sum(each.path.startswith(REFRESH) for each in far.web.asked)


def test_a_pasted_token_is_exchanged_and_again_at_half_of_its_life(
    far: InstagramCounterpart, source: Source
) -> None:
    for day, exchanged in ((0, 1), (1, 1), (29, 1), (31, 2), (60, 2), (62, 3)):
        heard = hear(source, NOW + timedelta(days=day))
        assert (heard.failures, exchanges(far)) == (0, exchanged), day
    assert settings_of(heard)["access_token"] == f"{TOKEN}-4"
    assert far.web.asked[-1].headers["authorization"] == f"Bearer {TOKEN}-4"
    assert TOKEN not in f"{heard.settings}{heard.cursor}{heard.last_error}"


def test_one_that_is_too_young_is_used_and_asked_for_again_a_day_later(
    far: InstagramCounterpart, source: Source
) -> None:
    far.is_young = True
    for hours, exchanged in ((0, 1), (5, 1), (25, 2)):
        heard = hear(source, NOW + timedelta(hours=hours))
        assert (heard.failures, exchanges(far), heard.last_error) == (0, exchanged, "")
    assert settings_of(heard)["access_token"] == TOKEN


@pytest.mark.parametrize("said", [answer("<html>"), answer('{"access_token": 7}'), answer(status=302)])
def test_nonsense_is_no_token(far: InstagramCounterpart, source: Source, said: bytes) -> None:
    far.web.routes[REFRESH] = said
    heard = hear(source, NOW)
    assert (heard.failures, settings_of(heard)["access_token"]) == (0, TOKEN)


def test_the_owner_is_told_before_a_token_ends_that_cannot_be_exchanged(
    far: InstagramCounterpart, source: Source, lead: User
) -> None:
    hear(source, NOW)
    far.is_young = True
    for day, told in ((40, 0), (52, 0), (54, 1), (55, 1)):
        with clock.frozen_at(NOW + timedelta(days=day)):
            check = check_credential(Source.objects.get(), CLIENT)
        assert check
        assert check.expires_at == NOW + timedelta(days=60)
        assert Notice.objects.filter(user=lead).count() == told, day
    assert TOKEN not in Notice.objects.get().body


def test_another_token_from_a_person_begins_anew(
    far: InstagramCounterpart, source: Source, lead: User
) -> None:
    hear(source, NOW)
    far.tokens = frozenset({"pasted"})
    edit_source(lead, source.pk, settings={**own_login(far), "access_token": "pasted"})
    heard = hear(source, NOW + timedelta(hours=1))
    assert (heard.failures, settings_of(heard)["access_token"]) == (0, f"{TOKEN}-1")


def test_the_token_of_a_page_is_left_alone(far: InstagramCounterpart, lead: User) -> None:
    source = add_source(lead, "instagram", "by a Page", far.settings())
    hear(source, NOW)
    assert exchanges(far) == 0
