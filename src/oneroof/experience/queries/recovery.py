"""Are customers whose problem was solved more loyal than those who had none? Like is beside like."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from oneroof.care.models import Conversation, Outcome
from oneroof.customers.models import Customer, Purchase
from oneroof.experience.models import Kind, SurveyAnswer
from oneroof.experience.rules.effects import TooFewError
from oneroof.experience.rules.matching import Matched, by_size, match

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Recovery:
    """Of scores from 0 to 10; ``matched`` is None where either side has fewer than ten customers."""

    solved: int
    without: int
    matched: Matched | None


def recovery() -> Recovery:
    """Each by their latest answer; whose problem was not solved by then is left out."""
    answers = _latest()
    solved_at, any_at = _problems(list(answers))
    kept = [
        (person, at, score, person in solved_at and solved_at[person] < at)
        for person, (at, score) in answers.items()
        if person not in any_at or any_at[person] > at or (person in solved_at and solved_at[person] < at)
    ]
    before = _bought_before({person: min(at, any_at.get(person, at)) for person, at, _score, _was in kept})
    count = sum(was for *_rest, was in kept)
    try:
        found = match(
            by_size([before[person] for person, *_rest in kept]),
            [was for *_rest, was in kept],
            [score for _person, _at, score, _was in kept],
        )
    except (TooFewError, IndexError):
        found = None
    return Recovery(count, len(kept) - count, found)


def _latest() -> dict[int, tuple[datetime, int]]:
    rows = SurveyAnswer.objects.filter(kind=Kind.NPS, person__isnull=False).order_by("answered_at", "pk")
    return {
        person: (at, score) for person, at, score in rows.values_list("person_id", "answered_at", "score")
    }


def _problems(people: list[int]) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """Of each person, when a problem was first solved, and when they first had one."""
    theirs = Conversation.objects.whole().filter(identity__person__in=people).order_by()
    solved = theirs.filter(outcome=Outcome.SOLVED, resolved_at__isnull=False)
    first_solved = solved.values_list("identity__person").annotate(Min("resolved_at"))
    return dict(first_solved), dict(theirs.values_list("identity__person").annotate(Min("opened_at")))


def _bought_before(moments: dict[int, datetime]) -> dict[int, list[float]]:
    """How much, how often, and for how long they had bought before their problem, or else before they answered."""
    found: dict[int, list[float]] = {person: [0.0, 0.0, 0.0] for person in moments}
    rows = Purchase.objects.filter(customer__person__in=list(moments))
    for person, at, amount in rows.values_list("customer__person_id", "purchased_at", "amount"):
        if at < moments[person]:
            found[person][0] += float(amount)
            found[person][1] += 1
    for person, since in Customer.objects.filter(person__in=list(moments)).values_list("person_id", "since"):
        if since and since < moments[person]:
            found[person][2] = (moments[person] - since).total_seconds() / DAY
    return found
