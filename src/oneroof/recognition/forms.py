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


def codes_in(text: str) -> list[str]:
    """“en, ES” as codes of languages."""
    return [word.lower()[:12] for word in words_in(text)]


class WillingnessForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when run
    """What I want, and what others read of me."""

    about = forms.CharField(
        label=_("About me"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    place = forms.CharField(label=_("Where I am"), required=False, max_length=120)
    languages = forms.CharField(
        label=_("Languages that I speak"), required=False, max_length=120, help_text=_("Such as: en, es")
    )
    skills = forms.CharField(
        label=_("What I know about"), required=False, max_length=400, help_text=_("Separated by commas.")
    )
    most_a_week = forms.IntegerField(label=_("Questions a week at most"), min_value=0, max_value=50)
    from_hour = forms.IntegerField(label=_("Not before this hour"), min_value=0, max_value=24)
    to_hour = forms.IntegerField(label=_("Not after this hour"), min_value=0, max_value=24)

    class Meta:
        model = Willingness
        fields = ("listed_to", "wants_questions", "most_a_week", "from_hour", "to_hour")

    field_order = ("listed_to", "skills", "languages", "place", "about")

    def columns(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**said, "skills": words_in(said["skills"]), "languages": codes_in(said["languages"])}


class ListingForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when run
    skills = forms.CharField(
        label=_("Skills"), required=False, max_length=400, help_text=_("Separated by commas.")
    )
    languages = forms.CharField(
        label=_("Languages"), required=False, max_length=120, help_text=_("Such as: en, es")
    )
    url = forms.URLField(label=_("Web address"), required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Listing
        fields: tuple[str, ...] = (
            "kind",
            "name",
            "about",
            "place",
            "address",
            "hours",
            "email",
            "phone",
            "url",
        )
        widgets = {"about": forms.Textarea(attrs={"rows": 4}), "hours": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "email": _("Shown to everybody. Whoever proves that it is theirs looks after this entry."),
            "hours": _("As people read them, such as: Mon–Fri 9–18"),
        }

    def columns(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**said, "skills": words_in(said["skills"]), "languages": codes_in(said["languages"])}


class OwnListingForm(ListingForm):
    """For its own people: its kind and name are the leads’."""

    class Meta(ListingForm.Meta):
        fields = ("about", "place", "address", "hours", "email", "phone", "url")
