"""The demo listens to the live world for a name where it can, and says so where it cannot."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from oneroof.accounts.models import User
from oneroof.accounts.policies import Role
from oneroof.config.sample.live_world import Place, brand, listen_for, places_for
from oneroof.core.errors import WrongUseError
from oneroof.core.testing.web import LOOPBACK
from oneroof.listening.models import Source, Watch
from oneroof.listening.sources import network
from oneroof.listening.sources.tests.contract import BadDay, Counterpart, counterpart_of, said

pytestmark = pytest.mark.django_db(transaction=True)
NETWORKS = ("bluesky", "mastodon", "hackernews", "stackexchange", "rss")


@pytest.fixture(autouse=True)
def admin(db: None) -> User:
    return User.objects.create_user("ada@tarn.example", role=Role.ADMIN)


@pytest.fixture
def world(settings: Any) -> Iterator[dict[str, Counterpart]]:
    """The public networks, by local servers that speak their protocols."""
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with ExitStack() as stack:
        there = {key: stack.enter_context(counterpart_of(key)()) for key in NETWORKS}
        for each in there.values():
            each.serve([said(1, "My kettle leaks.")])
        yield there


def places_in(world: dict[str, Counterpart]) -> list[Place]:
    return [
        Place(network=key, name=f"{key}: kettle", ways=[there.settings()], keeps_all=key != "bluesky")
        for key, there in world.items()
    ]


def test_every_place_that_answers_is_listened_to_once(world: dict[str, Counterpart], admin: User) -> None:
    assert listen_for("kettle", places_in(world))
    assert listen_for("kettle", places_in(world))
    assert sorted(Source.objects.values_list("network", flat=True)) == sorted(NETWORKS)
    assert list(Watch.objects.values_list("query", "owner")) == [('"kettle"', admin.pk)]


def test_who_is_away_is_named_and_tried_again(
    world: dict[str, Counterpart], caplog: pytest.LogCaptureFixture
) -> None:
    world["hackernews"].misbehave(BadDay.FORBIDDEN)
    with caplog.at_level(logging.INFO):
        assert listen_for("kettle", places_in(world))
    assert not Source.objects.filter(network="hackernews")
    assert "no answer from hackernews: kettle." in caplog.messages[-1]
    world["hackernews"].behave()
    assert listen_for("kettle", places_in(world))
    assert Source.objects.filter(network="hackernews")


def test_the_second_way_is_taken_where_the_first_is_closed(world: dict[str, Counterpart]) -> None:
    world["hackernews"].misbehave(BadDay.FORBIDDEN)
    feed = Place(
        network="rss", name="feed", ways=[{"address": "http://127.0.0.1:1/"}, world["rss"].settings()]
    )
    assert listen_for("kettle", [feed])
    assert Source.objects.get().settings["address"] == world["rss"].settings()["address"]


def test_without_a_network_the_sample_runs_alone_and_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def unresolved(host: str, *_: Any, **__: Any) -> Any:
        raise OSError(-3, f"Temporary failure in name resolution: {host}")

    monkeypatch.setattr("socket.getaddrinfo", unresolved)
    assert not listen_for("Brumi One")
    assert not Source.objects.exists()
    assert not Watch.objects.exists()
    assert [each for each in caplog.messages if "Brumi One" in each] == [
        "“Brumi One” is not listened for: no public network answers here. The sample runs alone."
    ]


def test_what_is_asked_of_each_place_is_what_its_form_takes() -> None:
    for place in places_for("Brumi One"):
        names = {field.name for field in network(place.network).fields}
        assert all(set(way) <= names for way in place.ways)
    assert {place.network for place in places_for("Brumi One")} == set(NETWORKS)


@pytest.mark.parametrize("text", ["", "  ", '""', "!?", "a" * 81])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(WrongUseError):
        brand(text)
    assert brand(' Brumi "One" ') == "Brumi One"
