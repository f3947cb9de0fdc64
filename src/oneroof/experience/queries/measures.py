"""By what a trial may be judged: counts and shares of what customers met with, a period a figure.

A share looks as long after everything: solved within seven days, answered within one. What began yesterday is not
behind for having had no time. No measure is how long somebody of ours took at it.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import TruncDay
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.care.models import Conversation, Outcome
from oneroof.community.models import Entry
from oneroof.community.models import Kind as EntryKind
from oneroof.experience.models import Kind, SurveyAnswer, Unit
from oneroof.insight.models import Contact, PlacedPost

EVERYTHING = 0
type Day = tuple[int, datetime, int, int]
"""A unit, a day, how many, and how many of them count for the share."""


@dataclass(frozen=True, slots=True)
class Measure:
    key: str
    label: str | Promise
    units: Collection[Unit]
    is_share: bool
    read: Callable[[Unit, datetime, datetime], Iterable[Day]]


def _days(rows: QuerySet[Any], unit: str | None, at: str, good: Q | None = None) -> Iterable[Day]:
    key = F(unit) if unit else Value(EVERYTHING)
    told = rows.order_by().annotate(unit_key=key, day=TruncDay(at, tzinfo=UTC)).values_list("unit_key", "day")
    return [
        (key, day, count, hits)
        for key, day, count, hits in told.annotate(count=Count("pk"), hits=Count("pk", filter=good))
        if key is not None
    ]


def _between(rows: QuerySet[Any], at: str, start: datetime, end: datetime) -> QuerySet[Any]:
    return rows.filter(**{f"{at}__gte": start, f"{at}__lt": end})


def _contacts(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    rows = Contact.objects.exclude(channel="survey")
    return _days(_between(rows, "opened_at", start, end), COLUMNS.get(unit), "opened_at")


def _posts(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    return _days(_between(PlacedPost.objects.all(), "said_at", start, end), COLUMNS.get(unit), "said_at")


def _opened(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    return _conversations(unit, start, end, None)


def _solved(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    helped = Q(outcome__in=(Outcome.SOLVED, Outcome.ANSWERED_ELSEWHERE))
    return _conversations(unit, start, end, helped & Q(resolved_at__lte=F("opened_at") + timedelta(days=7)))


def _answered(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    return _conversations(unit, start, end, Q(first_response_at__lte=F("opened_at") + timedelta(days=1)))


def _conversations(unit: Unit, start: datetime, end: datetime, good: Q | None) -> Iterable[Day]:
    rows = _between(Conversation.objects.whole(), "opened_at", start, end)
    return _days(rows, COLUMNS.get(unit), "opened_at", good)


def _asked(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    return _questions(unit, start, end, None)


def _accepted(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    soon = OuterRef("created_at") + timedelta(days=7)
    answers = Entry.objects.filter(root=OuterRef("pk"), kind=EntryKind.ANSWER, accepted_at__lte=soon)
    return _questions(unit, start, end, Q(Exists(answers)))


def _questions(unit: Unit, start: datetime, end: datetime, good: Q | None) -> Iterable[Day]:
    asked = Entry.objects.filter(kind=EntryKind.QUESTION, deleted_at=None, held_at=None, is_unlisted=False)
    return _days(_between(asked, "created_at", start, end), COLUMNS.get(unit), "created_at", good)


def _satisfied(unit: Unit, start: datetime, end: datetime) -> Iterable[Day]:
    rows = SurveyAnswer.objects.filter(kind=Kind.CSAT)
    return _days(_between(rows, "answered_at", start, end), COLUMNS.get(unit), "answered_at", Q(score__gte=4))


COLUMNS = {
    Unit.DEPARTMENT: "department_id",
    Unit.SOURCE: "source_id",
    Unit.GROUP: "group_id",
    Unit.PRODUCT: "product_id",
}
_DESK = (Unit.DEPARTMENT, Unit.SOURCE, Unit.ALL)
_COMMUNITY = (Unit.GROUP, Unit.ALL)
IN_TIME: tuple[Measure, ...] = (
    Measure("contacts", _("Contacts"), (Unit.DEPARTMENT, Unit.PRODUCT, Unit.ALL), False, _contacts),
    Measure("posts", _("Posts heard"), (*_DESK, Unit.PRODUCT), False, _posts),
    Measure("opened", _("Conversations"), _DESK, False, _opened),
    Measure("solved", _("Conversations solved within seven days, in percent"), _DESK, True, _solved),
    Measure("answered", _("Conversations answered within a day, in percent"), _DESK, True, _answered),
    Measure("asked", _("Questions asked in the community"), _COMMUNITY, False, _asked),
    Measure("accepted", _("Questions solved within seven days, in percent"), _COMMUNITY, True, _accepted),
    Measure("satisfied", _("Customers satisfied, in percent"), (Unit.ALL,), True, _satisfied),
)
OF_CUSTOMERS = {"contacts_each": _("Contacts a customer"), "spent_each": _("Spent by a customer")}


def measures_of(unit: str) -> dict[str, str | Promise]:
    """What a trial of these units may be judged by."""
    if unit == Unit.CUSTOMER:
        return dict(OF_CUSTOMERS)
    return {each.key: each.label for each in IN_TIME if unit in each.units}


def label_of(key: str) -> str | Promise:
    return OF_CUSTOMERS.get(key) or next((each.label for each in IN_TIME if each.key == key), key)


def measure(key: str) -> Measure:
    return next(each for each in IN_TIME if each.key == key)
