"""Posts and contacts sliced by source, product, reason, feeling, language, department and time.

Without a filter, or with one, the tallies of pairs answer; with more, what was counted of all sides
together: whole months by month, the rest by day. All are exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from oneroof.accounts.models import Department
from oneroof.insight.models import Product, Reason, Side
from oneroof.listening.models import Source

SHOWN = 12
POINTS = 60
COLUMNS = {
    Side.PLACE: "place",
    Side.PRODUCT: "product",
    Side.REASON: "reason",
    Side.FEELING: "feeling",
    Side.LANGUAGE: "language",
    Side.DEPARTMENT: "department",
}
ALL = """
SELECT side_a, value_a, sum(posts), sum(contacts) FROM insight_tally
WHERE side_a = side_b AND day >= %(start)s AND day < %(end)s GROUP BY 1, 2
UNION ALL
SELECT 0, day::text, sum(posts), sum(contacts) FROM insight_tally
WHERE side_a = 4 AND side_b = 4 AND day >= %(start)s AND day < %(end)s GROUP BY day
"""
OF_ONE = """
SELECT side_b, value_b, sum(posts), sum(contacts) FROM insight_tally
WHERE side_a = %(side)s AND value_a = %(value)s AND day >= %(start)s AND day < %(end)s GROUP BY 1, 2
UNION ALL
SELECT side_a, value_a, sum(posts), sum(contacts) FROM insight_tally
WHERE side_b = %(side)s AND value_b = %(value)s AND side_a <> side_b AND day >= %(start)s AND day < %(end)s
GROUP BY 1, 2
UNION ALL
SELECT 0, day::text, sum(posts), sum(contacts) FROM insight_tally
WHERE side_a = %(side)s AND value_a = %(value)s AND side_b = %(side)s AND day >= %(start)s AND day < %(end)s
GROUP BY day
"""
OF_MORE = """
SELECT grouping(place, product, reason, feeling, language, department),
    coalesce(place, product, reason, feeling, language, department), sum(posts), sum(contacts)
FROM (
    SELECT place, product, reason, feeling, language, department, sum(posts) AS posts, sum(contacts) AS contacts
    FROM (
        SELECT * FROM insight_slicedmonth WHERE day >= %(first)s AND day < %(last)s AND {wanted}
        UNION ALL
        SELECT * FROM insight_slicedday WHERE day >= %(start)s AND day < %(first)s AND {wanted}
        UNION ALL
        SELECT * FROM insight_slicedday WHERE day >= %(last)s AND day < %(end)s AND {wanted}
    ) AS parts GROUP BY 1, 2, 3, 4, 5, 6
) AS mixed
GROUP BY GROUPING SETS ((place), (product), (reason), (feeling), (language), (department))
"""
DAYS_OF_TWO = """
SELECT day::text, posts, contacts FROM insight_tally
WHERE side_a = %(side_a)s AND value_a = %(value_a)s AND side_b = %(side_b)s AND value_b = %(value_b)s
    AND day >= %(start)s AND day < %(end)s
