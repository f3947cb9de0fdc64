"""What is asked of whoever makes or keeps a group."""

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.community.models import Group, Visibility, groups_known_to


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    about = forms.CharField(
        label=_("What it is for"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Whoever may know of the group reads this, before they belong."),
    )
    visibility = forms.ChoiceField(
        label=_("Who sees it"), choices=Visibility, widget=forms.RadioSelect, initial=Visibility.PUBLIC
    )
    language = forms.CharField(
        label=_("Language"), required=False, max_length=12, help_text=_("Such as: en. Empty: any.")
    )
    is_heard = forms.BooleanField(
        label=_("What is written here reaches the inbox, though the group is private"),
        required=False,
        help_text=_("Everybody who works at the desk reads it there."),
    )
    holds_first = forms.BooleanField(
        label=_("The first words of a new account wait for a moderator"), required=False
    )


class ClaimRuleForm(forms.Form):
    claim = forms.CharField(
        label=_("Sign-on claim"), max_length=120, help_text=_("Its name, such as: groups")
    )
    value = forms.CharField(label=_("Value"), max_length=200)
    group = forms.ModelChoiceField(
        label=_("Group"), queryset=Group.objects.none(), empty_label=None, to_field_name="slug"
    )

    def __init__(self, *words: object, reader: object, **more: object) -> None:
        super().__init__(*words, **more)  # type: ignore[arg-type]
        room = self.fields["group"]
        assert isinstance(room, forms.ModelChoiceField)
        room.queryset = groups_known_to(reader).exclude(visibility=Visibility.PUBLIC)  # type: ignore[arg-type]


class OldAddressForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address of your old account"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
