"""What the pages of people ask for."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oneroof.core import clock
from oneroof.customers.consent import purposes
from oneroof.customers.models import Way
from oneroof.customers.models.people import language_name
from oneroof.customers.reach import OTHER_WAYS, channel_name
from oneroof.customers.segments import criteria


class JoinForm(forms.Form):
    """Who else somebody is, and how one knows."""

    other = forms.IntegerField(
        label=_("Number of the other"),
        min_value=1,
        max_value=2**62,
        help_text=_("It stands in the address of their page."),
    )
    why = forms.CharField(label=_("How do you know?"), max_length=500)


type Choices = list[tuple[str, str]]


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimelineForm(forms.Form):
    """What of a person's timeline to show: where they said it, and when."""

    channel = forms.ChoiceField(label=_("Channel"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=Day())
    until = forms.DateField(label=_("To"), required=False, widget=Day())

    def __init__(self, data: Mapping[str, Any], networks: Iterable[str]) -> None:
        super().__init__(data)
        _offer(self, "channel", [("", gettext("All")), *((each, channel_name(each)) for each in networks)])

    def moment(self, name: str, *, after: bool = False) -> datetime | None:
        """When the day begins where the reader is, or when it is over; None of what was not given or is no day."""
        day = self.cleaned_data.get(name)
        if day is None:
            return None
        return timezone.make_aware(datetime.combine(day + timedelta(days=int(after)), time()))


class ReachForm(forms.Form):
    """How somebody likes to be reached."""

    channel = forms.ChoiceField(label=_("Channel"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, data: Mapping[str, Any] | None, networks: Iterable[str], **kwargs: Any) -> None:
        super().__init__(data, auto_id="reach_%s", **kwargs)
        ways = dict.fromkeys([*networks, *OTHER_WAYS])
        _offer(self, "channel", [("", gettext("No wish")), *((each, channel_name(each)) for each in ways)])
        names = sorted((language_name(code), code) for code in LANG_INFO if len(code) == 2)
        _offer(self, "language", [("", gettext("No wish")), *((code, name) for name, code in names)])


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class Told(forms.Form):
    """What somebody told us, and when."""

    day = forms.DateField(
        label=_("When they said it"), required=False, widget=Day(), help_text=_("Today, if empty.")
    )

    def moment(self) -> datetime | None:
        day = self.cleaned_data.get("day")
        if day is None or day == timezone.localdate(clock.now()):
            return None
        return timezone.make_aware(datetime.combine(day, time()))


class ConsentForm(Told):
    """What somebody said we may do."""

    purpose = forms.ChoiceField(label=_("What for"))
    answer = forms.ChoiceField(label=_("Their answer"), choices=[("yes", _("Yes")), ("no", _("No"))])
    source = forms.CharField(label=_("How do you know?"), max_length=200)
    field_order = ("purpose", "answer", "source", "day")

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="consent_%s")
        _offer(self, "purpose", [(each.key, str(each.label)) for each in purposes()])


class RetentionForm(forms.Form):
    days = forms.IntegerField(label=_("Days"), required=False, min_value=1, max_value=36_500)
    days.widget.attrs |= {"aria-label": _("Days"), "class": "input input--days"}


class CodeForm(forms.Form):
    """A link to pass on."""

    code = forms.CharField(
        label=_("Code"),
        required=False,
        max_length=40,
        help_text=_("Letters, digits, hyphens; drawn, if empty."),
    )
    label = forms.CharField(label=_("What it is for"), required=False, max_length=120)
    target = forms.CharField(
        label=_("Page of this site"), initial="/", max_length=300, help_text=_("A path, such as /q/.")
    )
    owner = forms.IntegerField(
        label=_("Number of the person who passes it on"),
        required=False,
        min_value=1,
        max_value=2**62,
        help_text=_("It stands in the address of their page. Without one, it is a campaign’s."),
    )


class TouchForm(Told):
    """What brought somebody."""

    way = forms.ChoiceField(label=_("By what"), choices=Way.choices)
    code = forms.CharField(label=_("Code"), required=False, max_length=40)
    source = forms.CharField(label=_("How do you know?"), required=False, max_length=200)
    field_order = ("way", "code", "source", "day")


class SegmentForm(forms.Form):
    """What is true of the people one looks for; a field of each criterion that a room registered."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        for each in criteria():
            choices = [("", gettext("Any")), *each.choices()]
            self.fields[each.key] = forms.ChoiceField(label=str(each.label), choices=choices, required=False)

    def asked(self) -> dict[str, str]:
        """What was chosen; what is no choice asks for nothing."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}
