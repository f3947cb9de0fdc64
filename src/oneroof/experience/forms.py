"""What a lead says of a survey, and what a customer answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.experience.models import Kind, Occasion, ReturnInput, Survey

COLUMNS = ("name", "kind", "question", "occasion", "delay_hours", "reminder_days", "asks_origin", "is_on")


class SurveyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Its answers stand under this touch point.")
    )
    kind = forms.ChoiceField(label=_("What is asked"), choices=Kind.choices, initial=Kind.CSAT)
    question = forms.CharField(
        label=_("The question, in your words"), max_length=300, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    occasion = forms.ChoiceField(label=_("When"), choices=Occasion.choices, initial=Occasion.REPLY)
    delay_hours = forms.IntegerField(label=_("Hours later"), min_value=0, max_value=2_000, initial=24)
    reminder_days = forms.IntegerField(
        label=_("One reminder after so many days"),
        min_value=0,
        max_value=60,
        initial=5,
        help_text=_("0: nobody is reminded."),
    )
    asks_origin = forms.BooleanField(
        label=_("Ask also how they heard of us"),
        required=False,
        help_text=_("What they say stands under origin on their page."),
    )
    is_on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    @classmethod
    def of(cls, survey: Survey | None) -> "SurveyForm":
        return cls(initial={name: getattr(survey, name) for name in COLUMNS}) if survey else cls()

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in COLUMNS}


class RestForm(forms.Form):
    rest_days = forms.IntegerField(label=_("Nobody is asked again within days"), min_value=0, max_value=730)


class AnswerForm(forms.Form):
    """The action says which scores were offered."""

    score = forms.IntegerField()
    comment = forms.CharField(required=False, max_length=20_000)


class InputForm(forms.Form):
    value = forms.FloatField(label=_("Likeliest"), min_value=0)
    low = forms.FloatField(label=_("Lowest"), min_value=0)
    high = forms.FloatField(
        label=_("Highest"),
        min_value=0,
        help_text=_("Between both it lies in nine cases of ten. A share is 0 to 1."),
    )
    source = forms.CharField(label=_("Where it comes from"), max_length=300)
    as_of = forms.DateField(
        label=_("As of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @classmethod
    def of(cls, stated: ReturnInput | None) -> "InputForm":
        names = ("value", "low", "high", "source", "as_of")
        return cls(initial={name: getattr(stated, name) for name in names}) if stated else cls()
