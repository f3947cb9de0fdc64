"""People are joined by evidence and parted again; what was is given back exactly."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role
from oneroof.customers.actions.linking import (
    Claim,
    LinkError,
    accept_link,
    join_people,
    note_claims,
    part_from,
    refuse_link,
    undo_link,
)
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.models import Customer, Evidence, Identity, Link, LinkState, Person
from oneroof.customers.queries import people_page, person

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def rows(count: int) -> list[int]:
    """So many people of one handle each; the last one is in the company's books."""
    known = recognise_authors(
        "files", [Author(f"h{n}", f"h{n}", f"Name {n}", n, "en", START) for n in range(count)]
    )
    ids = [Identity.objects.get(pk=known[f"h{n}"]).person_id for n in range(count)]
    Customer.objects.create(person_id=ids[-1], external_id="C1", email="c@shop.example")
    return ids


def everything() -> Mapping[str, Any]:
    """All that is kept of people but the links themselves."""
    tables = {}
    with connection.cursor() as cursor:
        for table in ("customers_person", "customers_identity", "customers_customer"):
            cursor.execute(f"SELECT t::text FROM {table} AS t ORDER BY id")
            tables[table] = [row[0] for row in cursor.fetchall()]
    return tables


def grouped() -> set[frozenset[int]]:
    wholes: dict[int, set[int]] = {}
    for row, whole in Person.objects.values_list("pk", "merged_into"):
        wholes.setdefault(whole or row, set()).add(row)
    return {frozenset(group) for group in wholes.values()}


def reached(ids: list[int], links: set[tuple[int, int]]) -> set[frozenset[int]]:
    """The oracle: walk from each row along what is joined."""
    found = set()
    for start in ids:
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            near = {b for a, b in links if a == here} | {a for a, b in links if b == here}
            waiting += near - seen
            seen |= near
        found.add(frozenset(seen))
    return found


class TestHistories(TestCase):
    """Every state that a history of merges and splits passes is the one that its live links alone would make."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.booleans()), max_size=25), st.randoms()
    )
    def test_any_history_is_exact(self, steps: list[tuple[int, int, bool]], dice: random.Random) -> None:
        actor = User.objects.create_user("a@company.example", role=Role.AGENT)
        ids = rows(7)
        states = {frozenset(): everything()}
        live: set[tuple[int, int]] = set()
        for one, other, parts in steps:
            active = Link.objects.filter(state=LinkState.ACTIVE)
            if parts and active:
                link = undo_link(actor, dice.choice(list(active)).pk)
                live.discard((link.one_id, link.other_id))
            elif one != other:
                note_claims([Claim(ids[one], ids[other], Evidence.EMAIL, 0.97)])
                live = set(Link.objects.filter(state=LinkState.ACTIVE).values_list("one_id", "other_id"))
            assert grouped() == reached(ids, live)
            assert states.setdefault(frozenset(live), everything()) == everything()
        for link in list(Link.objects.filter(state=LinkState.ACTIVE)):
            undo_link(actor, link.pk)
        assert everything() == states[frozenset()]


pytestmark = pytest.mark.django_db


def test_a_merge_is_seen_everywhere_and_parted_again(agent: User) -> None:
    ids = rows(3)
    before = everything()
    link = join_people(agent, ids[0], ids[2], "told me on the phone")
    whole = person(ids[0])
    assert whole.pk == ids[2], "who is in the books stands for the others"
    assert {each.handle for each in whole.identities.all()} == {"h0", "h2"}
    assert [each.pk for each in people_page().rows] == [ids[2], ids[1]]
    assert [each.pk for each in people_page("Name 0").rows] == [ids[2]]
    with pytest.raises(LinkError, match="already"):
        join_people(agent, ids[2], ids[0], "")
    undo_link(agent, link.pk)
    undo_link(agent, link.pk)
    assert everything() == before
    assert [each.state for each in link.steps.all()] == ["undone", "active"]
    assert list(AuditEntry.objects.values_list("verb", flat=True)) == ["person.parted", "person.joined"]


def test_who_may_not_is_refused(volunteer: User, member: User) -> None:
    ids = rows(2)
    note_claims([Claim(*ids, Evidence.LIKENESS, 0.6)])
    link = Link.objects.get()
    for who in (volunteer, member):
        for act in (
            lambda who=who: join_people(who, *ids, ""),
            lambda who=who: accept_link(who, link.pk),
            lambda who=who: refuse_link(who, link.pk),
            lambda who=who: undo_link(who, link.pk),
            lambda who=who: part_from(who, ids[0]),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert grouped() == {frozenset({each}) for each in ids}


def test_likeness_only_proposes_and_weak_evidence_too() -> None:
    ids = rows(3)
    assert (
        note_claims(
            [Claim(ids[0], ids[1], Evidence.LIKENESS, 1.0), Claim(ids[1], ids[2], Evidence.EMAIL, 0.3)]
        )
        == 2
    )
    assert set(Link.objects.values_list("state", flat=True)) == {LinkState.PROPOSED}
    assert len(grouped()) == 3


def test_a_no_is_remembered_whatever_the_evidence(agent: User, teammate: User) -> None:
    ids = rows(2)
    note_claims([Claim(*ids, Evidence.LIKENESS, 0.6)])
    refuse_link(agent, Link.objects.get().pk)
    assert note_claims([Claim(*ids, Evidence.EMAIL, 0.97), Claim(*ids, Evidence.LIKENESS, 0.6)]) == 0
    with pytest.raises(LinkError, match="otherwise"):
        undo_link(teammate, Link.objects.get().pk)
    join_people(teammate, *ids, "they said so")
    assert len(grouped()) == 1, "a colleague may change the mind"


def test_a_row_is_parted_from_all(agent: User) -> None:
    ids = rows(4)
    note_claims([Claim(ids[0], each, Evidence.STATED, 0.95) for each in ids[1:]])
    assert len(grouped()) == 1
    assert len(part_from(agent, ids[0])) == 3
    assert len(grouped()) == 4
    assert part_from(agent, ids[0]) == []


def test_two_links_hold_what_one_of_them_held(agent: User) -> None:
    ids = rows(2)
    note_claims([Claim(*ids, Evidence.STATED, 0.95), Claim(*ids, Evidence.EMAIL, 0.97)])
    undo_link(agent, Link.objects.get(evidence=Evidence.EMAIL).pk)
    assert len(grouped()) == 1
    undo_link(agent, Link.objects.get(evidence=Evidence.STATED).pk)
    assert len(grouped()) == 2
