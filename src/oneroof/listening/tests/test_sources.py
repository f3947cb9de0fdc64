"""Sources are added, changed, stopped and started by those who may, and the audit says by whom."""

from typing import Any

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.core.webhooks import new_secret
from oneroof.listening.actions.sources import SourceError, add_source, edit_source, poll_now, set_enabled
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of

pytestmark = pytest.mark.django_db

FEED = {"address": "https://forum.example/feed"}


@pytest.fixture
def feed(lead: User) -> Source:
    return add_source(lead, "rss", "forum", {**FEED, "user": "us", "password": "let-me-in"})


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("verb", flat=True))


def test_a_lead_adds_a_source_and_its_secret_shows_nowhere(feed: Source, lead: User) -> None:
    assert settings_of(feed) == {**FEED, "minutes": 30, "user": "us", "password": "let-me-in"}
    assert feed.owner == lead
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor) == ("source.added", lead)
    assert "let-me-in" not in f"{entry.after}{feed.settings}{bytes(feed.secret or b'')!r}"


@pytest.mark.parametrize("who", ["member", "volunteer", "agent"])
def test_others_may_not(feed: Source, who: str, request: pytest.FixtureRequest) -> None:
    actor = request.getfixturevalue(who)
    deeds: list[Any] = [
        lambda: add_source(actor, "rss", "another", FEED),
        lambda: edit_source(actor, feed.pk, name="mine"),
        lambda: set_enabled(actor, feed.pk, is_enabled=False),
        lambda: poll_now(actor, feed.pk),
    ]
    for deed in deeds:
        with pytest.raises(NotAllowed):
            deed()
    feed.refresh_from_db()
    assert (feed.name, feed.enabled, Source.objects.count()) == ("forum", True, 1)
    assert verbs() == ["source.added"]


@pytest.mark.parametrize(
    ("name", "written", "reason"),
    [
        ("forum", FEED, "of that name"),
        ("  ", FEED, "no name"),
        ("x", {}, "missing"),
        ("x", {"address": ""}, "missing"),
        ("x", {**FEED, "color": "red"}, "color"),
        ("x", {**FEED, "minutes": 10**12}, "between 0 and 100000"),
        ("x", {**FEED, "minutes": -5}, "between 0 and 100000"),
    ],
)
def test_what_cannot_be_a_source(feed: Source, lead: User, name: str, written: Any, reason: str) -> None:
    with pytest.raises(SourceError, match=reason):
        add_source(lead, "rss", name, written)
    assert Source.objects.count() == 1


def test_other_settings_are_another_place(feed: Source, lead: User) -> None:
    Source.objects.filter(pk=feed.pk).update(cursor={"etag": "7"})
    assert edit_source(lead, feed.pk, name="our forum", our_handles=["@brumi", "brumi"]).cursor == {
        "etag": "7"
    }
    same = edit_source(lead, feed.pk, settings={**FEED, "user": "us", "password": ""})
    assert (same.cursor, settings_of(same)["password"]) == ({"etag": "7"}, "let-me-in")
    moved = edit_source(lead, feed.pk, settings={"address": "https://forum.example/new", "user": "us"})
    assert (moved.cursor, moved.next_poll_at, moved.our_handles) == ({}, None, ["brumi"])
    assert settings_of(moved)["password"] == "let-me-in"
    changed = AuditEntry.objects.filter(verb="source.changed")
    assert "let-me-in" not in str(list(changed.values_list("before", "after")))
    assert changed.count() == 3


def test_stopping_and_starting_is_told_once(feed: Source, lead: User) -> None:
    Source.objects.filter(pk=feed.pk).update(cursor={"etag": "7"}, failures=4)
    for is_enabled in (False, False, True, True):
        set_enabled(lead, feed.pk, is_enabled=is_enabled)
    feed.refresh_from_db()
    assert (feed.enabled, feed.failures, feed.cursor) == (True, 0, {"etag": "7"})
    assert verbs() == ["source.added", "source.stopped", "source.started"]


def test_what_tells_by_itself_is_not_asked(lead: User) -> None:
    hook = add_source(lead, "webhook", "shop", {"secret": new_secret()})
    with pytest.raises(SourceError, match="nothing to ask"):
        poll_now(lead, hook.pk)


def test_what_is_not_there(lead: User) -> None:
    for deed in (lambda: edit_source(lead, 0, name="x"), lambda: poll_now(lead, 0)):
        with pytest.raises(Source.DoesNotExist):
            deed()
