"""What the pages of articles ask for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.community.actions.articles import About
from oneroof.community.actions.disclaiming import TEXT_LENGTH
from oneroof.community.actions.editing import latest_revision
from oneroof.community.models import Article, Disclaimer, Entry, Group, Sort, groups_read_by
from oneroof.community.store import BODY_LENGTH


class ArticleForm(forms.Form):
    """Words and what they are about; ``why`` and ``based_on`` only where there is something to change."""

    title = forms.CharField(label=_("Title"), max_length=200)
    body = forms.CharField(
        label=_("Text"),
        max_length=BODY_LENGTH,
        widget=forms.Textarea(attrs={"rows": 18, "dir": "auto"}),
        help_text=_("Markdown. Every heading (##) becomes a step with a link of its own."),
    )
    sort = forms.ChoiceField(label=_("Kind"), choices=Sort.choices)
    product = forms.CharField(label=_("Product"), required=False, max_length=120)
    versions = forms.CharField(
        label=_("Versions"),
        required=False,
        max_length=600,
        help_text=_("For which versions it is right; commas between. Empty: for all."),
    )
    tags = forms.CharField(label=_("Tags"), required=False, max_length=320)
    lang = forms.ChoiceField(label=_("Language"), required=False)
    group = forms.ModelChoiceField(
        label=_("Group"),
        queryset=Group.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=None,
    )
    why = forms.CharField(
        label=_("What did you change, and why?"),
        required=False,
        max_length=300,
        help_text=_("Reviewers read it, and the history keeps it."),
    )
    based_on = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *words: Any, writer: User, entry: Entry | None = None, **more: Any) -> None:
        super().__init__(*words, **more)
        language = self.fields["lang"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("As it is written")), *settings.LANGUAGES]
        if entry is None:
            del self.fields["why"], self.fields["based_on"]
            room = self.fields["group"]
            assert isinstance(room, forms.ModelChoiceField)
            room.queryset = groups_read_by(writer)
        else:
            del self.fields["group"]
            known = {code for code, _word in settings.LANGUAGES}
            if entry.lang and entry.lang not in known:
                language.choices = [*language.choices, (entry.lang, entry.lang)]

    def without_what_moderators_say(self) -> "ArticleForm":
        """Whoever proposes a change proposes words."""
        for name in ("sort", "product", "versions", "lang"):
            del self.fields[name]
        return self

    @property
    def about(self) -> About:
        said = self.cleaned_data
        return About(said["product"], said["versions"].split(","), said["sort"], said["lang"])


def as_it_is(entry: Entry, article: Article) -> dict[str, Any]:
    return {
        "title": entry.title,
        "body": entry.body,
        "tags": ", ".join(entry.tags.values_list("name", flat=True)),
        "sort": article.sort,
        "product": entry.product,
        "versions": ", ".join(article.versions),
        "lang": entry.lang or "",
        "based_on": latest_revision(entry),
    }


class DisclaimerForm(forms.Form):
    about = forms.ChoiceField(label=_("On"), choices=Disclaimer.About.choices)
    lang = forms.ChoiceField(label=_("For readers of"), required=False)
    text = forms.CharField(
        label=_("Text"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"})
    )

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        language = self.fields["lang"]
        assert isinstance(language, forms.ChoiceField)
        language.choices = [("", _("Every language that has no text of its own")), *settings.LANGUAGES]
