"""How much may still be asked of a place with one credential: one count, shared by all processes.

A request takes from its budget before it goes, in one statement that every process agrees on; what the answer's
headers say corrects the count. What is asked to learn something leaves a fifth to what is sent to answer somebody.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from django.db import connection
from django.db.models import F
from django.db.models.functions import Ceil, Greatest

from oneroof.core import clock
from oneroof.core.http import HeldBackError, SafeClient
from oneroof.listening.models import RateBudget
from oneroof.listening.quotas import Quota, pause_asked_for, quota_of, share_used
from oneroof.listening.sources.base import Allowance, Network, Settings

ALL = 1.0
FOR_HEARING = 0.8
SAME_WINDOW = timedelta(seconds=5)
SOONEST = 1.0


def within_budget(
    client: SafeClient, place: Network, settings: Mapping[str, Any], share: float = ALL
) -> SafeClient:
    """The same client; requests for which there is no budget now raise HeldBackError before they are sent."""
    return client.behind(_Budgets(place, settings, share)) if place.allow else client


def take(allowance: Allowance, share: float = ALL) -> float:
    """Spend what the request costs; 0, or the seconds until it may be asked for again, nothing being spent."""
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listening_ratebudget AS known (key, allowed, used, resets_at, held_until, changed_at)
            VALUES (%(key)s, %(limit)s, %(cost)s, %(resets)s, NULL, %(now)s)
            ON CONFLICT (key) DO UPDATE SET
                used = CASE WHEN known.resets_at <= %(now)s THEN %(cost)s ELSE known.used + %(cost)s END,
                resets_at = CASE WHEN known.resets_at <= %(now)s THEN %(resets)s ELSE known.resets_at END,
                changed_at = %(now)s
            WHERE (known.held_until IS NULL OR known.held_until <= %(now)s)
                AND (known.resets_at <= %(now)s OR known.used + %(cost)s <= known.allowed * %(share)s)
            """,
            {
                "key": allowance.key,
                "limit": allowance.limit,
                "cost": allowance.cost,
                "resets": now + timedelta(seconds=allowance.seconds),
                "now": now,
                "share": share,
            },
        )
        return 0.0 if cursor.rowcount else _seconds_to_wait(allowance.key)


def note_quota(key: str, quota: Quota) -> None:
    """What the other side counts. Of the same stretch, the higher count holds: requests overtake one another."""
    told = quota.limit - quota.remaining
    near = {
        "resets_at__gt": quota.resets_at - SAME_WINDOW,
        "resets_at__lt": quota.resets_at + SAME_WINDOW,
    }
    same = RateBudget.objects.filter(key=key, allowed=quota.limit, **near)
    if not same.update(used=Greatest(F("used"), told), changed_at=clock.now()):
        RateBudget.objects.filter(key=key).update(
            allowed=quota.limit, used=told, resets_at=quota.resets_at, changed_at=clock.now()
        )


def note_share(key: str, share: float) -> None:
    """What the other side counts, where it tells only how much of its limit is used: of ours it is as much."""
    told = Greatest(F("used"), Ceil(F("allowed") * min(share, ALL)))
    RateBudget.objects.filter(key=key).update(used=told, changed_at=clock.now())


def hold(key: str, pause: timedelta) -> None:
    """We were told to wait: nobody asks with this credential before."""
    until = clock.now() + pause
    RateBudget.objects.filter(key=key).update(held_until=until, changed_at=clock.now())


def _seconds_to_wait(key: str) -> float:
    budget = RateBudget.objects.get(key=key)
    until = budget.resets_at
    if budget.held_until is not None and budget.held_until > clock.now():
        until = budget.held_until
    return max(SOONEST, (until - clock.now()).total_seconds())


class _Budgets:
    """The gate of one source: its requests, and the budgets they are of."""

    def __init__(self, place: Network, settings: Settings, share: float) -> None:
        assert place.allow
        self._title, self._allow, self._settings, self._share = place.title, place.allow, settings, share

    def before(self, method: str, url: str) -> None:
        for allowance in self._allow(self._settings, method, url):
            if seconds := take(allowance, self._share):
                raise HeldBackError(
                    f"The budget of requests to {self._title} is spent for now.", seconds=seconds
                )

    def after(self, method: str, url: str, status: int, headers: httpx.Headers) -> None:
        allowances = self._allow(self._settings, method, url)
        if not allowances:
            return
        if quota := quota_of(headers, clock.now()):
            note_quota(allowances[0].key, quota)
        if (share := share_used(headers)) is not None:
            note_share(allowances[0].key, share)
        if pause := pause_asked_for(status, headers, clock.now()):
            hold(allowances[0].key, pause)
