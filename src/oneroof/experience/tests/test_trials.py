"""Trials: planned before they begin, drawn by lot, silent until they end; "caused" only where the lot says so."""

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, Department, User
from oneroof.core import clock
from oneroof.customers.models import Customer, Identity, Person, Purchase
from oneroof.experience.actions.trials import move_start, plan_trial, withdraw_trial
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Trial
from oneroof.experience.queries.trials import shown
from oneroof.experience.rules.effects import TooFewError
from oneroof.experience.rules.trials import NEVER, is_held_out, staggered
from oneroof.experience.segments import people_on_trial, trials_offered
from oneroof.experience.tests.conftest import SignIn
from oneroof.insight.models import Contact, Reason

pytestmark = pytest.mark.django_db

START = date(2026, 3, 2)
BEFORE = datetime(2026, 2, 20, tzinfo=UTC)
AFTER = datetime(2026, 6, 1, tzinfo=UTC)


def plan(
    lead: User, unit: str, measure: str, keys: list[int], turns: int = 1, never: int = 0, **more: object
) -> Trial:
    columns = {"name": "New letters", "unit": unit, "measure": measure, "starts_on": START}
    columns |= {"ends_on": START + timedelta(days=56), **more}
    with clock.frozen_at(BEFORE):
        return plan_trial(lead, columns, keys, turns, never)


def departments(count: int) -> list[Department]:
    return [Department.objects.create(slug=f"d{n}", name=f"D{n}") for n in range(count)]


def call(department: Department, day: date, count: int) -> None:
    reason, _new = Reason.objects.get_or_create(name=department.name, department=department)
    at = datetime.combine(day, time(10), UTC)
    Contact.objects.bulk_create(
        Contact(external_id=f"{department.pk}-{day}-{n}", channel="phone", opened_at=at, reason=reason)
        for n in range(count)
    )


def test_units_that_started_are_held_against_those_that_had_not() -> None:
    level = np.array([[5.0], [9.0], [2.0], [7.0], [4.0], [6.0]])
    chance = np.random.default_rng(2)
    panel = level + 0.1 * chance.standard_normal((6, 16))
    starts = [8, 8, 11, 11, NEVER, NEVER]
    for row, start in zip(panel, starts, strict=True):
        row[start:] += 3
    found = staggered(panel, starts)
    assert found.low < 3 < found.high
    assert found.is_found
    with pytest.raises(TooFewError):
        staggered(panel[:2], [8, NEVER])
    with pytest.raises(TooFewError):
        staggered(panel, [8] * 6)


def test_a_staggered_start_by_lot_tells_what_it_caused(lead: User, agent: User, signed_in: SignIn) -> None:
    units = departments(6)
    trial = plan(lead, "department", "contacts", [each.pk for each in units], turns=3, step_days=7)
    assert (
        sorted(each.starts_on for each in trial.units.all())
        == [START] * 2 + [date(2026, 3, 9)] * 2 + [date(2026, 3, 16)] * 2
    )
    starts = {each.key: each.starts_on for each in trial.units.all()}
    for unit in units:
        for week in range(-12, 8):
            day = START + timedelta(days=7 * week)
            call(unit, day, 12 + unit.pk % 3 - (8 if day >= starts[unit.pk] else 0))
    address = f"/desk/experience/trials/{trial.pk}/"
    with clock.frozen_at(AFTER - timedelta(days=50)):
        assert "2026-04-27" in signed_in(agent).get(address).content.decode()
        assert shown(trial).effect is None
    with clock.frozen_at(AFTER):
        found = shown(trial)
        assert found.effect
        assert found.effect.low <= -8 <= found.effect.high
        assert "It was caused by what was started" in signed_in(agent).get(address).content.decode()
        assert {round(each.change or 0) for each in found.sides} == {-8}


def test_a_day_set_by_hand_ends_what_the_lot_vouches_for(lead: User, agent: User, signed_in: SignIn) -> None:
    trial = plan(lead, "department", "contacts", [each.pk for each in departments(4)], turns=2)
    unit = trial.units.first()
    assert unit
    client = signed_in(lead)
    with clock.frozen_at(BEFORE):
        with pytest.raises(NotAllowed):
            move_start(agent, unit.pk, None)
        address = f"/desk/experience/trials/units/{unit.pk}/start/"
        assert client.post(address, {"starts_on": f"{unit.starts_on}"}).status_code == 302
        trial.refresh_from_db()
        assert trial.is_drawn
        client.post(address, {"starts_on": "2025-01-01"})
        client.post(address, {"starts_on": "once"})
        client.post(address, {"starts_on": ""})
        trial.refresh_from_db()
        assert not trial.is_drawn
        assert trial.units.get(pk=unit.pk).starts_on is None
    with clock.frozen_at(AFTER), pytest.raises(ExperienceError):
        move_start(lead, unit.pk, START)
    assert AuditEntry.objects.filter(verb="trial.moved").count() == 1


def test_what_cannot_be_told_apart_is_not_planned(lead: User, agent: User) -> None:
    two = [each.pk for each in departments(2)]
    for wrong in (
        {"measure": "spent_each"},
        {"ends_on": START},
        {"keys": two[:1]},
        {"turns": 1},
        {"turns": 3},
        {"turns": 2, "step_days": 90},
        {"starts_on": date(2026, 2, 20)},
    ):
        told = {"unit": "department", "measure": "contacts", "keys": two, "turns": 2, **wrong}
        with pytest.raises(ExperienceError):
            plan(lead, **told)
    with pytest.raises(NotAllowed):
        plan(agent, "department", "contacts", two, turns=2)
    assert not Trial.objects.exists()


