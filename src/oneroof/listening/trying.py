"""A place is asked once, before anybody listens to it: what would be heard, or what is in the way."""

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings as site

from oneroof.core.http import DEADLINE, FetchedResponse, SafeClient, TooSlowError
from oneroof.listening.budgets import FOR_HEARING, within_budget
from oneroof.listening.sources.base import Network, PollFailedError, RawPost, Rejected

SECONDS = 15.0
SHOWN = 10
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``posts`` are the newest of ``count``. A ``problem`` is a sentence; with it there is nothing else, but
    addresses that may be meant instead."""

    posts: Sequence[RawPost] = ()
    rejected: Sequence[Rejected] = ()
    count: int = 0
    problem: str = ""
    offers: Sequence[str] = ()


class BriefClient(SafeClient):
    """All that it is asked for together may take so many seconds."""

    def __init__(self, seconds: float = SECONDS) -> None:
        super().__init__(allowed_networks=site.ALLOWED_PRIVATE_NETWORKS, contact=site.PUBLIC_URL)
        self._seconds, self._ends = seconds, time.monotonic() + seconds

    def get(self, url: str, *, deadline: float = DEADLINE, **more: Any) -> FetchedResponse:
        return super().get(url, deadline=self._left(deadline), **more)

    def send(self, method: str, url: str, *, deadline: float = DEADLINE, **more: Any) -> FetchedResponse:
        return super().send(method, url, deadline=self._left(deadline), **more)

    def _left(self, deadline: float) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlowError(f"Trying it took longer than {self._seconds:.0f} seconds.", sent=False)
        return min(deadline, left)


def try_out(place: Network, settings: Mapping[str, Any], client: SafeClient | None = None) -> Trial:
    """Ask as the listener would at first. Stores nothing, and never raises for what the other side did."""
    asking = within_budget(client or BriefClient(), place, settings, FOR_HEARING)
    try:
        assert place.poll
        batch = place.try_out(settings, asking) if place.try_out else place.poll(settings, {}, asking)
    except PollFailedError as failure:
        return Trial(problem=failure.reason, offers=failure.offers)
    except Exception as error:
        log.exception("%s could not be tried out.", place.key)
        return Trial(problem=f"{type(error).__name__}: {error}")
    there = [post for post in batch.posts if not post.deleted]
    newest = sorted(there, key=lambda post: post.created_at, reverse=True)
    return Trial(posts=newest[:SHOWN], rejected=batch.rejected[:SHOWN], count=len(there))
