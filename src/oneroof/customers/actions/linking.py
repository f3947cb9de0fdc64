"""Rows that are one human are joined, and parted again without loss.

A merge rewrites nothing that belongs to a row: it makes a link active and looks anew at who stands for whom.
Whoever changes links holds one lock of the database until its transaction ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.core.events import publish
from oneroof.customers.events import PeopleRegrouped
from oneroof.customers.models import Customer, Evidence, Link, LinkState, LinkStep, Person
from oneroof.customers.models.links import NO
from oneroof.customers.rules import AUTOMATIC_FROM, groups, stands_for_all

LOCK = 0x0A7D9


class LinkError(OneroofError):
    """Nothing was joined or parted, and why."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What speaks for two rows being one human."""

    one: int
    other: int
    evidence: Evidence
    strength: float
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[int, int]:
        return min(self.one, self.other), max(self.one, self.other)


@transaction.atomic
def note_claims(claims: Iterable[Claim]) -> int:
    """Join what strong evidence says is one, propose the rest; how many links are new.

    A pair of which somebody said no stays apart. Likeness only proposes, however strong.
    """
    known = {(each.pair, each.evidence): each for each in claims if each.one != each.other}
    if not known:
        return 0
    take_turn()
    _doubt([claim for claim in known.values() if not _is_sure(claim)])
    pairs = {pair for pair, _evidence in known}
    stored = Link.objects.filter(
        one__in={one for one, _ in pairs}, other__in={other for _, other in pairs}
    ).values_list("one_id", "other_id", "evidence", "state")
    told = {((one, other), evidence) for one, other, evidence, _state in stored}
    refused = {(one, other) for one, other, _evidence, state in stored if state in NO}
    fresh = [claim for key, claim in known.items() if key not in told and claim.pair not in refused]
    links = Link.objects.bulk_create(_link(claim) for claim in fresh)
    LinkStep.objects.bulk_create(LinkStep(link=link, state=link.state) for link in links)
    settle({row for link in links if link.is_active for row in (link.one_id, link.other_id)})
    return len(links)


def _is_sure(claim: Claim) -> bool:
    return claim.strength >= AUTOMATIC_FROM and claim.evidence != Evidence.LIKENESS


def _doubt(claims: Iterable[Claim]) -> None:
    """What joined two rows by itself and turns out weak becomes a proposal; what a colleague decided stays."""
    for claim in claims:
        one, other = claim.pair
        joined = Link.objects.filter(one=one, other=other, evidence=claim.evidence, state=LinkState.ACTIVE)
        for link in joined.exclude(steps__actor__isnull=False):
            link.state, link.strength, link.told = LinkState.PROPOSED, claim.strength, dict(claim.told)
            link.save(update_fields=["state", "strength", "told"])
            LinkStep.objects.create(link=link, state=link.state)
            settle({one, other})


def _link(claim: Claim) -> Link:
    state = LinkState.ACTIVE if _is_sure(claim) else LinkState.PROPOSED
    one, other = claim.pair
    return Link(
        one_id=one,
        other_id=other,
        evidence=claim.evidence,
        strength=claim.strength,
        told=dict(claim.told),
        state=state,
    )


