"""Replies through networks that hang up on one in ten after taking it, by a worker that is killed on the way.

None stands twice, none is lost, and where the network can be read back, none waits for a person.
"""

import json
import socket
from collections import Counter
from collections.abc import Mapping
from threading import Event
from typing import Any, ClassVar
from zlib import crc32

import pytest

from oneroof.accounts.models import User
from oneroof.care.models import Reply, ReplyState
from oneroof.core.testing.web import Asked
from oneroof.listening.actions.sources import add_source
from oneroof.listening.sources.appstore.tests.counterpart import AppstoreCounterpart
from oneroof.listening.sources.base import RawPost
from oneroof.listening.sources.bluesky.tests.counterpart import BlueskyCounterpart
from oneroof.listening.sources.discourse.tests.counterpart import DiscourseCounterpart
from oneroof.listening.sources.facebook.tests.counterpart import FacebookCounterpart
from oneroof.listening.sources.googleplay.tests.counterpart import GoogleplayCounterpart
from oneroof.listening.sources.instagram.tests.counterpart import InstagramCounterpart
from oneroof.listening.sources.json.tests.counterpart import ShopCounterpart
from oneroof.listening.sources.mastodon.tests.counterpart import MastodonCounterpart
from oneroof.listening.sources.reddit.tests.counterpart import RedditCounterpart
from oneroof.listening.sources.tests.contract import said
from oneroof.listening.sources.tests.http_counterpart import HttpCounterpart
from oneroof.listening.sources.x.tests.counterpart import XCounterpart
from oneroof.listening.sources.youtube.tests.counterpart import YouTubeCounterpart
from tests.outbox_under_fire import queue_replies, send_under_fire

PLENTY = {
    f"{family}-{name}": number
    for family in ("X-RateLimit", "RateLimit")
    for name, number in (("Limit", "1000000"), ("Remaining", "999999"), ("Reset", "300"))
}


class HangsUp(HttpCounterpart):
    """Takes one in ten and hangs up without a word; says that one may ask as much as one likes."""

    dropped = 0

    def _exchange(self, asked: Asked, connection: socket.socket, over: Event) -> None:
        if not (self.is_write(asked) and crc32(self.what_differs(asked)) % 10 == 0):
            super()._exchange(asked, connection, over)
            return
        with self._lock:
            self._attempts += 1
            self.dropped += 1
            self.answer_to(asked)

    def what_differs(self, asked: Asked) -> bytes:
        """Between two replies of the same words."""
        return asked.body

    def json(self, shown: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
        return super().json(shown, status=status, headers={**PLENTY, **(headers or {})})


class Mastodon(HangsUp, MastodonCounterpart):
    """The mixture."""


class Bluesky(HangsUp, BlueskyCounterpart):
    """The mixture."""


class NamedByPath(HangsUp):
    """What is answered stands in the path."""

    def what_differs(self, asked: Asked) -> bytes:
        return asked.path.encode()


class Facebook(NamedByPath, FacebookCounterpart):
    """The mixture."""


class Instagram(NamedByPath, InstagramCounterpart):
    """The mixture."""


class Appstore(HangsUp, AppstoreCounterpart):
    """The mixture."""


class Googleplay(NamedByPath, GoogleplayCounterpart):
    """The mixture."""


class Reddit(HangsUp, RedditCounterpart):
    """The mixture, with the quota of the mixture."""

    quota: ClassVar[Mapping[str, str]] = {}


class Discourse(HangsUp, DiscourseCounterpart):
    """The mixture; our user is staff there, and may say the same to all."""

    is_staff = True


class X(HangsUp, XCounterpart):
    """The mixture; ids tell the time there, so that they differ from run to run."""

    page = 100

    def what_differs(self, asked: Asked) -> bytes:
        answered = json.loads(asked.body)["reply"]["in_reply_to_tweet_id"]
        return next(each.id for each in self.posts if self.external_id(each.id) == answered).encode()


class YouTube(HangsUp, YouTubeCounterpart):
    """The mixture."""


class Shop(HangsUp, ShopCounterpart):
    """The mixture; it cannot be read back, but takes each key once: what it took it knows when it comes again."""

    def _exchange(self, asked: Asked, connection: socket.socket, over: Event) -> None:
        is_known = asked.headers.get("idempotency-key") in self.kept
        (super(HangsUp, self) if is_known else super())._exchange(asked, connection, over)


SIDES = [Mastodon, Bluesky, Reddit, Facebook, Instagram, Appstore, Googleplay, Discourse, X, YouTube, Shop]
NETWORKS = pytest.mark.parametrize("side", SIDES, ids=lambda side: side.key)
# One that takes a key of ours once, and one that has to be read back; the others in the long run.
IN_SHORT = pytest.mark.parametrize("side", [Mastodon, Reddit], ids=lambda side: side.key)


def send_all(side: type[HangsUp], agent: User, *, replies: int, kills: int) -> None:
    questions = [said(number) for number in range(1, replies + 1)]
    with side() as far:
        far.serve(questions)
        source = add_source(None, side.key, "the place", far.settings(), our_handles=["brumi"])
        posts = [
            RawPost(
                external_id=far.external_id(each.id),
                author_handle=far.target(each).author_handle,
                text=each.text,
                created_at=each.at,
                addressed_to_us=True,
            )
            for each in questions
        ]
        queue_replies(source, agent, posts, "A new seal is on its way.")
        send_under_fire(source, lambda: len(far.standing()), replies=replies, kills=kills)
        standing = far.standing()
    assert Counter(Reply.objects.values_list("state", flat=True)) == {ReplyState.SENT: replies}
    answered = Counter(each.to for each in standing)
    assert max(answered.values()) == 1, "one stands twice"
    assert set(answered) == {each.external_id for each in posts}, "one is lost"
    assert set(Reply.objects.values_list("external_id", flat=True)) == {each.id for each in standing}
    assert far.dropped > 0


@IN_SHORT
@pytest.mark.django_db(transaction=True)
def test_40_replies_and_a_kill(side: type[HangsUp], agent: User, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    send_all(side, agent, replies=40, kills=1)


@pytest.mark.slow
@NETWORKS
@pytest.mark.django_db(transaction=True)
def test_1000_replies_and_five_kills(side: type[HangsUp], agent: User, settings: Any) -> None:
    settings.ALLOWED_PRIVATE_NETWORKS = ["127.0.0.0/8"]
    send_all(side, agent, replies=1_000, kills=5)
