"""What a lead says of a reason, and what is decided about a complaint."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.insight.models import Complaint, ComplaintState, Reason


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


class ComplaintForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    state = forms.ChoiceField(label=_("How far it is"), choices=ComplaintState.choices)
    owner = forms.ModelChoiceField(User.objects.none(), label=_("Owner"), required=False)
    due_on = forms.DateField(
        label=_("Due on"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    department = forms.ModelChoiceField(Department.objects.all(), label=_("Whose it is"), required=False)
    fix = forms.CharField(
        label=_("What was done"),
        help_text=_("As those who complained may read it. Needed once it is fixed."),
        max_length=1_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = User.objects.who_may(Permission.HEAR)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, complaint: Complaint) -> "ComplaintForm":
        return cls(
            initial={
                "name": complaint.name,
                "state": complaint.state,
                "owner": complaint.owner_id,
                "due_on": complaint.due_on,
                "department": complaint.department_id,
                "fix": complaint.fix,
            }
        )

    def columns(self) -> dict[str, Any]:
        owner, department = self.cleaned_data["owner"], self.cleaned_data["department"]
        return {
            **{name: self.cleaned_data[name] for name in ("name", "state", "due_on", "fix")},
            "owner_id": owner.pk if owner else None,
            "department_id": department.pk if department else None,
        }


class ProductForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    words = forms.CharField(
        label=_("Other names for it"),
        max_length=1_000,
        required=False,
        help_text=_("With commas between them."),
    )

    def columns(self) -> dict[str, Any]:
        words = [" ".join(word.split()) for word in self.cleaned_data["words"].split(",")]
        return {"name": self.cleaned_data["name"], "words": words}
