"""How long what is kept of people stays, with what would go."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.customers.actions.retaining import RetentionError, retention, set_retention, would_go
from oneroof.customers.forms import RetentionForm
from oneroof.customers.retention import kept


@requires(Permission.GOVERN_PEOPLE)
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """``?kind=…&days=…`` tells what would go by days that nobody set yet."""
    kind, days = kept(request.GET.get("kind", "")), RetentionForm(request.GET)
    tried = None
    if kind and days.is_valid() and days.cleaned_data["days"]:
        number = days.cleaned_data["days"]
        tried = {"kind": kind, "days": number, "due": would_go(kind, number)}
    rows = [
        (
            due,
            RetentionForm(
                initial={"days": due.rule.days if due.rule else None}, auto_id=f"{due.kind.key}_%s"
            ),
        )
        for due in retention()
    ]
    return render(request, "customers/retention.html", {"rows": rows, "tried": tried})


@requires(Permission.GOVERN_PEOPLE)
@require_POST
def rule(request: HttpRequest, kind: str) -> HttpResponse:
    if kept(kind) is None:
        raise Http404
    form = RetentionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a number of days, or none."))
        return redirect("customers:retention")
    try:
        set_retention(actor_of(request), kind, form.cleaned_data["days"])
    except RetentionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. It is carried out in the night."))
    return redirect("customers:retention")
