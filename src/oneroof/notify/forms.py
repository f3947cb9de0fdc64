"""How one wants to be told, and where."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.notify.actions.outlets import Wanted, settings_of
from oneroof.notify.carriers import Carrier
from oneroof.notify.kinds import Kind, Way, all_kinds
from oneroof.notify.models import Outlet, Preferences, Rhythm
from oneroof.notify.queries import ways_of

CHOSEN = ("takes_email", "rhythm", "quiet_from", "quiet_until")
MINE, COMPANY = "me", "company"


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class PreferencesForm(forms.Form):
    """A choice of ways for each kind, whether e-mail comes at all, and the quiet hours."""

    takes_email = forms.BooleanField(label=_("Notices may come by e-mail"), required=False)
    rhythm = forms.ChoiceField(
        label=_("Letters come"),
        choices=Rhythm,
        required=False,
        help_text=_("What comes together can’t be answered by mail; a letter of one thing can."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        required=False,
        help_text=_("Of letters, notices and pages."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=TimeInput())
    quiet_until = forms.TimeField(label=_("Quiet until"), required=False, widget=TimeInput())

    def __init__(self, user: User, preferences: Preferences, posted: QueryDict | None) -> None:
        now = {name: getattr(preferences, name) for name in CHOSEN} | {"language": user.language}
        super().__init__(posted, initial=now)
        self._chosen = ways_of(preferences, user)
        for kind in self._chosen:
            self.fields[_name(kind)] = forms.MultipleChoiceField(choices=Way.choices, required=False)

    def ways(self) -> dict[str, list[str]]:
        return {kind.key: self.cleaned_data[_name(kind)] for kind in self._chosen}

    def choices(self) -> dict[str, Any]:
        """All but the ways and the language, as the action takes it."""
        told = {name: self.cleaned_data[name] for name in CHOSEN}
        return {**told, "rhythm": told["rhythm"] or Rhythm.AT_ONCE}

    def rows(self) -> Iterator[tuple[Kind, str, list[tuple[str, str, bool]]]]:
        """Each kind with its field's name, and of each way its value, its label and whether it is ticked."""
        for kind, ways in self._chosen.items():
            ticked = self.data.getlist(_name(kind)) if isinstance(self.data, QueryDict) else ways
            yield kind, _name(kind), [(way.value, str(way.label), way.value in ticked) for way in Way]


class RoomForm(forms.Form):
    """A chat room: what its carrier asks for, whose it is, and what it gets."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As you call the room."))

    def __init__(
        self, actor: User, carrier: Carrier, outlet: Outlet | None, posted: QueryDict | None
    ) -> None:
        super().__init__(posted, initial={"name": outlet.name} if outlet else None)
        self._carrier = carrier
        self._add_settings(outlet)
        may_share = actor.may(Permission.STEER)
        if outlet is None and may_share:
            self._add_owner()
        if outlet.is_shared if outlet else may_share:
            self._add_kinds(outlet)
        self._add_switches(outlet)

    def settings(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[_setting(field.key)] for field in self._carrier.fields}

    def wanted(self) -> Wanted:
        told = self.cleaned_data
        return Wanted(
            name=told["name"],
            kinds=told.get("kinds", ()),
            shows_text=told["shows_text"],
            is_on=told.get("is_on", True),
        )

    @property
    def is_mine(self) -> bool:
        return bool(self.cleaned_data.get("whose", MINE) == MINE)

    def refuse(self, error: OneroofError) -> None:
        """What an action said, at the field that it is about."""
        key = getattr(error, "field", "")
        self.add_error(_setting(key) if key else None, str(error))

    def department_id(self) -> int | None:
        whose = self.cleaned_data["whose"]
        return None if whose == COMPANY else int(whose)

    def _add_settings(self, outlet: Outlet | None) -> None:
        known = settings_of(outlet) if outlet else {}
        for field in self._carrier.fields:
            is_kept = bool(outlet) and field.secret
            self.fields[_setting(field.key)] = forms.CharField(
                label=str(field.label),
                help_text=_("Left empty, it stays as it is.") if is_kept else str(field.help),
                required=not is_kept,
                max_length=2_000,
                initial=None if field.secret else known.get(field.key),
                validators=[_validator(field.check)],
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def _add_owner(self) -> None:
        rooms = [(str(each.pk), each.name) for each in Department.objects.all()]
        choices = [(MINE, _now("My own notices")), (COMPANY, _now("Everybody’s: the company")), *rooms]
        self.fields["whose"] = forms.ChoiceField(
            label=_("Whose notices it gets"),
            choices=choices,
            help_text=_("Of a department: what its people are told of, once."),
        )

    def _add_kinds(self, outlet: Outlet | None) -> None:
        self.fields["kinds"] = forms.MultipleChoiceField(
            label=_("Kinds of notices"),
            choices=[(kind.key, kind.label) for kind in all_kinds()],
            initial=outlet.kinds if outlet else None,
            required=False,
            widget=forms.CheckboxSelectMultiple(),
            help_text=_(
                "For a room of the company or a department, where “mine” is whatever its people have. "
                "Your own room follows your own choices."
            ),
        )

    def _add_switches(self, outlet: Outlet | None) -> None:
        self.fields["shows_text"] = forms.BooleanField(
            label=_("Also send the beginning of what was said"),
            help_text=_("Otherwise only a notice’s title and its link leave this site."),
            required=False,
            initial=bool(outlet and outlet.shows_text),
        )
        if outlet:
            self.fields["is_on"] = forms.BooleanField(
                label=_("Switched on"), required=False, initial=outlet.is_on
            )


def _name(kind: Kind) -> str:
    return f"way-{kind.key}"


def _setting(key: str) -> str:
    return f"set-{key}"


def _validator(check: Any) -> Any:
    def refuse(text: str) -> None:
        if refusal := check(text):
            raise forms.ValidationError(str(refusal))

    return refuse
