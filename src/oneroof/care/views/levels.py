"""Service levels: how long people waited in a period, and which clocks run out now."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.care.models import Priority
from oneroof.care.queries import due
from oneroof.care.queries.levels import levels_of
from oneroof.care.queries.worked import works_between
from oneroof.care.settings_forms import PERIODS, PeriodForm
from oneroof.core import clock


@requires(Permission.READ_CONVERSATIONS)
@require_GET
def levels(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(request.GET)
    start, end = form.span(clock.now())
    works = works_between(start, end)
    measured = levels_of(works)
    by_priority = [(word, measured["by_priority"][name]) for name, word in Priority.choices]
    shown = {
        "form": form,
        "periods": PERIODS,
        "days": form.days,
        "start": start,
        "end": end - timedelta(microseconds=1),
        "all": measured["all"],
        "by_priority": by_priority,
        "by_day": due.by_day(works, start, end),
        "overdue": due.overdue(),
        "due_soon": due.due_soon(),
        "overdue_count": due.overdue_count(),
    }
    return render(request, "care/levels.html", shown)
