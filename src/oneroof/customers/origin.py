"""How people came, counted: by what first and last brought them, and by each referral code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from oneroof.customers.models import Customer, Person, Purchase, ReferralCode, Touch, Way
from oneroof.customers.timeline import Entry
from oneroof.customers.worth import Amount, Bounds

# Of each human the first and the last touch, whichever of their rows it was noted on; with what they bought since.
BY_WAY = """
WITH touches AS (
    SELECT COALESCE(row.merged_into_id, row.id) AS whole, touch.way, touch.at, touch.id
    FROM customers_touch AS touch JOIN customers_person AS row ON row.id = touch.person_id
), ends AS (
    SELECT DISTINCT whole, first_value(way) OVER oldest AS first, first_value(way) OVER newest AS last
    FROM touches WINDOW oldest AS (PARTITION BY whole ORDER BY at, id),
        newest AS (PARTITION BY whole ORDER BY at DESC, id DESC)
), buyers AS (
    SELECT DISTINCT COALESCE(row.merged_into_id, row.id) AS whole FROM customers_purchase AS purchase
    JOIN customers_customer AS customer ON customer.id = purchase.customer_id
    JOIN customers_person AS row ON row.id = customer.person_id WHERE purchase.amount > 0
)
SELECT way, count(*) FILTER (WHERE way = first), count(*) FILTER (WHERE way = last),
    count(buyers.whole) FILTER (WHERE way = first)
FROM ends CROSS JOIN LATERAL (SELECT DISTINCT unnest(ARRAY[first, last]) AS way) AS ways
LEFT JOIN buyers USING (whole) GROUP BY way
"""
BY_CODE = """
SELECT code.id,
    (SELECT count(*) FROM customers_referralvisit AS visit WHERE visit.code_id = code.id),
    count(DISTINCT came.whole), count(DISTINCT purchase.whole), COALESCE(sum(purchase.paid), 0)
FROM customers_referralcode AS code
LEFT JOIN LATERAL (
    SELECT DISTINCT COALESCE(row.merged_into_id, row.id) AS whole FROM customers_touch AS touch
    JOIN customers_person AS row ON row.id = touch.person_id WHERE touch.code_id = code.id
) AS came ON true
LEFT JOIN LATERAL (
    SELECT came.whole, sum(bought.amount) AS paid FROM customers_purchase AS bought
    JOIN customers_customer AS customer ON customer.id = bought.customer_id
    JOIN customers_person AS row ON row.id = customer.person_id
    WHERE COALESCE(row.merged_into_id, row.id) = came.whole AND bought.amount > 0 GROUP BY came.whole
) AS purchase ON true
WHERE code.id = ANY(%s) GROUP BY code.id
"""


@dataclass(frozen=True, slots=True)
class OfWay:
    label: str
    first: int
    last: int
    bought: int


@dataclass(frozen=True, slots=True)
class OfCode:
    """``paid`` adds up what they bought, in whatever currency it was."""

    code: ReferralCode
    visits: int
    people: int
    bought: int
    paid: Any


def by_way() -> list[OfWay]:
    """How many humans each way brought, first and last, and how many of those it brought first bought."""
    with connection.cursor() as cursor:
        cursor.execute(BY_WAY)
        found = {way: counts for way, *counts in cursor.fetchall()}
    return [OfWay(str(way.label), *found[way]) for way in Way if way in found]


def funnel(codes: Sequence[ReferralCode]) -> list[OfCode]:
    """Of each code: followed, came, bought."""
    with connection.cursor() as cursor:
        cursor.execute(BY_CODE, [[code.pk for code in codes]])
        found: Mapping[int, Any] = {pk: rest for pk, *rest in cursor.fetchall()}
    return [OfCode(code, *found[code.pk]) for code in codes]


def touches_of(rows: Sequence[int]) -> list[Touch]:
    """The oldest first: that is where they came from, and the last what brought them back."""
    return list(Touch.objects.filter(person__in=rows).select_related("code"))


def touched(rows: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """What brought a person, and whom their codes brought; see :mod:`oneroof.customers.timeline`."""
    theirs = Touch.objects.filter(Q(person__in=rows) | Q(code__owner__in=rows), at__lte=until)
    newest = theirs.select_related("code", "person").order_by("-at", "-pk")[:limit]
    return [_entry(touch, is_own=touch.person_id in rows) for touch in newest]


def _entry(touch: Touch, *, is_own: bool) -> Entry:
    told = {"way": touch.get_way_display(), "name": touch.person}
    return Entry(
        key=f"touch:{touch.pk:020}",
        at=touch.at,
        icon="link",
        title=_("Came by: %(way)s") % told if is_own else _("Brought %(name)s") % told,
        text=" · ".join(filter(None, (touch.code.code if touch.code else "", touch.source))),
        url="" if is_own else reverse("customers:person", args=[touch.person_id]),
    )


def worth_of(rows: Sequence[int], _identity_ids: Sequence[int]) -> Sequence[Amount]:
    """What people bought whom a code of theirs brought first."""
    came: dict[int, Touch] = {}
    wanted = Touch.objects.filter(code__owner__in=rows).values("person")
    for touch in Touch.objects.filter(person__in=wanted).select_related("code"):
        came.setdefault(touch.person_id, touch)
    theirs = [each.person_id for each in came.values() if each.code and each.code.owner_id in rows]
    if not theirs:
        return []
    sums: dict[str, list[float]] = {}
    bought = Purchase.objects.filter(customer__in=Customer.objects.filter(person__in=_all_rows(theirs)))
    for currency, amount in bought.values_list("currency", "amount"):
        sums.setdefault(currency, []).append(float(amount))
    how = _(
        "What those bought whom a code of theirs brought first. What they would have bought without is not known."
    )
    return [
        Amount(_("Referrals"), currency, Bounds(0, sum(paid)), len(theirs), "origin", how)
        for currency, paid in sorted(sums.items())
    ] or [
        Amount(
            _("Referrals"), "", None, len(theirs), "origin", _("People whom a code of theirs brought first.")
        )
    ]


def _all_rows(people: Sequence[int]) -> list[int]:
    wholes = [each.whole_id for each in Person.objects.filter(pk__in=people)]
    return [pk for whole in set(wholes) for pk in Person.objects.of(whole).values_list("pk", flat=True)]
