"""What the pages that steer care ask for."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.conf.global_settings import LANGUAGES  # a customer speaks any; ours are fewer
from django.utils.timezone import localdate, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oneroof.care.models import CareSettings, SavedReply, ServicePolicy, WorkingHours

PERIODS = (7, 30, 90)
LONGEST_PERIOD = 366
WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*(?:-|–|to)\s*(\d{1,2}):(\d\d)")


class ApprovalForm(forms.Form):
    """Empty words stay empty: the action says that a reply says something."""

    text = forms.CharField(required=False, max_length=200_000)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "input"}, format="%Y-%m-%d")


class SavedReplyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    lang = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, initial="en")
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9, "dir": "auto"}),
        help_text=gettext_lazy("Markdown where the channel has it. The placeholders are below."),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Good until"),
        required=False,
        widget=DayInput,
        help_text=gettext_lazy(
            "After that day it is not offered any more, until somebody looks at it again."
        ),
    )

    @classmethod
    def of(cls, saved: SavedReply | None) -> Self:
        if saved is None:
            return cls()
        until = saved.expires_at and localdate(saved.expires_at)
        return cls(initial={"name": saved.name, "lang": saved.lang, "text": saved.text, "expires_on": until})

    def columns(self) -> dict[str, Any]:
        day: date | None = self.cleaned_data["expires_on"]
        expires_at = make_aware(datetime.combine(day, time.max)) if day else None
        kept = {name: self.cleaned_data[name] for name in ("name", "lang", "text")}
        return {**kept, "expires_at": expires_at}


class PeriodForm(forms.Form):
    """Days back from now, or two dates; what makes no sense is the last 30 days."""

    start = forms.DateField(label=gettext_lazy("From"), required=False, widget=DayInput)
    end = forms.DateField(label=gettext_lazy("To"), required=False, widget=DayInput)

    @property
    def days(self) -> int | None:
        """The period that was chosen by its length; None where dates were."""
        if self.data.get("start") or self.data.get("end"):
            return None
        asked = str(self.data.get("days", ""))
        return int(asked) if asked in {str(period) for period in PERIODS} else 30

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        start, end = words.get("start"), words.get("end")
        if start and end and not 0 <= (end - start).days <= LONGEST_PERIOD:
            raise forms.ValidationError(_("Choose a first and a last day, a year apart at most."))
        return words

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Both ends; the last day is part of it."""
        if self.days is None and self.is_valid():
            last = self.cleaned_data["end"] or localdate(now)
            first = self.cleaned_data["start"] or last - timedelta(days=29)
            if 0 <= (last - first).days <= LONGEST_PERIOD:
                return _midnight(first), _midnight(last + timedelta(days=1))
        tomorrow = _midnight(localdate(now) + timedelta(days=1))
        return tomorrow - timedelta(days=self.days or 30), tomorrow


def _midnight(day: date) -> datetime:
    return make_aware(datetime.combine(day, time()))


class OpenTimeField(forms.CharField):
    """Minutes, written as hours and minutes: ``0:30``, ``8:00``, ``40:00``."""

    def clean(self, value: Any) -> int:
        text = str(super().clean(value))
        found = re.fullmatch(r"(\d{1,4}):([0-5]\d)", text)
        if not found:
            raise forms.ValidationError(_("Write hours and minutes, such as 0:30 or 8:00."))
        return int(found[1]) * 60 + int(found[2])

    @staticmethod
    def written(minutes: int) -> str:
        return f"{minutes // 60}:{minutes % 60:02}"


