"""What a lead says of a trial."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.experience.models import IN_TURN, Unit
from oneroof.experience.queries.measures import measures_of


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input"}, format="%Y-%m-%d")


class TrialForm(forms.Form):
    """Of one kind of units; fields that it does not need are left out."""

    name = forms.CharField(label=_("Name"), max_length=120)
    what = forms.CharField(
        label=_("What is started"), required=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"})
    )
    measure = forms.ChoiceField(label=_("Judged by"), help_text=_("Fixed from now on: nobody chooses later."))
    units = forms.TypedMultipleChoiceField(
        label=_("For whom"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    held_out = forms.IntegerField(
        label=_("Held out, of a hundred customers"), min_value=1, max_value=90, initial=10
    )
    turns = forms.IntegerField(label=_("In so many turns"), min_value=1, max_value=52, initial=3)
    never = forms.IntegerField(
        label=_("Held out to the end"), min_value=0, max_value=500, initial=0, help_text=_("So many of them.")
    )
    step_days = forms.IntegerField(label=_("Days from turn to turn"), min_value=1, max_value=180, initial=7)
    starts_on = forms.DateField(label=_("First start"), widget=DayInput)
    ends_on = forms.DateField(
        label=_("End"), widget=DayInput, help_text=_("This day is not counted; then the result is shown.")
    )
    is_drawn = forms.BooleanField(
        label=_("A lot says who starts when"),
        required=False,
        initial=True,
        help_text=_("Only then can the result say “caused”. Otherwise set the days by hand afterwards."),
    )

    def __init__(self, unit: Unit, offered: list[tuple[int, str]], given: Any = None) -> None:
        first = clock.now().date() + timedelta(days=7)
        super().__init__(given, initial={"starts_on": first, "ends_on": first + timedelta(days=56)})
        self.fields["measure"].choices = list(measures_of(unit).items())  # type: ignore[attr-defined]
        self.fields["units"].choices = offered  # type: ignore[attr-defined]
        for name in self._not_needed(unit):
            del self.fields[name]

    @staticmethod
    def _not_needed(unit: Unit) -> tuple[str, ...]:
        if unit in IN_TURN:
            return ("held_out",)
        left = ("units", "turns", "never")
        return (*left, "step_days", "is_drawn") if unit == Unit.CUSTOMER else (*left, "held_out", "is_drawn")

    def columns(self, unit: Unit) -> dict[str, Any]:
        told = {"unit": unit, **self.cleaned_data}
        for name in ("units", "turns", "never"):
            told.pop(name, None)
        return told


class StartForm(forms.Form):
    starts_on = forms.DateField(required=False, widget=DayInput)
