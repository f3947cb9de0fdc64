"""Gifts that look arranged, with the people and the rows that show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F

from oneroof.community.models import Member, Vote
from oneroof.core import clock
from oneroof.recognition.models import Contribution
from oneroof.recognition.rules.fairness import Given, suspicions

LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Found:
    kind: str
    members: Sequence[Member]
    rows: Sequence[Contribution]
    """Empty for votes for oneself, which never give a point."""
    count: int


def found() -> list[Found]:
    patterns = suspicions([*_gifts(), *_own_votes()])
    members = Member.objects.in_bulk({member for each in patterns for member in each.members})
    rows = Contribution.objects.select_related("member", "giver", "entry").in_bulk(
        {row for each in patterns for row in each.rows if row > 0}
    )
    return [
        Found(
            each.kind,
            [members[member] for member in each.members if member in members],
            [rows[row] for row in each.rows if row in rows],
            len(each.rows),
        )
        for each in patterns
    ]


def _gifts() -> list[Given]:
    rows = Contribution.objects.standing().filter(giver__isnull=False, at__gte=clock.now() - LOOKS_BACK)
    return [Given(*values) for values in rows.values_list("pk", "giver", "member", "at", "points")]


def _own_votes() -> list[Given]:
    """Below zero, since they stand in no ledger."""
    votes = Vote.objects.filter(
        what=Vote.What.UP, member=F("entry__author"), at__gte=clock.now() - LOOKS_BACK
    )
    return [Given(-pk, who, who, at, 0) for pk, who, at in votes.values_list("pk", "member", "at")]
