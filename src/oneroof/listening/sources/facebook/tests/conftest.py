"""What these tests share."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.test import Client

from oneroof.listening.actions.polling import claim_poll, poll
from oneroof.listening.actions.sources import add_source
from oneroof.listening.models import Post, Source
from oneroof.listening.sources.facebook import NETWORK
from oneroof.listening.sources.facebook.publish import publish
from oneroof.listening.sources.facebook.tests.counterpart import FacebookCounterpart
from oneroof.listening.sources.tests.contract import ImpatientClient

CLIENT = ImpatientClient()


@pytest.fixture(autouse=True)
def _looks_again_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module(publish.__module__), "LOOKS_AGAIN_AFTER", 0.01)


@pytest.fixture
def there() -> Iterator[FacebookCounterpart]:
    with FacebookCounterpart() as far:
        yield far


@pytest.fixture
def source(db: None, there: FacebookCounterpart) -> Source:
    return add_source(None, "facebook", "our page", there.settings())


def hear(source: Source) -> None:
    Source.objects.filter(pk=source.pk).update(next_poll_at=None)
    claimed = claim_poll(source.pk)
    assert claimed
    poll(claimed, NETWORK, CLIENT)
    source.refresh_from_db()


def push(client: Client, source: Source, pushed: tuple[dict[str, str], bytes]) -> Any:
    headers, body = pushed
    return client.post(
        f"/api/v1/sources/{source.pk}/inbox", body, content_type="application/json", headers=headers
    )


def texts(source: Source) -> set[str]:
    return set(Post.objects.filter(source=source).values_list("text", flat=True))
