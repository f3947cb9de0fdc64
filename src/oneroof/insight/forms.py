"""What a lead says of a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department
from oneroof.insight.models import Reason


class ReasonForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(Reason.objects.none(), label=_("Below"), required=False)
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Whose it is"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = Reason.objects.live()  # type: ignore[attr-defined]

    @classmethod
    def of(cls, reason: Reason | None) -> "ReasonForm":
        if reason is None:
            return cls()
        return cls(
            initial={"name": reason.name, "parent": reason.parent_id, "department": reason.department_id}
        )

    def columns(self) -> dict[str, Any]:
        parent, department = self.cleaned_data["parent"], self.cleaned_data["department"]
        return {
            "name": self.cleaned_data["name"],
            "parent_id": parent.pk if parent else None,
            "department_id": department.pk if department else None,
        }