"""
DAYS_OF_MORE = """
SELECT day::text, sum(posts), sum(contacts) FROM insight_slicedday
WHERE day >= %(start)s AND day < %(end)s AND {wanted} GROUP BY 1
"""
PAIR = 2
FIRST_BIT = 1 << len(COLUMNS) - 1


@dataclass(frozen=True, slots=True)
class Slice:
    value: str
    name: str
    posts: int
    contacts: int

    @property
    def count(self) -> int:
        return self.posts + self.contacts


@dataclass(frozen=True, slots=True)
class Slices:
    """``points`` are equal stretches of days, the oldest first, each with its first day."""

    start: date
    end: date
    posts: int
    contacts: int
    points: Sequence[tuple[date, int, int]]
    sides: Mapping[Side, Sequence[Slice]]


def slices(start: date, end: date, chosen: Mapping[Side, str]) -> Slices:
    """From ``start`` and before ``end``; ``chosen`` are values as the tallies have them, empty is unknown."""
    counted = _counted(start, end, chosen)
    names = _names()
    sides = {
        side: [
            Slice(value, name_of(side, value, names), posts, contacts)
            for value, (posts, contacts) in sorted(
                counted[side].items(), key=lambda row: (-sum(row[1]), row[0])
            )
            if posts or contacts
        ]
        for side in COLUMNS
    }
    days = counted[0].values()
    return Slices(
        start, end, sum(posts for posts, _contacts in days), sum(contacts for _posts, contacts in days),
        _points(start, end, counted[0]), sides,
    )  # fmt: skip


def _counted(start: date, end: date, chosen: Mapping[Side, str]) -> dict[int, dict[str, tuple[int, int]]]:
    found: dict[int, dict[str, tuple[int, int]]] = {0: {}, **{side: {} for side in COLUMNS}}
    for side, value, posts, contacts in _rows(start, end, chosen):
        found[side][value] = (int(posts), int(contacts))
    return found


def _rows(start: date, end: date, chosen: Mapping[Side, str]) -> Sequence[tuple[int, str, int, int]]:
    if len(chosen) > 1:
        return _of_more(start, end, chosen)
    params: dict[str, Any] = {"start": start, "end": end}
    for side, value in chosen.items():
        params |= {"side": int(side), "value": value}
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE if chosen else ALL, params)
        return list(cursor.fetchall())


def _of_more(start: date, end: date, chosen: Mapping[Side, str]) -> Sequence[tuple[int, str, int, int]]:
    first, last = whole_months(start, end)
    params: dict[str, Any] = {"start": start, "first": first, "last": last, "end": end}
    params |= {COLUMNS[side]: value for side, value in chosen.items()}
    wanted = " AND ".join(f"{COLUMNS[side]} = %({COLUMNS[side]})s" for side in chosen)
    days = DAYS_OF_MORE
    if len(chosen) == PAIR:
        (one, value), (other, value_b) = sorted(chosen.items())
        params |= {"side_a": int(one), "value_a": value, "side_b": int(other), "value_b": value_b}
        days = DAYS_OF_TWO
    with connection.cursor() as cursor:
        cursor.execute(OF_MORE.format(wanted=wanted), params)
        rows = cursor.fetchall()
        cursor.execute(days.format(wanted=wanted), params)
        by_day = cursor.fetchall()
    order = {(FIRST_BIT * 2 - 1) & ~(FIRST_BIT >> place): side for place, side in enumerate(COLUMNS)}
    found = [(int(order[grouped]), value, posts, contacts) for grouped, value, posts, contacts in rows]
    return found + [(0, *row) for row in by_day]


def whole_months(start: date, end: date) -> tuple[date, date]:
    """The first days of the first whole month and of the one after the last; both ``end`` where there is none."""
    first = start if start.day == 1 else _next_month(start)
    last = end.replace(day=1)
    return (first, last) if first < last else (end, end)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _points(start: date, end: date, by_day: Mapping[str, tuple[int, int]]) -> Sequence[tuple[date, int, int]]:
    days = max((end - start).days, 1)
    width = -(-days // POINTS)
    found = []
    for first in range(0, days, width):
        told = [by_day.get(str(start + timedelta(days=first + each)), (0, 0)) for each in range(width)]
        found.append(
            (start + timedelta(days=first), sum(row[0] for row in told), sum(row[1] for row in told))
        )
    return found


type Names = Mapping[Side, Mapping[str, str]]


def _names() -> Names:
    return {
        Side.PLACE: {f"source {pk}": name for pk, name in Source.objects.values_list("pk", "name")},
        Side.PRODUCT: _by_key(Product.objects.values_list("pk", "name")),
        Side.REASON: _by_key(Reason.objects.values_list("pk", "name")),
        Side.FEELING: {"-1": _("Negative"), "0": _("Neutral"), "1": _("Positive")},
        Side.DEPARTMENT: _by_key(Department.objects.values_list("pk", "name")),
    }


def _by_key(rows: Any) -> dict[str, str]:
    return {str(pk): name for pk, name in rows}


def name_of(side: Side, value: str, names: Names) -> str:
    if side == Side.LANGUAGE and value:
        try:
            return str(get_language_info(value)["name_translated"])
        except KeyError:
            return value
    if side == Side.PLACE and value.startswith("channel "):
        return value.removeprefix("channel ")
    return names.get(side, {}).get(value) or value or _("Unknown")