def test_customers_are_held_out_by_a_hash_that_segments_share(lead: User, signed_in: SignIn) -> None:
    trial = plan(lead, "customer", "spent_each", [], held_out=30)
    trial.seed = "drawn once"  # one interval in twenty misses
    trial.save(update_fields=["seed"])
    chance = np.random.default_rng(1)
    out = set()
    for number in range(120):
        person = Person.objects.create(name=f"P{number}", created_at=BEFORE - timedelta(days=90))
        customer = Customer.objects.create(person=person, external_id=f"K{number}")
        is_out = is_held_out(trial.seed, customer.external_id, 30)
        out |= {person.pk} if is_out else set()
        for at, more in ((-20, 0), (20, 0 if is_out else 50)):
            when = datetime.combine(START + timedelta(days=at), time(), UTC)
            amount = int(chance.integers(90, 110)) + more
            Purchase.objects.create(
                customer=customer, purchased_at=when, amount=amount, digest=f"{number}{at}"
            )
    assert [key for key, _name in trials_offered()] == [f"{trial.pk}-in", f"{trial.pk}-out"]
    assert {each["person"] for each in people_on_trial(f"{trial.pk}-out")} == out
    assert len(people_on_trial(f"{trial.pk}-in")) == 120 - len(out)
    assert not people_on_trial("none-in")
    with clock.frozen_at(AFTER):
        found = shown(trial)
        page = signed_in(lead).get(f"/desk/experience/trials/{trial.pk}/").content.decode()
    assert [each.count for each in found.sides] == [120 - len(out), len(out)]
    assert found.effect
    assert found.effect.low <= 50 <= found.effect.high
    assert found.effect.is_found
    assert "by a hash of their number" in page


def test_a_contact_is_the_customers_whose_number_or_handle_it_bears(lead: User) -> None:
    trial = plan(lead, "customer", "contacts_each", [], held_out=50)
    for number in range(20):
        person = Person.objects.create(name=f"P{number}", created_at=BEFORE - timedelta(days=90))
        Customer.objects.create(person=person, external_id=f"K{number}")
        named = {"network": "files", "handle": f"h{number}", "handle_folded": f"h{number}"}
        known = Identity.objects.create(person=person, born=person, **named)
        at = datetime.combine(START + timedelta(days=3), time(), UTC)
        for name, bears in (
            ("number", {"customer": f"K{number}"}), ("both", {"customer": f"K{number}", "identity": known}),
            ("handle", {"identity": known}), ("word", {"identity": known, "channel": "survey"}),
        ):  # fmt: skip
            told = {"channel": "phone", "opened_at": at, **bears}
            Contact.objects.create(external_id=f"{name}-{number}", **told)
    with clock.frozen_at(AFTER):
        sides = shown(trial).sides
    assert sum(each.count for each in sides) == 20
    assert {(each.before, each.after) for each in sides} == {(0.0, 3.0)}


def test_what_began_everywhere_at_once_is_a_step_and_no_cause(lead: User, signed_in: SignIn) -> None:
    trial = plan(lead, "all", "contacts", [], step_days=7)
    (unit,) = departments(1)
    for week in range(-12, 8):
        call(unit, START + timedelta(days=7 * week), 9 + week % 3 + (12 if week >= 0 else 0))
    with clock.frozen_at(AFTER):
        found = shown(trial)
        page = signed_in(lead).get(f"/desk/experience/trials/{trial.pk}/").content.decode()
    assert found.effect
    assert found.effect.low <= 12 <= found.effect.high
    assert "does not say what caused it" in page
    assert not trial.is_drawn


def test_a_lead_plans_on_the_page_and_takes_back_what_has_not_begun(
    lead: User, agent: User, signed_in: SignIn
) -> None:
    client: Client = signed_in(lead)
    assert "Nothing is on trial" in client.get("/desk/experience/trials/").content.decode()
    units = departments(3)
    address = "/desk/experience/trials/add/?unit=department"
    told = {"name": "Letters", "measure": "contacts", "units": [each.pk for each in units], "turns": 3}
    told |= {"never": 0, "step_days": 7, "starts_on": "2026-03-02", "ends_on": "2026-05-04", "is_drawn": "on"}
    with clock.frozen_at(BEFORE):
        for unit in ("customer", "department", "source", "group", "product", "all"):
            assert client.get(f"/desk/experience/trials/add/?unit={unit}").status_code == 200
        assert client.get("/desk/experience/trials/add/").status_code == 200
        assert client.post(address, {**told, "turns": 9}).status_code == 200
        assert client.post(address, told).status_code == 302
        assert signed_in(agent).post(address, told).status_code == 404
        trial = Trial.objects.get()
        assert "Letters" in client.get("/desk/experience/trials/").content.decode()
        assert client.post(f"/desk/experience/trials/{trial.pk}/withdrawal/").status_code == 302
        assert not Trial.objects.exists()
        client.post(address, told)
    trial = Trial.objects.get()
    with clock.frozen_at(AFTER):
        client.post(f"/desk/experience/trials/{trial.pk}/withdrawal/")
        with pytest.raises(ExperienceError):
            withdraw_trial(lead, trial.pk)
    assert Trial.objects.exists()
