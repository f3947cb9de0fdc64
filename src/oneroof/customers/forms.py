"""What the pages of people ask for."""

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models.people import language_name
from oneroof.customers.reach import OTHER_WAYS, channel_name


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
        super().__init__(data, **kwargs)
        ways = dict.fromkeys([*networks, *OTHER_WAYS])
        _offer(self, "channel", [("", gettext("No wish")), *((each, channel_name(each)) for each in ways)])
        names = sorted((language_name(code), code) for code in LANG_INFO if len(code) == 2)
        _offer(self, "language", [("", gettext("No wish")), *((code, name) for name, code in names)])


def _offer(form: forms.Form, name: str, choices: Choices) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
