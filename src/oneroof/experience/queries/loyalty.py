"""What goes with a point of loyalty in the company's own books: what was spent in the year after the answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Max

from oneroof.core import clock
from oneroof.customers.models import Purchase
from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.effects import Effect, TooFewError
from oneroof.experience.rules.loyalty import Band, slope

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Loyalty:
    """Money of ``currency``; ``effect`` is None where too few answered a year ago and are in the books."""

    customers: int
    currency: str
    effect: Effect | None
    bands: list[Band]


def loyalty() -> Loyalty:
    """Each customer once, by their first answer after which the books cover a whole year."""
    currency = _usual_currency()
    answers = _answers(_booked_until(currency))
    later, known = _spent(answers, currency)
    people = list(answers)
    scores = [answers[person][1] for person in people]
    try:
        effect = slope([later[person] for person in people], scores, [known[person] for person in people])
    except (TooFewError, IndexError):
        effect = None
    return Loyalty(len(people), currency, effect, list(_bands(people, scores, later)))


def _usual_currency() -> str:
    """Amounts of other currencies are left out: nothing here knows what they were worth."""
    codes = Purchase.objects.values_list("currency", flat=True).order_by("-purchased_at")[:2_000]
    told = list(codes)
    return max(set(told), key=told.count) if told else ""


def _booked_until(currency: str) -> datetime:
    last: datetime | None = Purchase.objects.filter(currency=currency).aggregate(last=Max("purchased_at"))[
        "last"
    ]
    return min(last, clock.now()) if last else clock.now()


def _answers(until: datetime) -> dict[int, tuple[datetime, int]]:
    rows = SurveyAnswer.objects.filter(
        kind=Kind.NPS, person__customer__isnull=False, answered_at__lte=until - YEAR
    )
    told = rows.order_by("-answered_at", "-pk").values_list("person_id", "answered_at", "score")
    return {person: (at, score) for person, at, score in told}


def _spent(
    answers: dict[int, tuple[datetime, int]], currency: str
) -> tuple[dict[int, float], dict[int, list[float]]]:
    """Later within the year; before: how much in the year before, how often, and whether ever."""
    later = dict.fromkeys(answers, 0.0)
    known = {person: [0.0, 0.0, 0.0] for person in answers}
    rows = Purchase.objects.filter(customer__person__in=list(answers), currency=currency)
    for person, at, amount in rows.values_list("customer__person_id", "purchased_at", "amount"):
        asked = answers[person][0]
        if asked <= at < asked + YEAR:
            later[person] += float(amount)
        elif at < asked:
            known[person][2] = 1.0
            if at >= asked - YEAR:
                known[person][0] += float(amount)
                known[person][1] += 1
    return later, known


def _bands(people: list[int], scores: list[int], later: dict[int, float]) -> Iterable[Band]:
    for score in sorted(set(scores)):
        spent = [later[person] for person, given in zip(people, scores, strict=True) if given == score]
        yield Band(score, len(spent), float(np.mean(spent)))
