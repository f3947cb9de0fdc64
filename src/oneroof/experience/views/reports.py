"""Reports: set up, read, taken away as PDF, sent."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.experience.actions import reporting
from oneroof.experience.errors import ExperienceError
from oneroof.experience.models import Report
from oneroof.experience.queries import reports as reading
from oneroof.experience.report_forms import ReportForm
from oneroof.experience.report_letters import file_name
from oneroof.experience.rules.spans import last_span

MOST_LETTERS = 60


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    shown = {"rows": reading.reports()[:200], "may_steer": actor_of(request).may(Permission.STEER)}
    return render(request, "experience/reports.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    found = get_object_or_404(Report.objects.prefetch_related("recipients"), pk=report_id)
    sheet = _sheet(request, found)
    shown = {
        "report": found,
        "sheet": sheet,
        "letters": found.letters.select_related("user")[:MOST_LETTERS],
        "may_steer": actor_of(request).may(Permission.STEER),
    }
    return render(request, "experience/report.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def report_pdf(request: HttpRequest, report_id: int) -> HttpResponse:
    from oneroof.experience.report_paper import as_pdf  # what sets it takes long to import

    found = get_object_or_404(Report, pk=report_id)
    sheet = _sheet(request, found)
    try:
        answer = HttpResponse(as_pdf(sheet), content_type="application/pdf")
    except ExperienceError as refusal:
        messages.error(request, str(refusal))
        return redirect("experience:report", report_id)
    answer["Content-Disposition"] = f'attachment; filename="{file_name(sheet)}"'
    return answer


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def report_add(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def report_change(request: HttpRequest, report_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(Report, pk=report_id))


@requires(Permission.STEER)
@require_POST
def sending(request: HttpRequest, report_id: int) -> HttpResponse:
    count = reporting.send_now(actor_of(request), get_object_or_404(Report, pk=report_id).pk)
    words = ngettext(
        "%(count)s letter leaves in a few minutes.", "%(count)s letters leave in a few minutes.", count
    )
    messages.success(request, words % {"count": count} if count else _("Everybody has it already."))
    return redirect("experience:report", report_id)


@requires(Permission.STEER)
@require_POST
def removal(request: HttpRequest, report_id: int) -> HttpResponse:
    reporting.remove_report(actor_of(request), get_object_or_404(Report, pk=report_id).pk)
    return redirect("experience:reports")


def _form(request: HttpRequest, found: Report | None) -> HttpResponse:
    form = ReportForm(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            readers = form.cleaned_data["recipients"]
            saved = reporting.save_report(
                actor_of(request), found.pk if found else None, form.columns(), readers
            )
            return redirect("experience:report", saved.pk)
        except ExperienceError as refusal:
            messages.error(request, str(refusal))
    return render(request, "experience/report_form.html", {"form": form, "report": found})


def _sheet(request: HttpRequest, found: Report) -> reading.Sheet:
    return reading.sheet_of(found, actor_of(request), last_span(found.every, clock.now()))
