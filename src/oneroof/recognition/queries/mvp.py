"""Candidates of a round, from the ledger of its twelve months; and who holds an award."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from oneroof.community.models import Member
from oneroof.recognition.models import Award, Contribution, Round

MOST = 100
UNSEEN = (Contribution.Kind.VOTE, Contribution.Kind.REPORT)
"""Alone they make nobody a candidate."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What somebody gave, by kind: no sum and no place, for it is read and not counted."""

    member: Member
    gave: Sequence[tuple[str, int]]
    people_helped: int
    award: Award | None


def candidates(round_: Round) -> list[Candidate]:
    """By name. Only who helped at least one other in the open: votes alone make nobody a candidate."""
    rows = Contribution.objects.standing().filter(at__gte=round_.since, at__lt=round_.until)
    gave: dict[int, list[tuple[str, int]]] = {}
    for member, kind, count in rows.values_list("member", "kind").annotate(n=Count("pk")).order_by("kind"):
        gave.setdefault(member, []).append((kind, count))
    able = {member for member, kinds in gave.items() if any(kind not in UNSEEN for kind, _n in kinds)}
    helped = dict(
        rows.filter(kind=Contribution.Kind.ACCEPTED)
        .values_list("member")
        .annotate(n=Count("entry__root__author", distinct=True))
    )
    awards = {award.member_id: award for award in round_.awards.all()}
    members = Member.objects.filter(pk__in=able).order_by("name", "pk")[:MOST]
    return [
        Candidate(
            member,
            [(str(Contribution.Kind(kind).label), count) for kind, count in gave[member.pk]],
            helped.get(member.pk, 0),
            awards.get(member.pk),
        )
        for member in members
    ]


def current_awards() -> Sequence[Award]:
    awards = Award.objects.current().select_related("member", "round__group")
    return list(awards.order_by("member__name", "pk"))
