"""What trials show: nothing before their end, so that nobody looks until chance agrees."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from oneroof.customers.models import Customer, Purchase
from oneroof.experience.models import Trial, TrialUnit, Unit
from oneroof.experience.queries.measures import EVERYTHING, label_of, measure
from oneroof.experience.rules.effects import Effect, TooFewError, difference_in_differences, interrupted
from oneroof.experience.rules.trials import NEVER, is_held_out, staggered
from oneroof.insight.models import Contact

BEFORE = 12
"""So many periods before the first start are the level to compare with."""


@dataclass(frozen=True, slots=True)
class Side:
    """Means before and after, of so many."""

    name: str
    starts_on: date | None
    before: float | None
    after: float | None
    count: int

    @property
    def change(self) -> float | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class Shown:
    """``effect`` is None where ``why`` says the reason; ``course`` is the mean of all, period by period."""

    measure: str | Promise
    sides: list[Side]
    course: list[tuple[date, float | None]]
    effect: Effect | None
    why: str


def trials() -> QuerySet[Trial]:
    return Trial.objects.annotate(count=Count("units")).select_related("made_by")


def shown(trial: Trial) -> Shown:
    """Raises nothing: what can't be told says why."""
    if not trial.has_ended:
        nothing = [Side(each.name, each.starts_on, None, None, 1) for each in trial.units.all()]
        words = _("The result is shown on %(day)s. Whoever looks daily finds something in nothing.")
        return Shown(label_of(trial.measure), nothing, [], None, words % {"day": f"{trial.ends_on:%Y-%m-%d}"})
    return _of_customers(trial) if trial.unit == Unit.CUSTOMER else _in_time(trial)


def _of_customers(trial: Trial) -> Shown:
    """As many days before as after; everybody counts on the side where the lot put them, whatever they got."""
    start, end = _at(trial.starts_on), _at(trial.ends_on)
    before, after = _each(trial, start - (end - start), start), _each(trial, start, end)
    there = Q(since__lt=start) | Q(since=None, person__created_at__lt=start)
    known = Customer.objects.filter(there).values_list("external_id", flat=True)
    sides: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for key in known.iterator(chunk_size=10_000):
        out = is_held_out(trial.seed, key, trial.held_out)
        sides[out].append((before.get(key, 0.0), after.get(key, 0.0)))
    rows = [
        _side(str(_("Started")), trial.starts_on, sides[False]),
        _side(str(_("Held out")), None, sides[True]),
    ]
    try:
        effect, why = difference_in_differences(sides[False], sides[True]), ""
    except TooFewError:
        effect, why = None, _("Too few customers are in the books to tell.")
    return Shown(label_of(trial.measure), rows, [], effect, why)


def _each(trial: Trial, start: datetime, end: datetime) -> dict[str, float]:
    if trial.measure == "spent_each":
        bought = Purchase.objects.filter(purchased_at__gte=start, purchased_at__lt=end)
        spent = bought.order_by().values_list("customer__external_id").annotate(Sum("amount"))
        return {key: float(amount) for key, amount in spent}
    counted = _contacts_each(start, end)
    return {key: float(count) for key, count in counted.items()}


def _contacts_each(start: datetime, end: datetime) -> Counter[str]:
    """By the customer's number; a contact that names none is the customer's whose handle or address it bears."""
    contacts = Contact.objects.filter(opened_at__gte=start, opened_at__lt=end).exclude(channel="survey")
    by_number = contacts.exclude(customer="").order_by().values_list("customer")
    of_person = "identity__person__customer__external_id"
    by_handle = contacts.filter(**{f"{of_person}__isnull": False}).exclude(customer=F(of_person))
    counted = Counter(dict(by_number.annotate(Count("pk"))))
    return counted + Counter(dict(by_handle.order_by().values_list(of_person).annotate(Count("pk"))))


def _side(name: str, starts_on: date | None, rows: list[tuple[float, float]]) -> Side:
    if not rows:
        return Side(name, starts_on, None, None, 0)
    before, after = (sum(each) / len(rows) for each in zip(*rows, strict=True))
    return Side(name, starts_on, before, after, len(rows))


def _in_time(trial: Trial) -> Shown:
    units = list(trial.units.all()) or [TrialUnit(key=EVERYTHING, name=_("All"), starts_on=trial.starts_on)]
    days = _periods(trial)
    panel = _panel(trial, units, days)
    whole = [(unit, row) for unit, row in zip(units, panel, strict=True) if None not in row]
    left = [unit.name for unit, row in zip(units, panel, strict=True) if None in row]
    sides = [_of_unit(unit, row, days) for unit, row in zip(units, panel, strict=True)]
    course = [(day, _mean([row[place] for row in panel])) for place, day in enumerate(days)]
    try:
        effect, why = _effect(trial, whole, days), ""
    except TooFewError:
        effect, why = None, _too_few(trial)
    if left:
        why = f"{why} {_('In some periods nothing was measured of: %(names)s.') % {'names': ', '.join(left)}}"
    return Shown(label_of(trial.measure), sides, course, effect, why.strip())


def _too_few(trial: Trial) -> str:
    if trial.unit == Unit.ALL:
        return _("At least four periods before the start and four after it have to be measured.")
    return _(
        "Too few units to tell: the lot could have fallen in too few ways. Six in three turns are enough."
    )


def _effect(trial: Trial, whole: list[tuple[TrialUnit, list[float | None]]], days: list[date]) -> Effect:
    rows = [[value or 0.0 for value in row] for _unit, row in whole]
    if not rows:
        raise TooFewError("Nothing was measured.")
    starts = [_place(unit.starts_on, days) for unit, _row in whole]
    return interrupted(rows[0], starts[0]) if trial.unit == Unit.ALL else staggered(rows, starts)


def _periods(trial: Trial) -> list[date]:
    """The first day of each; whole ones only, and one begins at the first start."""
    step = timedelta(days=trial.step_days)
    after = max((trial.ends_on - trial.starts_on) // step, 1)
    return [trial.starts_on + place * step for place in range(-max(BEFORE, after), after)]


def _panel(trial: Trial, units: list[TrialUnit], days: list[date]) -> list[list[float | None]]:
    chosen = measure(trial.measure)
    end = _at(days[-1]) + timedelta(days=trial.step_days)
    counts = {(unit.key, place): [0, 0] for unit in units for place in range(len(days))}
    for key, day, count, hits in chosen.read(Unit(trial.unit), _at(days[0]), end):
        cell = counts.get((key, (day.date() - days[0]).days // trial.step_days))
        if cell is not None:
            cell[0] += count
            cell[1] += hits
    return [
        [_figure(*counts[unit.key, place], is_share=chosen.is_share) for place in range(len(days))]
        for unit in units
    ]


def _figure(count: int, hits: int, *, is_share: bool) -> float | None:
    if not is_share:
        return float(count)
    return 100 * hits / count if count else None


def _of_unit(unit: TrialUnit, row: list[float | None], days: list[date]) -> Side:
    place = min(_place(unit.starts_on, days), len(row))
    if place == len(row):
        return Side(unit.name, None, _mean(row), None, len(row))
    return Side(unit.name, unit.starts_on, _mean(row[:place]), _mean(row[place:]), len(row))


def _place(starts_on: date | None, days: list[date]) -> int:
    """The first period that lies wholly after its start."""
    return next((place for place, day in enumerate(days) if starts_on and day >= starts_on), NEVER)


def _mean(values: list[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None


def _at(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
