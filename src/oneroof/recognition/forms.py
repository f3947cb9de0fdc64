"""What leads and members fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.recognition.models import Listing, Willingness


def words_in(text: str) -> list[str]:
    """“valves, heating” as its words."""
    return [word.strip()[:60] for word in text.split(",") if word.strip()][:20]


class RoundForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as its year."))
    perks = forms.CharField(
        label=_("What goes with it"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class WillingnessForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when run
    skills = forms.CharField(
        label=_("What I know about"), required=False, max_length=400, help_text=_("Separated by commas.")
    )
    most_a_week = forms.IntegerField(label=_("Questions a week at most"), min_value=0, max_value=50)
    from_hour = forms.IntegerField(label=_("Not before this hour"), min_value=0, max_value=24)
    to_hour = forms.IntegerField(label=_("Not after this hour"), min_value=0, max_value=24)

    class Meta:
        model = Willingness
        fields = ("wants_questions", "most_a_week", "from_hour", "to_hour", "is_listed")

    def columns(self) -> dict[str, Any]:
        return {**self.cleaned_data, "skills": words_in(self.cleaned_data["skills"])}


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when run
    skills = forms.CharField(
        label=_("Skills"), required=False, max_length=400, help_text=_("Separated by commas.")
    )
    languages = forms.CharField(
        label=_("Languages"), required=False, max_length=120, help_text=_("Such as: en, es")
    )
    url = forms.URLField(label=_("Web address"), required=False, assume_scheme="https")

    class Meta:
        model = Listing
        fields = ("kind", "name", "about", "place", "url")

    def columns(self) -> dict[str, Any]:
        lists = {"skills": words_in(self.cleaned_data["skills"])}
        lists["languages"] = [word[:12] for word in words_in(self.cleaned_data["languages"])]
        return {**self.cleaned_data, **lists}