class PolicyForm(forms.Form):
    first = OpenTimeField(label=gettext_lazy("First response within"), max_length=8)
    resolution = OpenTimeField(label=gettext_lazy("Resolution within"), max_length=8)
    hours = forms.ModelChoiceField(
        WorkingHours.objects.all(),
        label=gettext_lazy("The clock runs in"),
        required=False,
        empty_label=gettext_lazy("Day and night"),
    )

    @classmethod
    def of(cls, priority: str, policy: ServicePolicy | None) -> Self:
        if policy is None:
            return cls(prefix=priority)
        written = OpenTimeField.written
        initial = {
            "first": written(policy.first_response_minutes),
            "resolution": written(policy.resolution_minutes),
            "hours": policy.hours_id,
        }
        return cls(initial=initial, prefix=priority)

    def columns(self) -> tuple[int, int, int | None]:
        hours = self.cleaned_data["hours"]
        return self.cleaned_data["first"], self.cleaned_data["resolution"], hours.pk if hours else None


class CareSettingsForm(forms.Form):
    approvals_needed = forms.IntegerField(
        label=gettext_lazy("Replies approved unchanged before a volunteer's go out directly"),
        min_value=1,
        max_value=1_000,
        help_text=gettext_lazy("In a row. A lead can grant it sooner, and take it back."),
    )
    reopen_days = forms.IntegerField(
        label=gettext_lazy("Days after which a customer's word is new work"),
        min_value=0,
        max_value=3_650,
        help_text=gettext_lazy("In the same conversation, with clocks of its own."),
    )

    @classmethod
    def of(cls, settings: CareSettings) -> Self:
        return cls(initial={name: getattr(settings, name) for name in cls.base_fields})


class HoursForm(forms.Form):
    """Each day's open hours in one field; none where it is closed."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))
    closed_on = forms.CharField(
        label=gettext_lazy("Days off"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line, as 2026-12-25. What follows the date is for you, and not kept."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(available_timezones())
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=[(zone, zone) for zone in zones], initial=settings.TIME_ZONE
        )
        for number, word in enumerate(WEEKDAYS):
            self.fields[f"day{number}"] = forms.CharField(label=word, required=False, max_length=100)
        self.order_fields(["name", "time_zone", *(f"day{number}" for number in range(7)), "closed_on"])

    @classmethod
    def of(cls, hours: WorkingHours | None) -> Self:
        if hours is None:
            week = {f"day{number}": "09:00–17:00" for number in range(5)}
            return cls(initial=week)
        week = {f"day{day}": ", ".join("–".join(span) for span in spans) for day, spans in hours.days.items()}
        words = {"name": hours.name, "time_zone": hours.time_zone, "closed_on": "\n".join(hours.closed_on)}
        return cls(initial=words | week)

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        for number in range(7):
            try:
                words[f"day{number}"] = spans_in(words.get(f"day{number}", ""))
            except ValueError as error:
                self.add_error(f"day{number}", str(error))
        try:
            words["closed_on"] = days_in(words.get("closed_on", ""))
        except ValueError as error:
            self.add_error("closed_on", str(error))
        return words

    def columns(self) -> dict[str, Any]:
        days = {str(number): self.cleaned_data[f"day{number}"] for number in range(7)}
        kept = {name: self.cleaned_data[name] for name in ("name", "time_zone", "closed_on")}
        return {**kept, "days": days}


def spans_in(text: str) -> list[list[str]]:
    """``09:00–12:00, 13:00–17:00``; raises ValueError with what to write instead."""
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    found = [SPAN.fullmatch(piece) for piece in pieces]
    if not all(found):
        raise ValueError(_("Write from–to, such as 09:00–17:00; several with a comma between."))
    return [[f"{int(m[1]):02}:{m[2]}", f"{int(m[3]):02}:{m[4]}"] for m in found if m]


def days_in(text: str) -> list[str]:
    """A date at the beginning of each line; raises ValueError that names the line."""
    days = []
    for line in filter(str.strip, text.splitlines()):
        try:
            days.append(date.fromisoformat(line.split()[0]).isoformat())
        except ValueError as error:
            raise ValueError(
                _("“%(line)s” does not begin with a date such as 2026-12-25.") % {"line": line}
            ) from error
    return sorted(set(days))
