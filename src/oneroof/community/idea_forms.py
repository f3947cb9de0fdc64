"""What the pages of ideas and announcements ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.community.actions.ideas import ANSWERS
from oneroof.community.models import Audience, Group, News, Status, groups_read_by
from oneroof.community.store import BODY_LENGTH


class _WritingForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 10, "dir": "auto"}),
        help_text=_("Markdown: **bold**, `code`, ``` for blocks of code."),
    )
    product = forms.CharField(label=_("Product"), required=False, max_length=120)
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=320, help_text=_("What it is about; commas between.")
    )
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=Group.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=None,
    )

    def __init__(self, *words: Any, writer: User, **more: Any) -> None:
        super().__init__(*words, **more)
        room = self.fields["group"]
        assert isinstance(room, forms.ModelChoiceField)
        room.queryset = groups_read_by(writer)


class IdeaForm(_WritingForm):
    field_order = ("title", "body", "product", "tags", "group")


class NewsForm(_WritingForm):
    news = forms.ChoiceField(label=_("Kind"), choices=News.choices)
    audience = forms.ChoiceField(
        label=_("Who hears of it by itself"),
        choices=Audience.choices,
        help_text=_("By the ways that each of them chose. Everybody who may read it finds it here."),
    )
    version = forms.CharField(
        label=_("Version"), required=False, max_length=60, help_text=_("Empty: owners of any version.")
    )
    field_order = ("title", "body", "news", "audience", "product", "version", "tags", "group")


class IdeaAnswerForm(forms.Form):
    status = forms.ChoiceField(
        label=_("What becomes of it"), choices=[(each.value, each.label) for each in map(Status, ANSWERS)]
    )
    body = forms.CharField(
        label=_("The company’s word"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        help_text=_("Everybody who wanted it gets this."),
    )