@transaction.atomic
def join_people(actor: User, person_id: int, other_id: int, why: str) -> Link:
    """By a colleague's word, which overrules a no of before. Raises LinkError, Person.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    take_turn()
    one, other = sorted(Person.objects.get(pk=each).whole_id for each in (person_id, other_id))
    if one == other:
        raise LinkError(_("They are one person already."))
    link, _is_new = Link.objects.update_or_create(
        one_id=one,
        other_id=other,
        evidence=Evidence.AGENT,
        defaults={
            "strength": 1.0,
            "told": {"why": why.strip()[:500], "by": str(actor)},
            "state": LinkState.ACTIVE,
        },
    )
    _step(actor, link, LinkState.ACTIVE)
    return link


@transaction.atomic
def accept_link(actor: User, link_id: int) -> Link:
    """A proposal is right, or what was undone was right after all. Raises Link.DoesNotExist."""
    return _decide(actor, link_id, LinkState.ACTIVE, (LinkState.PROPOSED, *NO))


@transaction.atomic
def refuse_link(actor: User, link_id: int) -> Link:
    """A proposal is wrong: it is not made again. Raises LinkError, Link.DoesNotExist."""
    return _decide(actor, link_id, LinkState.REFUSED, (LinkState.PROPOSED,))


@transaction.atomic
def undo_link(actor: User, link_id: int) -> Link:
    """What it joined is parted, unless other links still say it is one. Raises LinkError, Link.DoesNotExist."""
    return _decide(actor, link_id, LinkState.UNDONE, (LinkState.ACTIVE,))


@transaction.atomic
def part_from(actor: User, row_id: int) -> list[Link]:
    """A row is its own human again: every link that joins it is undone. Raises Person.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    take_turn()
    Person.objects.get(pk=row_id)
    links = list(Link.objects.filter(Q(one=row_id) | Q(other=row_id), state=LinkState.ACTIVE).order_by("pk"))
    for link in links:
        _step(actor, link, LinkState.UNDONE)
    return links


def _decide(actor: User, link_id: int, state: LinkState, before: Sequence[LinkState]) -> Link:
    demand(actor, Permission.KNOW_CUSTOMERS)
    take_turn()
    link = Link.objects.get(pk=link_id)
    if link.state == state:
        return link
    if link.state not in before:
        raise LinkError(
            _("This was decided otherwise meanwhile: “%(state)s”.") % {"state": link.get_state_display()}
        )
    _step(actor, link, state)
    return link


VERBS = {
    LinkState.ACTIVE: "person.joined",
    LinkState.REFUSED: "person.join_refused",
    LinkState.UNDONE: "person.parted",
}


def _step(actor: User, link: Link, state: LinkState) -> None:
    """The caller holds the turn."""
    before, link.state = link.state, state
    link.save(update_fields=["state"])
    LinkStep.objects.create(link=link, state=state, actor=actor)
    audit.record(
        actor,
        VERBS[state],
        on=link.one,
        name=f"#{link.one_id}",
        before={"state": before},
        after={"with": link.other_id, "evidence": link.evidence, "link": link.pk},
    )
    settle({link.one_id, link.other_id})


def settle(rows: set[int]) -> None:
    """Say anew who stands for whom among these rows and all that hang with them. The caller holds the turn."""
    members = _hanging_together(rows)
    if not members:
        return
    links = Link.objects.filter(state=LinkState.ACTIVE, one__in=members).values_list("one_id", "other_id")
    customers = frozenset(Customer.objects.filter(person__in=members).values_list("person_id", flat=True))
    now = {
        row: whole
        for group in groups(members, links)
        for whole in [stands_for_all(group, customers)]
        for row in group
    }
    before = {
        row: whole or row
        for row, whole in Person.objects.filter(pk__in=members).values_list("pk", "merged_into")
    }
    moved = {row: whole for row, whole in now.items() if before[row] != whole}
    if moved:
        _stand(moved)
        publish(PeopleRegrouped(sorted({*moved, *moved.values(), *(before[row] for row in moved)})))


def _stand(moved: Mapping[int, int]) -> None:
    rows = [list(moved), list(moved.values())]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE customers_person SET merged_into_id = NULLIF(now.whole, now.row)
            FROM unnest(%s::bigint[], %s::bigint[]) AS now (row, whole) WHERE id = now.row
            """,
            rows,
        )
        cursor.execute(
            """
            UPDATE customers_identity SET person_id = now.whole
            FROM unnest(%s::bigint[], %s::bigint[]) AS now (row, whole) WHERE born_id = now.row
            """,
            rows,
        )


def _hanging_together(rows: set[int]) -> set[int]:
    """Those of the same humans, as they stand and as the links now say."""
    known = Person.objects.filter(pk__in=rows).values_list("pk", "merged_into")
    wholes = {whole or row for row, whole in known}
    members = set(
        Person.objects.filter(Q(pk__in=wholes) | Q(merged_into__in=wholes)).values_list("pk", flat=True)
    )
    return members | {row for row, _whole in known}


def take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
