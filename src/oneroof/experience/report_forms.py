"""What a lead says of a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.experience.models import Every, Report
from oneroof.experience.queries.reports import SECTIONS

COLUMNS = ("name", "sections", "every", "is_on")


class ReportForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    sections = forms.MultipleChoiceField(label=_("What stands in it"), widget=forms.CheckboxSelectMultiple)
    every = forms.ChoiceField(label=_("When it leaves"), choices=Every.choices, initial=Every.WEEK)
    recipients = forms.TypedMultipleChoiceField(
        label=_("To whom"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People who may read these figures at the desk."),
    )
    is_on = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, report: Report | None, given: Any = None) -> None:
        told = {name: getattr(report, name) for name in COLUMNS} if report else {}
        if report:
            told["recipients"] = list(report.recipients.values_list("pk", flat=True))
        super().__init__(given, initial=told)
        readers = User.objects.who_may(Permission.KNOW_CUSTOMERS).order_by("name", "email")
        self.fields["sections"].choices = [(key, each.label) for key, each in SECTIONS.items()]  # type: ignore[attr-defined]
        self.fields["recipients"].choices = [(each.pk, str(each)) for each in readers]  # type: ignore[attr-defined]

    def columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in COLUMNS}
