"""Settings that cannot be are told in a sentence, at each network, and no secret stands in it."""

from collections.abc import Iterator
from typing import Any

import pytest

from oneroof.core.testing.web import LOOPBACK, local_web
from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import SourceError, add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources import networks
from oneroof.listening.sources.base import FieldKind, Network, PollFailedError, Settings
from oneroof.listening.sources.tests.contract import Counterpart, ImpatientClient, counterpart_of, said
from oneroof.listening.tests.test_polling import feed

CLIENT = ImpatientClient()
SECRET = [
    (key, field.name)
    for key, place in sorted(networks().items())
    for field in place.fields
    if place.poll and field.kind is FieldKind.SECRET
]
DATED = sorted(key for key, place in networks().items() if any(f.name == "days_back" for f in place.fields))


@pytest.fixture
def far(key: str, settings: Any) -> Iterator[Counterpart]:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with counterpart_of(key)() as there:
        there.serve([said(1)])
        yield there


def why_not_heard(place: Network, settings: Settings) -> str:
    assert place.poll
    try:
        place.poll(settings, {}, CLIENT)
    except PollFailedError as failure:
        return failure.reason
    return ""


@pytest.mark.parametrize("secret", ["schlüssel-éàü", "two\r\nX-Lines: of-it"])
@pytest.mark.parametrize(("key", "name"), SECRET)
def test_a_secret_that_no_header_can_hold_is_told_and_not_shown(
    far: Counterpart, name: str, secret: str
) -> None:
    """Or it goes where any words may: into an address or a body."""
    told = why_not_heard(far.network, {**far.settings(), name: secret})
    assert secret[:6] not in told
    assert repr(secret)[1:6] not in told


@pytest.mark.parametrize("key", DATED)
def test_the_longest_past_can_be_asked_for(far: Counterpart) -> None:
    (field,) = (each for each in far.network.fields if each.name == "days_back")
    assert far.network.poll
    far.network.poll({**far.settings(), "days_back": field.most}, {}, CLIENT)


@pytest.mark.django_db
@pytest.mark.parametrize("key", DATED)
def test_no_longer_one_and_no_other_choice_can_be_saved(far: Counterpart) -> None:
    choices = [each.name for each in far.network.fields if each.kind is FieldKind.CHOICE]
    for wrong in ({"days_back": 10**12}, {"days_back": -1}, *({name: "nonsense"} for name in choices)):
        with pytest.raises(SourceError):
            add_source(None, far.key, "x", {**far.settings(), **wrong})
    assert not Source.objects.exists()


@pytest.mark.django_db
def test_a_feed_that_names_its_version_in_strange_letters_is_heard_again_and_again(settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = list(LOOPBACK)
    with local_web() as web:
        strange = feed(1).replace(b"\r\n", '\r\nETag: "versión-日本"\r\n'.encode(), 1)
        web.routes["/feed"] = strange
        source = add_source(None, "rss", "feed", {"address": web.url("/feed")})
        for _ in range(2):
            Source.objects.update(next_poll_at=None)
            claimed = claim_poll(source.pk)
            assert claimed
            poll(claimed, networks()["rss"], CLIENT)
    source.refresh_from_db()
    assert (source.failures, source.last_error, Post.objects.count()) == (0, "", 1)
    assert "if-none-match" not in web.asked[-1].headers
