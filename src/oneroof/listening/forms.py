"""What the pages of listening ask for."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.timezone import make_aware
from django.utils.translation import get_language_info
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, User
from oneroof.core.errors import OneroofError
from oneroof.listening.models import Source, Watch
from oneroof.listening.sources.base import Field, FieldKind, Network
from oneroof.listening.stream import UNKNOWN, Filters
from oneroof.listening.watch_language import WatchSyntaxError, parse

EVERYBODY = ("", _("All posts"))
WHOSE = [EVERYBODY, ("mine", _("Caught by my watches"))]
FEELINGS = [
    ("", _("Any feeling")),
    ("negative", _("Negative")),
    ("neutral", _("Neutral")),
    ("positive", _("Positive")),
    (UNKNOWN, _("Unknown")),
]
NEEDS = [("", _("Any need")), ("40", _("40 or more")), ("70", _("70 or more"))]
SETTING = "setting_"


def languages() -> list[tuple[str, Any]]:
    """Those that have a code of two letters, in the reader's own words."""
    known = sorted(
        (str(get_language_info(code)["name_translated"]), code) for code in LANG_INFO if len(code) == 2
    )
    return [
        ("", _("Any language")),
        (UNKNOWN, _("Unknown")),
        *((code, capfirst(name)) for name, code in known),
    ]


class Day(forms.DateInput):
    input_type = "date"


class FilterForm(forms.Form):
    """What one wants to see of the stream; every field may stay empty, and a wrong one asks for nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=2_000)
    whose = forms.ChoiceField(label=_("Caught"), choices=WHOSE, required=False)
    watch = forms.ModelChoiceField(label=_("Watch"), queryset=Watch.objects.none(), required=False)
    source = forms.ModelChoiceField(label=_("Source"), queryset=Source.objects.all(), required=False)
    lang = forms.ChoiceField(label=_("Language"), choices=languages, required=False)
    feeling = forms.ChoiceField(label=_("Feeling"), choices=FEELINGS, required=False)
    need = forms.ChoiceField(label=_("Need for an answer"), choices=NEEDS, required=False)
    start = forms.DateField(label=_("From"), widget=Day, required=False)
    end = forms.DateField(label=_("Until"), widget=Day, required=False)

    def __init__(self, asked: QueryDict, user: User) -> None:
        super().__init__(asked)
        self.fields["watch"].widget.attrs["autofocus"] = True  # of the dialog, which opens there
        self.asked = asked
        self._user = user
        watches = Watch.objects.live().select_related("owner")
        choice = str(asked.get("watch") or "")
        own = watches.filter(owner=user)
        self.fields["watch"].queryset = own | watches.filter(pk=choice) if choice.isdecimal() else own  # type: ignore[attr-defined]
        self.fields["watch"].empty_label = _("Any or none")  # type: ignore[attr-defined]
        self.fields["source"].empty_label = _("All sources")  # type: ignore[attr-defined]
        self.is_valid()

    def chosen(self, name: str) -> Any:
        return self.cleaned_data.get(name)

    def filters(self) -> Filters:
        """Days are those of the reader's own time zone; the last one is included."""
        watch, source = self.chosen("watch"), self.chosen("source")
        return Filters(
            watch=watch and watch.pk,
            owner=self._user.pk if self.chosen("whose") else None,
            source=source and source.pk,
            q=self.chosen("q") or "",
            lang=self.chosen("lang") or "",
            feeling=self.chosen("feeling") or "",
            need=int(self.chosen("need") or 0),
            start=_midnight(self.chosen("start"), 0),
            end=_midnight(self.chosen("end"), 1),
        )

    def applied(self) -> list[tuple[str, Any]]:
        """Name and words of each filter that the sheet holds and that is set."""
        sheet = ("watch", "source", "lang", "feeling", "need", "start", "end")
        return [(name, self._words(name)) for name in sheet if self.chosen(name)]

    def _words(self, name: str) -> Any:
        field, value = self.fields[name], self.chosen(name)
        if name in ("watch", "source"):
            return value
        choices: dict[Any, Any] = dict(getattr(field, "choices", ()))
        return f"{field.label}: {choices.get(value, value)}"


def _midnight(day: Any, later: int) -> datetime | None:
    return day and make_aware(datetime.combine(day + timedelta(days=later), time.min))


class WatchForm(forms.Form):
    """One field makes a watch; the rest may stay as it is."""

    query = forms.CharField(label=_("What to watch for"), strip=False, max_length=200_000)
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Left empty, its words name it.")
    )
    tell = forms.ChoiceField(
        label=_("Tell me"), choices=Watch.Tell, initial=Watch.Tell.NEVER, widget=forms.RadioSelect
    )
    department = forms.ModelChoiceField(
        label=_("Department"),
        queryset=Department.objects.all(),
        required=False,
        empty_label=_("None"),
        help_text=_("Who needs to know."),
    )
    fault: WatchSyntaxError | None = None

    def clean_query(self) -> str:
        query = str(self.cleaned_data["query"])
        try:
            parse(query)
        except WatchSyntaxError as error:
            self.fault = error
            raise forms.ValidationError(now_("The watch cannot be read yet.")) from error
        return query

    def changes(self) -> dict[str, Any]:
        """For ``create_watch`` and ``edit_watch``."""
        given, department = self.cleaned_data, self.cleaned_data["department"]
        return {
            "name": given["name"].strip() or given["query"].strip(),
            "query": given["query"],
            "tell": given["tell"],
            "department_id": department.pk if department else None,
        }


