"""What the community's pages ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.community.models import Group, groups_read_by
from oneroof.community.store import BODY_LENGTH

COMPOSED = {"rows": 12, "data-composer": ""}


class AskForm(forms.Form):
    """The question in one line first: what is known already shows below it."""

    title = forms.CharField(label=_("Your question in one line"), max_length=200)
    body = forms.CharField(
        label=_("What happens, and what have you tried?"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10, "data-composer": ""}),
        help_text=_("Markdown: **bold**, `code`, ``` for blocks of code."),
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=320, help_text=_("What it is about; commas between.")
    )
    product = forms.CharField(label=_("Product"), required=False, max_length=120)
    version = forms.CharField(label=_("Version"), required=False, max_length=60)
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=Group.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=None,
    )

    def __init__(self, *words: Any, asker: User, **more: Any) -> None:
        super().__init__(*words, **more)
        room = self.fields["group"]
        assert isinstance(room, forms.ModelChoiceField)
        room.queryset = groups_read_by(asker)


class EditForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(label=_("Text"), max_length=BODY_LENGTH, widget=forms.Textarea(attrs=COMPOSED))
    tags = forms.CharField(label=_("Tags"), required=False, max_length=320)
    why = forms.CharField(
        label=_("Why"), required=False, max_length=300, help_text=_("Others read it in the history.")
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *words: Any, has_title: bool, **more: Any) -> None:
        super().__init__(*words, **more)
        if not has_title:
            del self.fields["title"], self.fields["tags"]
