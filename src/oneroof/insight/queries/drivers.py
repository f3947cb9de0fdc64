"""Call drivers: the reasons for which people contact us, counted over contacts and posts."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import zip_longest
from typing import Any

from oneroof.core import clock
from oneroof.insight.models import Reason
from oneroof.insight.queries.reason_counts import costs, counted, shared_out
from oneroof.insight.queries.spared import sampled
from oneroof.insight.rules.spared import Sampled, Share, share

DAYS = 30
POINTS = 30


@dataclass
class Driver:
    """One reason with what stands below it. ``before`` is the count of the span of the same length before."""

    reason: Reason | None
    depth: int = 0
    contacts: int = 0
    posts: int = 0
    before: int = 0
    cost: Decimal = Decimal(0)
    costed: int = 0
    trend: list[float] = field(default_factory=list)
    """Counts of stretches of equal length; a day that is cut in two is shared out by time."""
    strata: list[tuple[int, Sampled]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.contacts + self.posts

    @property
    def indent(self) -> str:
        return "– " * self.depth

    @property
    def change(self) -> int | None:
        """In percent; None where there was nothing before."""
        return round(100 * (self.count - self.before) / self.before) if self.before else None

    @property
    def sample(self) -> Sampled:
        return sum((each for _count, each in self.strata), Sampled())

    @cached_property
    def spared(self) -> Share | None:
        """By a known answer; see rules/spared.py."""
        return share(self.strata)

    def add(self, other: "Driver") -> None:
        self.contacts += other.contacts
        self.posts += other.posts
        self.before += other.before
        self.cost += other.cost
        self.costed += other.costed
        self.trend = [a + b for a, b in zip_longest(self.trend, other.trend, fillvalue=0)]
        self.strata += other.strata


@dataclass(frozen=True, slots=True)
class Drivers:
    start: datetime
    end: datetime
    rows: list[Driver]
    unknown: Driver
    total: Driver


def drivers(start: datetime | None = None, end: datetime | None = None) -> Drivers:
    """By count, each with those below it right after it; the end is not included."""
    end = end or clock.now()
    start = start or end - timedelta(days=DAYS)
    own = _counted(start, end)
    _sampled(own)
    reasons = list(Reason.objects.live().select_related("department"))
    below: dict[int | None, list[Reason]] = {}
    known = {reason.pk for reason in reasons}
    for reason in reasons:
        below.setdefault(reason.parent_id if reason.parent_id in known else None, []).append(reason)
    rows = _tree(None, 0, below, own)
    unknown = own.get(None, Driver(None))
    total = Driver(None)
    for driver in [unknown, *(row for row in rows if row.depth == 0)]:
        total.add(driver)
    return Drivers(start, end, rows, unknown, total)


def _tree(
    parent: int | None, depth: int, below: Mapping[int | None, list[Reason]], own: Mapping[int | None, Driver]
) -> list[Driver]:
    found = []
    for reason in below.get(parent, []):
        driver = Driver(reason, depth)
        driver.add(own.get(reason.pk, Driver(None)))
        under = _tree(reason.pk, depth + 1, below, own)
        for each in under:
            if each.depth == depth + 1:
                driver.add(each)
        found.append((driver, under))
    found.sort(key=lambda each: (-each[0].count, each[0].reason.name if each[0].reason else ""))
    return [driver for top, under in found for driver in (top, *under)]


def _counted(start: datetime, end: datetime) -> dict[int | None, Driver]:
    """Of each reason itself."""
    points = max(1, min(POINTS, (end - start).days))
    found: dict[int | None, Driver] = defaultdict(lambda: Driver(None, trend=[0] * points))
    for row in counted(start, end):
        driver = found[row.reason_id]
        driver.contacts += row.contacts
        driver.posts += row.posts
        for place, count in shared_out(row, start, (end - start) / points, points):
            driver.trend[place] += count
    for row in counted(start - (end - start), start):
        found[row.reason_id].before += row.contacts + row.posts
    for reason_id, cost, costed in costs(start, end):
        found[reason_id].cost, found[reason_id].costed = cost, costed
    return dict(found)


def _sampled(own: Mapping[int | None, Driver]) -> None:
    """A reason of which nothing was drawn is a stratum all the same: it is counted, and not measured."""
    known = sampled()
    for pk, driver in own.items():
        if pk is not None:
            driver.strata = [(driver.count, known.get(pk, Sampled()))]


def as_report(found: Drivers) -> dict[str, Any]:
    """What ``oneroof report drivers`` prints."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "total": _figures(found.total),
        "unknown": _figures(found.unknown),
        "drivers": [
            {
                "id": row.reason.pk,
                "reason": row.reason.name,
                "parent": row.reason.parent_id,
                "department": row.reason.department.name if row.reason.department else None,
                **_figures(row),
            }
            for row in found.rows
            if row.reason and (row.count or row.before)
        ],
    }


def _figures(driver: Driver) -> dict[str, Any]:
    return {
        "count": driver.count,
        "contacts": driver.contacts,
        "posts": driver.posts,
        "before": driver.before,
        "change_percent": driver.change,
        "cost": float(driver.cost) if driver.costed else None,
        "contacts_with_cost": driver.costed,
        "trend": [round(count, 1) for count in driver.trend],
        "spared": _spared(driver),
    }


def _spared(driver: Driver) -> dict[str, Any]:
    """The share is None until people judged enough of its sample."""
    sample, found = driver.sample, driver.spared
    return {
        "share": round(found.share, 3) if found else None,
        "low": round(found.low, 3) if found else None,
        "high": round(found.high, 3) if found else None,
        "measured_of_count": found.counted if found else 0,
        "sample": {
            "looked_at": sample.looked_at,
            "found": sample.found,
            "judged": sample.judged,
            "spared": sample.spared,
        },
    }
