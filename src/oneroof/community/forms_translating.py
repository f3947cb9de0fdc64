"""What the pages of translations ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.community.store import BODY_LENGTH
from oneroof.community.translating import PROVIDERS
from oneroof.notify.carriers.base import is_web_address


class CorrectionForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=BODY_LENGTH, widget=forms.Textarea(attrs={"rows": 12}))

    def __init__(self, *words: Any, has_title: bool, **more: Any) -> None:
        super().__init__(*words, **more)
        if not has_title:
            del self.fields["title"]


class ServiceForm(forms.Form):
    """The machine that translates."""

    provider = forms.ChoiceField(
        label=_("Service"), choices=[(each.key, each.title) for each in PROVIDERS.values()]
    )
    address = forms.CharField(
        label=_("Address"), max_length=300, required=False, help_text=_("Empty: the service’s own.")
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=300,
        required=False,
        help_text=_("Left empty, it stays as it is."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    daily_characters = forms.IntegerField(
        label=_("Characters a day at most"), min_value=0, max_value=100_000_000, initial=200_000
    )
    is_on = forms.BooleanField(
        label=_("Switched on"),
        required=False,
        help_text=_("What is public may be sent there when a reader asks. What is private never is."),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        provider = PROVIDERS.get(told.get("provider", ""))
        if provider:
            told["address"] = told.get("address") or provider.usual_address
            if not is_web_address(told["address"]):
                self.add_error("address", _("This is no address that begins with https://."))
        return told
