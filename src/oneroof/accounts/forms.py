"""What the settings pages ask for."""

import zoneinfo
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, RulesOfEngagement, User
from oneroof.accounts.policies import Role
from oneroof.core.markdown import LONGEST


class DateInput(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value


class AccessForm(forms.Form):
    """What somebody may do."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role,
        initial=Role.AGENT,
        help_text=_(
            "A member has an account and no desk. A volunteer hears and answers; a lead approves each answer "
            "before it goes out. An agent answers without that. A lead also approves, takes over, and keeps "
            "sources, service levels, rules and the audit. An administrator also invites people."
        ),
    )
    departments = forms.ModelMultipleChoiceField(
        label=_("Departments"),
        queryset=Department.objects.all(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def slugs(self) -> tuple[str, ...]:
        return tuple(room.slug for room in self.cleaned_data["departments"])


class PersonForm(AccessForm):
    """Somebody new."""

    email = forms.EmailField(label=_("E-mail address"))
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    field_order = ("email", "name", "role", "departments")


class ChangeForm(AccessForm):
    """Somebody who is here already."""

    is_active = forms.BooleanField(label=_("May sign in"), required=False)


class SignUpForm(forms.Form):
    """What a customer tells beside address and password; allauth's forms of signing up are made of it."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Everybody sees it beside what you write."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "email", "password1")

    def signup(self, _request: HttpRequest, user: User) -> None:
        user.name, user.language = self.cleaned_data["name"], get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["name", "language"])


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Customers see it under your replies.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zoneinfo.available_timezones())
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(zone, zone) for zone in zones]
        )


class DepartmentForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)


class RulesForm(forms.Form):
    text = forms.CharField(
        label=_("Rules of engagement"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_(
            "Markdown. Publishing asks everyone to accept them again before their next public reply."
        ),
    )

    @classmethod
    def of(cls, rules: RulesOfEngagement | None) -> "RulesForm":
        return cls(initial={"text": rules.text if rules else ""})


class AuditForm(forms.Form):
    """Which entries of the audit one looks at; every field may stay empty."""

    who = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.staff(), required=False, empty_label=_("Everyone")
    )
    what = forms.CharField(label=_("What"), max_length=60, required=False)
    on = forms.CharField(label=_("On"), max_length=100, required=False)
    since = forms.DateField(label=_("From"), required=False, widget=DateInput())
    until = forms.DateField(label=_("To"), required=False, widget=DateInput())

    def narrowed(self) -> dict[str, Any]:
        """As :func:`queries.audit_entries` takes it; what is not valid narrows nothing. Days are the reader's."""
        self.is_valid()
        told = self.cleaned_data
        kind, _space, object_id = told.get("on", "").partition(" ")
        until = told.get("until")
        return {
            "on_kind": kind,
            "on_id": object_id.strip(),
            "actor_id": getattr(told.get("who"), "pk", None),
            "verb": told.get("what", ""),
            "since": _beginning(told.get("since")),
            "until": _beginning(until and until + timedelta(days=1)),
        }


def _beginning(day: date | None) -> datetime | None:
    """When a day begins where its reader is."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None
