"""What the pages of people ask for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class JoinForm(forms.Form):
    """Who else somebody is, and how one knows."""

    other = forms.IntegerField(
        label=_("Number of the other"),
        min_value=1,
        max_value=2**62,
        help_text=_("It stands in the address of their page."),
    )
    why = forms.CharField(label=_("How do you know?"), max_length=500)
