"""Credentials that end are exchanged once, however many ask at a time, and what comes of it is kept encrypted."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from oneroof.accounts.models import User
from oneroof.core.http import SafeClient
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.actions.sources import add_source, edit_source
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources.base import Network, PollFailedError, Renewal

GIVEN = {"instance": "https://far.example", "access_token": "first"}


@dataclass
class Exchange:
    """A far side that takes each token but once."""

    taken: list[str] = field(default_factory=list)
    is_down: bool = False

    @property
    def place(self) -> Network:
        renewal = Renewal(is_due=lambda known: known["access_token"] == "first", renew=self.renew)
        return Network(key="mastodon", title="Far", renewal=renewal)

    def renew(self, known: Mapping[str, Any], client: SafeClient) -> Mapping[str, Any]:
        if self.is_down:
            raise PollFailedError("It is down.")
        self.taken.append(known["access_token"])
        return {"access_token": "second"}


@pytest.fixture
def source(db: None) -> Source:
    return add_source(None, "mastodon", "brumi", GIVEN)


def test_what_is_at_its_end_is_exchanged_and_kept_encrypted(source: Source) -> None:
    far = Exchange()
    for _ in range(2):
        known = good_settings(Source.objects.get(), far.place, SafeClient())
        assert known["access_token"] == "second"
    assert far.taken == ["first"]
    source.refresh_from_db()
    assert settings_of(source)["access_token"] == "second"
    assert b"second" not in bytes(source.renewed or b"")
    assert "second" not in str(source.settings)


def test_what_holds_is_left_alone(source: Source) -> None:
    far = Exchange()
    place = Network(key="far", title="Far", renewal=Renewal(is_due=lambda _known: False, renew=far.renew))
    assert good_settings(source, place, SafeClient()) == settings_of(source)
    assert good_settings(source, Network(key="far", title="Far"), SafeClient()) == settings_of(source)
    assert far.taken == []


def test_what_cannot_be_exchanged_stays_for_another_time(source: Source) -> None:
    far = Exchange(is_down=True)
    with pytest.raises(PollFailedError):
        good_settings(source, far.place, SafeClient())
    assert settings_of(Source.objects.get())["access_token"] == "first"
    far.is_down = False
    assert good_settings(source, far.place, SafeClient())["access_token"] == "second"


def test_another_secret_from_a_person_counts_again(source: Source, lead: User) -> None:
    good_settings(source, Exchange().place, SafeClient())
    edit_source(lead, source.pk, settings={**GIVEN, "access_token": ""})
    assert settings_of(Source.objects.get())["access_token"] == "second"
    edit_source(lead, source.pk, settings={**GIVEN, "access_token": "third"})
    assert settings_of(Source.objects.get())["access_token"] == "third"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_asks() -> None:
    source = add_source(None, "mastodon", "brumi", GIVEN)
    far, line, found = Exchange(), Barrier(6), []

    def ask() -> None:
        mine = Source.objects.get(pk=source.pk)
        line.wait()
        found.append(good_settings(mine, far.place, SafeClient())["access_token"])
        connection.close()

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert found == ["second"] * 6
    assert far.taken == ["first"]
