"""Without the community above it, the door says that it is closed."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from oneroof.core.http import SafeClient
from oneroof.listening.sources.base import Draft, Refused, Sent, Target
from oneroof.listening.sources.community import NETWORK, door

MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TARGET = Target(external_id="7", author_handle="Mia", text="It leaks.", said_at=MOMENT)
DRAFT = Draft(key="reply-1@brumi.example", text="Turn it round.", to=TARGET)


@pytest.fixture
def closed() -> Iterator[None]:
    before = list(door._doors)
    door._doors.clear()
    yield
    door._doors[:] = before


@pytest.mark.usefixtures("closed")
def test_a_closed_door_refuses_for_good() -> None:
    assert NETWORK.publish({}, DRAFT, SafeClient()) == Refused(door.CLOSED, permanent=True)
    assert not NETWORK.is_answerable({})


@pytest.mark.usefixtures("closed")
def test_whoever_opened_it_last_is_asked() -> None:
    for name in ("first", "second"):
        door.open_door(lambda _draft, name=name: Sent(name))
    assert NETWORK.publish({}, DRAFT, SafeClient()) == Sent("second")
    assert NETWORK.is_answerable({})
