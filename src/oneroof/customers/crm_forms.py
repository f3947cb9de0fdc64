"""What the page of a CRM asks for."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from oneroof.customers.actions.crm_setting_up import Wanted
from oneroof.customers.models import CrmSync, Dialect, Topic


class CrmForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    dialect = forms.ChoiceField(
        label=_("What its records look like"),
        choices=Dialect.choices,
        help_text=_("It cannot be changed later."),
    )
    address = forms.URLField(
        label=_("Where we tell it what changes here"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("It takes signed POST requests. Empty: nothing is told."),
    )
    sends = forms.MultipleChoiceField(
        label=_("What it is told"),
        required=False,
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only of people whom it told us of, and who did not refuse."),
    )
    may_erase = forms.BooleanField(
        label=_("Whom it erases is erased here at once"),
        required=False,
        help_text=_("Otherwise you are asked. It cannot be undone."),
    )
    mapping = forms.CharField(
        label=_("Other fields"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_("One a line: our field, an equals sign, its path, such as person.language = Language__c"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, sync: CrmSync | None = None) -> None:
        super().__init__(data, initial=_initial(sync) if sync else {"sends": Topic.values})
        if sync:
            del self.fields["dialect"]

    def clean_mapping(self) -> dict[str, str]:
        lines = [line.strip() for line in self.cleaned_data["mapping"].splitlines()]
        pairs = [line.partition("=") for line in lines if line]
        for name, _sign, path in pairs:
            if not name.strip() or not path.strip():
                raise ValidationError(_now("Write our field, an equals sign, and the path."))
        return {name.strip(): path.strip()[:200] for name, _sign, path in pairs}

    def wanted(self) -> Wanted:
        told = self.cleaned_data
        return Wanted(
            name=told["name"],
            dialect=told.get("dialect", Dialect.OWN),
            address=told["address"],
            sends=tuple(told["sends"]),
            may_erase=told["may_erase"],
            mapping=told["mapping"],
        )


def _initial(sync: CrmSync) -> dict[str, Any]:
    lines = "\n".join(f"{name} = {path}" for name, path in sync.mapping.items())
    kept = {name: getattr(sync, name) for name in ("name", "address", "sends", "may_erase")}
    return kept | {"mapping": lines}
