"""People by what they answered last when asked whether they would recommend us, and by trials, for segments."""

from collections.abc import Sequence

from django.db.models import F, Value, Window
from django.db.models.functions import MD5, Coalesce, Concat, Left, RowNumber
from django.utils.translation import gettext as _

from oneroof.customers.models import Customer
from oneroof.customers.segments import Rows
from oneroof.experience.flags import DETRACTOR_TO, PROMOTER_FROM
from oneroof.experience.models import Kind, SurveyAnswer, Trial, Unit
from oneroof.experience.rules.trials import border


def answers_offered() -> Sequence[tuple[str, str]]:
    return [("detractor", _("Detractors")), ("fan", _("Fans"))]


def people_who_answered(what: str) -> Rows:
    asked = SurveyAnswer.objects.filter(kind=Kind.NPS, person__isnull=False)
    human = Coalesce("person__merged_into", "person")
    place = Window(RowNumber(), partition_by=[human], order_by=["-answered_at", "-pk"])
    last = asked.annotate(place=place).filter(place=1).values("pk")
    told = SurveyAnswer.objects.filter(pk__in=last)
    narrowed = (
        told.filter(score__lte=DETRACTOR_TO) if what == "detractor" else told.filter(score__gte=PROMOTER_FROM)
    )
    return narrowed.values("person")


def trials_offered() -> Sequence[tuple[str, str]]:
    """Both sides of each hold-out."""
    sides = (("in", _("%(trial)s: started")), ("out", _("%(trial)s: held out")))
    found = Trial.objects.filter(unit=Unit.CUSTOMER)[:50]
    return [(f"{each.pk}-{side}", words % {"trial": each.name}) for each in found for side, words in sides]


def people_on_trial(what: str) -> Rows:
    """PostgreSQL draws as :func:`oneroof.experience.rules.trials.is_held_out` does."""
    number, _dash, side = what.partition("-")
    trial = Trial.objects.filter(pk=number, unit=Unit.CUSTOMER).first() if number.isdecimal() else None
    if trial is None:
        return Customer.objects.none().values("person")
    drawn = Customer.objects.annotate(place=Left(MD5(Concat(Value(f"{trial.seed}:"), F("external_id"))), 8))
    line = border(trial.held_out)
    kept = drawn.filter(place__lt=line) if side == "out" else drawn.filter(place__gte=line)
    return kept.values("person")


def people_flagged(flag: str) -> Rows | None:
    """As :mod:`oneroof.experience.flags` tells it of one; None of flags that are not told here."""
    return people_who_answered(flag) if flag in ("detractor", "fan") else None
