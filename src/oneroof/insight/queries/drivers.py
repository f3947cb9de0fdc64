"""Call drivers: the reasons for which people contact us, counted over contacts and posts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import connection

from oneroof.core import clock
from oneroof.insight.models import Reason
from oneroof.insight.queries.spared import sampled
from oneroof.insight.rules.spared import Sampled, Share, share

DAYS = 30
POINTS = 30
COUNTED = """
SELECT reason_id, width_bucket(extract(epoch FROM moment), %(since)s, %(until)s, %(points)s) AS bucket,
    sum(contacts), sum(posts), sum(cost), sum(costed)
FROM (
    SELECT reason_id, opened_at AS moment, 1 AS contacts, 0 AS posts, cost, (cost IS NOT NULL)::int AS costed
    FROM insight_contact WHERE opened_at >= %(start)s AND opened_at < %(end)s
    UNION ALL
    SELECT reason_id, said_at, 0, 1, NULL, 0
    FROM insight_placedpost WHERE said_at >= %(start)s AND said_at < %(end)s
) AS counted
GROUP BY 1, 2
"""


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
    trend: list[int] = field(default_factory=lambda: [0] * POINTS)
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
        self.trend = [a + b for a, b in zip(self.trend, other.trend, strict=True)]
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
    """Of each reason itself; bucket 0 is the span before."""
    length = end - start
    params: dict[str, Any] = {
        "start": start - length,
        "end": end,
        "since": start.timestamp(),
        "until": end.timestamp(),
        "points": POINTS,
    }
    found: dict[int | None, Driver] = {}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, params)
        for reason_id, bucket, contacts, posts, cost, costed in cursor.fetchall():
            driver = found.setdefault(reason_id, Driver(None))
            if bucket == 0:
                driver.before += contacts + posts
                continue
            driver.contacts += contacts
            driver.posts += posts
            driver.cost += cost or 0
            driver.costed += costed
            driver.trend[min(bucket, POINTS) - 1] += contacts + posts
    return found


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
        "trend": driver.trend,
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
