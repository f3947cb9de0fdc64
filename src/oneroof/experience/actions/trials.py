"""Trials are planned before they begin; what they are judged by is fixed, and the lot says who starts when."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from secrets import token_hex
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.audit import record
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.community.models import Group
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import IN_TURN, Trial, TrialUnit, Unit
from oneroof.experience.queries.measures import measures_of
from oneroof.insight.models import Product
from oneroof.listening.models import Source

KINDS: dict[str, type[models.Model]] = {
    Unit.DEPARTMENT: Department,
    Unit.SOURCE: Source,
    Unit.GROUP: Group,
    Unit.PRODUCT: Product,
}
LEAST_UNITS = 2


@transaction.atomic
def plan_trial(actor: User, columns: dict[str, Any], keys: Sequence[int], turns: int, never: int) -> Trial:
    """``keys`` start in so many turns, and ``never`` of them not at all. Raises ExperienceError."""
    demand(actor, Permission.STEER)
    trial = Trial(**columns, made_by=actor, seed=token_hex(16))
    if trial.unit == Unit.ALL:
        trial.is_drawn = False
    units = _units(trial, keys)
    _make_sure(trial, units, turns, never)
    trial.save()
    _give_out(trial, units, turns, never)
    told = {**columns, "starts_on": f"{trial.starts_on}", "ends_on": f"{trial.ends_on}", "turns": turns}
    record(actor, "trial.planned", on=trial, after=told)
    return trial


@transaction.atomic
def move_start(actor: User, unit_id: int, starts_on: date | None) -> TrialUnit:
    """By hand, so that no lot vouches for it any more."""
    demand(actor, Permission.STEER)
    unit = TrialUnit.objects.select_related("trial").get(pk=unit_id)
    trial = Trial.objects.select_for_update().get(pk=unit.trial_id)
    if trial.has_ended:
        raise ExperienceError(_("It has ended; its days stand as they were."))
    if starts_on and not trial.starts_on <= starts_on < trial.ends_on:
        raise ExperienceError(_("A start lies between the trial’s first day and its end."))
    if starts_on == unit.starts_on:
        return unit
    before, unit.starts_on = unit.starts_on, starts_on
    unit.save(update_fields=["starts_on"])
    trial.is_drawn = False
    trial.save(update_fields=["is_drawn"])
    words = {"unit": unit.name, "starts_on": str(starts_on or "")}
    record(actor, "trial.moved", on=trial, before={"starts_on": str(before or "")}, after=words)
    return unit


@transaction.atomic
def withdraw_trial(actor: User, trial_id: int) -> None:
    """Only before it began: a result that nobody likes stays."""
    demand(actor, Permission.STEER)
    trial = Trial.objects.select_for_update().get(pk=trial_id)
    if trial.has_begun and trial.is_drawn:
        raise ExperienceError(_("It has begun, and stays: also a result that nobody likes is one."))
    record(actor, "trial.withdrawn", on=trial)
    trial.delete()


def _units(trial: Trial, keys: Sequence[int]) -> list[TrialUnit]:
    if trial.unit not in IN_TURN:
        return []
    found = KINDS[trial.unit]._default_manager.filter(pk__in=keys).order_by("pk")
    return [TrialUnit(trial=trial, key=each.pk, name=str(each)[:200]) for each in found]


def _make_sure(trial: Trial, units: Sequence[TrialUnit], turns: int, never: int) -> None:
    if trial.measure not in measures_of(trial.unit):
        raise ExperienceError(_("That measure is not known of these units."))
    if trial.ends_on <= trial.starts_on:
        raise ExperienceError(_("It ends after it starts."))
    if trial.is_drawn and trial.has_begun:
        raise ExperienceError(_("A lot decides only what has not begun: start tomorrow at the earliest."))
    if trial.unit not in IN_TURN:
        return
    if len(units) < LEAST_UNITS:
        raise ExperienceError(_("Choose at least two."))
    if never >= len(units) or turns > len(units) - never:
        raise ExperienceError(_("There are fewer units than turns."))
    if trial.starts_on + timedelta(days=trial.step_days * (turns - 1)) >= trial.ends_on:
        raise ExperienceError(_("The last turn lies behind its end."))
    if turns == 1 and not never:
        raise ExperienceError(_("If all start on one day, nobody is left to compare with: hold some out."))


def _give_out(trial: Trial, units: list[TrialUnit], turns: int, never: int) -> None:
    """In an order that a lot made, or else that of their names; the last ones are held out."""
    if trial.is_drawn:
        Random(trial.seed).shuffle(units)  # noqa: S311  a lot that anybody can draw again from its seed
    starting = units[: len(units) - never]
    for place, unit in enumerate(starting):
        turn = place * turns // len(starting)
        unit.starts_on = trial.starts_on + timedelta(days=trial.step_days * turn)
    TrialUnit.objects.bulk_create(units)


def units_offered() -> dict[str, list[tuple[int, str]]]:
    """Of each kind, what may be chosen."""
    return {
        kind: [(each.pk, str(each)) for each in model._default_manager.order_by("pk")[:500]]
        for kind, model in KINDS.items()
    }
