"""What goes into the return: counted where it can be, stated where it can't, and what is lacking."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, StdDev
from django.utils.translation import gettext as _

from oneroof.community.models import Sought
from oneroof.core import clock
from oneroof.experience.models import InputName, ReturnInput
from oneroof.experience.rules.returns import (
    AMOUNTS,
    SHARES,
    Input,
    Return,
    counted_share,
    mean_cost,
    simulate,
)
from oneroof.insight.models import Contact

DAYS = 90
MONTH = 30.44
ONCE = ("cost_per_contact",)
"""Of amounts, those that are not a month's."""
OPTIONAL = ("other_benefit", "other_cost")


@dataclass(frozen=True, slots=True)
class Known:
    """An input with where it comes from; ``used`` is None while nobody knows it."""

    name: str
    label: str
    used: Input | None
    source: str
    is_stated: bool = False
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    start: datetime
    end: datetime
    inputs: list[Known]
    result: Return | None

    @property
    def lacking(self) -> list[Known]:
        return [each for each in self.inputs if each.used is None]


def reckoned(start: datetime | None = None, end: datetime | None = None) -> Reckoned:
    """Over a span, by default the last 90 days; no result while an input is lacking."""
    until = end or clock.now()
    since = start or until - timedelta(days=DAYS)
    known = list(_inputs(since, until))
    months = (until - since) / timedelta(days=MONTH)
    used = {each.name: _scaled(each.used, months) for each in known if each.used}
    result = simulate(used) if len(used) == len(known) else None
    return Reckoned(since, until, known, result)


def as_report(found: Reckoned) -> dict[str, Any]:
    """What ``oneroof report return`` prints."""
    return {
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "inputs": {
            each.name: {**(asdict(each.used) if each.used else {}), "source": each.source}
            for each in found.inputs
        },
        "lacking": [each.name for each in found.lacking],
        "result": asdict(found.result) if found.result else None,
    }


def _inputs(start: datetime, end: datetime) -> Iterator[Known]:
    stated = {each.name: each for each in ReturnInput.objects.all()}
    counted = _counted(start, end)
    for name, label in InputName.choices:
        if name in stated:
            own = stated[name]
            given = Input(name, own.value, own.low, own.high)
            yield Known(name, str(label), given, f"{own.source} ({own.as_of})", is_stated=True)
        elif name in counted:
            yield Known(name, str(label), *counted[name])
        else:
            nothing = Input(name, 0, 0, 0) if name in OPTIONAL else None
            yield Known(
                name, str(label), nothing, _("taken as nothing") if nothing else _("nobody has said yet")
            )


def _counted(start: datetime, end: datetime) -> dict[str, tuple[Input, str]]:
    """From what was sought in the community's box, and from contacts that carry their cost."""
    sought = Sought.objects.filter(at__gte=start, at__lt=end)
    shown = sought.count()
    solved = sought.filter(outcome=Sought.Outcome.SOLVED).count()
    visits = sought.values("day", "visitor").distinct().count()
    glad = sought.filter(outcome=Sought.Outcome.SOLVED).values("day", "visitor").distinct().count()
    months, box = (end - start) / timedelta(days=MONTH), _("counted in the community’s box")
    found = {}
    if visits:
        found["visits"] = _exact("visits", visits, months), box
        found["sought"] = Input("sought", 1, 1, 1, visits), _("whoever types into the box seeks")
        found["solved"] = counted_share("solved", glad, visits), box
        found["shown"] = _exact("shown", shown, months), box
        found["confirmed"] = counted_share("confirmed", solved, shown), box
        found["overlap"] = Input("overlap", 1, 1, 1, shown), _("both are counted in the same box")
    return {**found, **_cost(start, end)}


def _exact(name: str, count: int, months: float) -> Input:
    """What was counted, a month."""
    return Input(name, count / months, count / months, count / months, count)


def _cost(start: datetime, end: datetime) -> Mapping[str, tuple[Input, str]]:
    """The mean of contacts that say what they cost, with its standard error."""
    costed = Contact.objects.filter(opened_at__gte=start, opened_at__lt=end, cost__isnull=False)
    told = costed.aggregate(mean=Avg("cost"), spread=StdDev("cost", sample=True), count=Count("pk"))
    if told["count"] < 2:
        return {}
    given = mean_cost(float(told["mean"]), float(told["spread"] or 0), told["count"])
    return {"cost_per_contact": (given, _("mean of the contacts that say what they cost"))}


def _scaled(given: Input, months: float) -> Input:
    """What is a month's, for the whole span."""
    if given.name in SHARES or given.name in ONCE:
        return given
    assert given.name in AMOUNTS
    return Input(given.name, given.value * months, given.low * months, given.high * months, given.sample)


def sought_rows(start: datetime, end: datetime, limit: int) -> list[Sought]:
    """What the counts were counted from, the newest first."""
    rows = Sought.objects.filter(Q(at__gte=start), at__lt=end).select_related("entry", "entry__root")
    return list(rows.order_by("-at", "-pk")[:limit])
