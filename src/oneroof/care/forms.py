"""What the inbox and a conversation's page ask for."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from oneroof.care.errors import CareError
from oneroof.care.models import Outcome, Priority
from oneroof.care.queries.inbox import VIEWS
from oneroof.care.rules import snoozing
from oneroof.core import clock


class SnoozeForm(forms.Form):
    until = forms.ChoiceField(
        choices=[(name, name) for name in (*snoozing.CHOICES, "date")],
        error_messages={"required": _("Choose until when."), "invalid_choice": _("Choose until when.")},
    )
    date = forms.DateTimeField(required=False, error_messages={"invalid": _("Write a date and a time.")})

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if words.get("until") == "date" and not words.get("date"):
            raise forms.ValidationError(_("Write a date and a time."))
        return words

    @property
    def moment(self) -> datetime:
        """In the person's own time zone, as it was chosen."""
        choice: str = self.cleaned_data["until"]
        if choice == "date":
            chosen: datetime = self.cleaned_data["date"]
            return chosen
        return snoozing.CHOICES[choice](localtime(clock.now()))


class ClosureForm(forms.Form):
    outcome = forms.ChoiceField(
        choices=Outcome,
        error_messages={
            "required": _("Choose what came of it."),
            "invalid_choice": _("Choose what came of it."),
        },
    )


class SureForm(ClosureForm):
    """``sure``: closed as solved although nobody answered."""

    sure = forms.BooleanField(required=False)


class PriorityForm(forms.Form):
    priority = forms.ChoiceField(choices=[("", ""), *Priority.choices], required=False)


class HandOffForm(forms.Form):
    """``to`` is ``person:3`` or ``department:2``."""

    to = forms.RegexField(
        r"\A(person|department):\d{1,9}\Z",
        error_messages={"required": _("Choose to whom."), "invalid": _("Choose to whom.")},
    )
    note = forms.CharField(required=False, max_length=10_000)

    @property
    def receiver(self) -> tuple[str, int]:
        kind, _colon, number = self.cleaned_data["to"].partition(":")
        return kind, int(number)


class TagForm(forms.Form):
    tag = forms.CharField(max_length=200, error_messages={"required": _("Write a tag.")})


class TextForm(forms.Form):
    """A note, a draft: what was typed, to the last blank."""

    text = forms.CharField(required=False, max_length=200_000, strip=False)


class ReplyForm(TextForm):
    """``accept`` is the version of the rules of engagement that was read and agreed to."""

    post = forms.IntegerField(required=False, min_value=1)
    follows = forms.IntegerField(required=False, min_value=1)
    accept = forms.IntegerField(required=False, min_value=1)


class ByHandForm(TextForm):
    url = forms.CharField(required=False, max_length=2_000)
    accept = forms.IntegerField(required=False, min_value=1)


class SavedViewForm(forms.Form):
    name = forms.CharField(max_length=80, error_messages={"required": _("Give the view a name.")})
    view = forms.ChoiceField(choices=[(name, view.title) for name, view in VIEWS.items()])


class Numbers(forms.MultipleChoiceField):
    """Any numbers: whether they are conversations, the action finds out one by one."""

    def valid_value(self, value: str) -> bool:
        return value.isdecimal() and len(value) < 10


class ChosenForm(forms.Form):
    """The rows that were ticked."""

    chosen = Numbers(error_messages={"required": _("Choose some conversations first.")})

    @property
    def ids(self) -> list[int]:
        return [int(number) for number in self.cleaned_data["chosen"]]


def valid[Form: forms.Form](form: Form) -> Form:
    """The form, read; raises CareError with its first complaint."""
    if not form.is_valid():
        raise CareError(next(str(error) for errors in form.errors.values() for error in errors))
    return form