class SourceForm(forms.Form):
    """A source of one network: what every source has, and what that network's own settings are."""

    name = forms.CharField(label=_("Name"), max_length=120)
    our_handles = forms.CharField(
        label=_("Our own handles there"),
        required=False,
        help_text=_("With commas between them. Posts that name one are to us; posts by one are ours."),
    )
    department = forms.ModelChoiceField(
        label=_("Department"), queryset=Department.objects.all(), required=False, empty_label=_("None")
    )
    keeps_all = forms.BooleanField(
        label=_("Keep every post"),
        required=False,
        initial=True,
        help_text=_("Otherwise only posts that a watch catches are kept, with their threads."),
    )

    def __init__(self, place: Network, given: Any = None, *, source: Source | None = None) -> None:
        super().__init__(given, initial=_standing(source) if source else None)
        self.place = place
        for field in place.fields:
            self.fields[SETTING + field.name] = _form_field(field, is_new=source is None)
        self.order_fields(["name", *(SETTING + field.name for field in place.fields)])

    def parts(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Fields that stand together, their heading or none, and whether they are to be seen at once."""
        heading = {SETTING + field.name: field.group for field in self.place.fields}
        together = groupby(self.visible_fields(), key=lambda bound: heading.get(bound.name, ""))
        parts = [(title, list(fields)) for title, fields in together]
        return [(title and now_(title), fields, any(map(_is_in_use, fields))) for title, fields in parts]

    def settings(self) -> dict[str, Any]:
        """Of the network, as they were given; a secret that was left empty is not among them."""
        return dict(self._settings())

    def changes(self) -> dict[str, Any]:
        """For ``add_source`` and ``edit_source``. A secret that was left empty is not among the settings."""
        given, department = self.cleaned_data, self.cleaned_data["department"]
        return {
            "name": given["name"],
            "settings": self.settings(),
            "our_handles": given["our_handles"].split(","),
            "department_id": department.pk if department else None,
            "keeps_all": given["keeps_all"],
        }

    def refuse(self, error: OneroofError) -> None:
        """What an action said, at the field that it is about."""
        name = getattr(error, "field", "")
        self.add_error(SETTING + name if name else None, str(error))

    def _settings(self) -> Iterable[tuple[str, Any]]:
        for field in self.place.fields:
            value = self.cleaned_data[SETTING + field.name]
            if value is not None and not (field.kind == FieldKind.SECRET and not value):
                yield field.name, value


def _is_in_use(bound: forms.BoundField) -> bool:
    is_set = bound.value() not in (None, "", False) and str(bound.value()) != str(bound.field.initial)
    return bool(bound.errors or bound.field.required or is_set)


def _standing(source: Source) -> dict[str, Any]:
    """What the form begins with; secrets are never shown again."""
    settings = {SETTING + name: value for name, value in source.settings.items()}
    return {
        "name": source.name,
        "our_handles": ", ".join(source.our_handles),
        "department": source.department_id,
        "keeps_all": source.keeps_all,
        **settings,
    }


class AddressField(forms.URLField):
    """Of the web, or of a WebSocket where its default is one's."""

    def __init__(self, field: Field, **said: Any) -> None:
        plain, secure = ("ws", "wss") if str(field.default).startswith("ws") else ("http", "https")
        super().__init__(assume_scheme=secure, **said)
        self.validators = [URLValidator(schemes=[plain, secure])]


def _form_field(field: Field, *, is_new: bool) -> forms.Field:
    said: dict[str, Any] = {
        "label": now_(field.label),
        "help_text": now_(field.hint) if field.hint else "",
        "required": field.required,
        "initial": field.default,
    }
    match field.kind:
        case FieldKind.SECRET:
            return _secret_field(field, said, is_new=is_new)
        case FieldKind.LONG_TEXT:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **said)
        case FieldKind.URL:
            return AddressField(field, **said)
        case FieldKind.EMAIL:
            return forms.EmailField(**said)
        case FieldKind.NUMBER:
            return forms.IntegerField(min_value=field.least, max_value=field.most, **said)
        case FieldKind.YES_NO:
            return forms.BooleanField(**{**said, "required": False})
        case FieldKind.CHOICE:
            choices = [(value, now_(word)) for value, word in field.choices]
            return forms.ChoiceField(choices=choices, **said)
        case _:
            return forms.CharField(**said)


def _secret_field(field: Field, said: dict[str, Any], *, is_new: bool) -> forms.Field:
    if not is_new:
        kept = now_("Left empty, it stays as it is.")
        said |= {"help_text": f"{said['help_text']} {kept}".strip(), "required": False}
    elif field.make:
        made = now_("Left empty, one is made for you.")
        said |= {"help_text": f"{said['help_text']} {made}".strip(), "required": False}
    return forms.CharField(widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), **said)
