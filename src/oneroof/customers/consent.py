"""What we may do with somebody: the one place that whoever sends or asks looks at.

``may_we("surveys", people)`` gives those of whom the purpose may be pursued. Each purpose says what holds while
a person said nothing: some may be pursued until they object, others only once they agreed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models import Consent, Person

type Basis = Literal["until_refused", "once_given"]


@dataclass(frozen=True, slots=True)
class Purpose:
    key: str
    label: str | Promise
    basis: Basis

    @property
    def holds_unasked(self) -> bool:
        return self.basis == "until_refused"


@dataclass(frozen=True, slots=True)
class Word:
    """What holds of one purpose now; ``said`` is the latest word, None where they said nothing."""

    purpose: Purpose
    may: bool
    said: Consent | None


_purposes: dict[str, Purpose] = {}


def register_purposes(*purposes: Purpose) -> None:
    """Called in a package's ``apps.py``; a second one of the same key takes the first one's place."""
    _purposes.update({purpose.key: purpose for purpose in purposes})


OWN = (
    Purpose("surveys", _("Be asked how it was"), "until_refused"),
    Purpose("written_first", _("Be written to first, about their case"), "until_refused"),
    Purpose("news", _("News and offers"), "once_given"),
    Purpose("synced", _("Be told of to the company’s CRM"), "until_refused"),
    Purpose("quoted", _("Be quoted in public"), "once_given"),
)


def purposes() -> Sequence[Purpose]:
    return tuple(_purposes.values())


def may_we(purpose: str, people: Collection[int]) -> set[int]:
    """Those of these people (any of their rows) of whom it may be pursued, by two queries. Raises KeyError of a
    purpose that nobody registered: who asks for what is not there must not send."""
    holds = _purposes[purpose].holds_unasked
    asked = _wholes(people)
    said = Consent.objects.filter(purpose=purpose).annotate(
        whole=Coalesce("person__merged_into_id", F("person_id"))
    )
    theirs = said.filter(whole__in=set(asked.values())).order_by("at", "pk")
    latest = dict(theirs.values_list("whole", "is_given"))
    return {row for row, whole in asked.items() if latest.get(whole, holds)}


def words_of(rows: Sequence[int]) -> list[Word]:
    """Of each purpose what holds of the human whose rows these are."""
    latest: dict[str, Consent] = {}
    for each in Consent.objects.filter(person__in=rows).select_related("noted_by").order_by("at", "pk"):
        latest[each.purpose] = each
    return [
        Word(each, said.is_given if (said := latest.get(each.key)) else each.holds_unasked, said)
        for each in purposes()
    ]


def _wholes(people: Collection[int]) -> dict[int, int]:
    found = Person.objects.filter(pk__in=people).values_list("pk", Coalesce("merged_into_id", "pk"))
    return dict(found)
