"""The demo's other side believes what is signed, keeps it once, and has its bad days."""

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oneroof.config import receiver
from oneroof.core.http import SafeClient
from oneroof.core.testing.web import LOOPBACK
from oneroof.core.webhooks import new_secret
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources.base import Draft, Outcome, Refused, Sent, Target, Unknown
from oneroof.listening.sources.webhook.publish import publish

DRAFT = Draft(
    key="reply-1@tarn.example",
    text="It is on its way.",
    to=Target(
        external_id="7", author_handle="mia", text="Where?", said_at=datetime(2026, 3, 2, 9, tzinfo=UTC)
    ),
)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    monkeypatch.setenv("ONEROOF_HOME", str(tmp_path))
    made = Source.objects.create(network="webhook", name="Chirrup", settings={"sample": "chirrup"})
    server = receiver.serving(0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    receiver.answer_here(server.server_address[1])
    made.refresh_from_db()
    yield made
    server.shutdown()
    server.server_close()


def say(source: Source, draft: Draft = DRAFT, **settings: object) -> Outcome:
    return publish({**settings_of(source), **settings}, draft, SafeClient(allowed_networks=LOOPBACK))


def kept(home: Path) -> list[str]:
    return [json.loads(each.read_text())["data"]["text"] for each in (home / "replies").glob("*.json")]


def test_a_reply_is_taken_and_kept_once(source: Source, tmp_path: Path) -> None:
    assert [say(source), say(source)] == [Sent(DRAFT.key)] * 2
    assert kept(tmp_path) == ["It is on its way."]


def test_what_is_not_signed_by_the_source_is_not_believed(source: Source, tmp_path: Path) -> None:
    assert isinstance(say(source, secret=new_secret()), Refused)
    elsewhere = str(settings_of(source)["reply_url"]).replace("chirrup", "nobody")
    assert isinstance(say(source, reply_url=elsewhere), Refused)
    assert not (tmp_path / "replies").exists()


@pytest.mark.parametrize(("post", "outcome"), [("form-e2b10deb", Refused), ("4334854266758726", Unknown)])
def test_a_bad_day_passes(source: Source, tmp_path: Path, post: str, outcome: type) -> None:
    draft = replace(DRAFT, to=replace(DRAFT.to, external_id=post))
    assert isinstance(say(source, draft), outcome)
    assert kept(tmp_path) == []
    assert say(source, draft) == Sent(DRAFT.key)


def test_the_next_start_has_another_port_and_the_same_secret(source: Source) -> None:
    before = settings_of(source)
    receiver.answer_here(4711)
    source.refresh_from_db()
    now = settings_of(source)
    assert now["reply_url"] == "http://127.0.0.1:4711/chirrup"
    assert now["secret"] == before["secret"]
