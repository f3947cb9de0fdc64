"""What a lead says of a target."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.experience.actions.targeting import REFUSED
from oneroof.experience.models import Measure
from oneroof.experience.trial_forms import DayInput

LOOKED_BACK, AHEAD = timedelta(days=30), timedelta(days=60)


class TargetForm(forms.Form):
    """What is refused can be chosen, so that whoever looks for it reads why."""

    whose = forms.ChoiceField(label=_("Whose"))
    measure = forms.ChoiceField(
        label=_("Measured by"),
        choices=[
            *Measure.choices,
            (_("No target here"), [(key, name) for key, (name, _why) in REFUSED.items()]),
        ],
    )
    within_hours = forms.IntegerField(
        label=_("Within hours"),
        required=False,
        min_value=1,
        max_value=2_000,
        help_text=_("Where the measure has a time."),
    )
    least = forms.FloatField(
        label=_("At least"), min_value=0, help_text=_("Of a hundred, or a week, as the measure says.")
    )
    starts_on = forms.DateField(
        label=_("Counted from"),
        widget=DayInput,
        help_text=_("Days that are past show at once what it would have done."),
    )
    ends_on = forms.DateField(
        label=_("By"), widget=DayInput, help_text=_("This day is not counted any more.")
    )
    tolerated = forms.IntegerField(
        label=_("Helpful acts that may hurt it"),
        min_value=0,
        max_value=1_000,
        initial=3,
        help_text=_("With more it is said to collide with helping."),
    )

    def __init__(self, whose: str, given: Any = None) -> None:
        today = clock.now().date()
        told = {"whose": whose, "starts_on": today - LOOKED_BACK, "ends_on": today + AHEAD}
        super().__init__(given, initial=told)
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            (_("Departments"), [(f"department {each.pk}", str(each)) for each in Department.objects.all()]),
            (_("People"), [(f"user {each.pk}", str(each)) for each in _who_answer()]),
        ]

    def columns(self) -> dict[str, Any]:
        told = dict(self.cleaned_data)
        kind, _space, key = told.pop("whose").partition(" ")
        whose = Department.objects.get(pk=key) if kind == "department" else User.objects.get(pk=key)
        return {**told, kind: whose}


def _who_answer() -> Any:
    return User.objects.who_may(Permission.ANSWER).order_by("name", "email")
