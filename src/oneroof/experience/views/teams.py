"""What customers got from each team and person, and whom they helped besides."""

from datetime import timedelta

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.community.models import Entry
from oneroof.core import clock
from oneroof.experience.models import SurveyAnswer, Target
from oneroof.experience.queries import teams as counting
from oneroof.experience.queries.targets import checked, targets_seen_by

SPANS = (30, 90, 365)
MOST_ROWS = 200
MOST_TARGETS = 20


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    days = _days(request)
    shown = {"rows": counting.teams(_span(days)), "days": days, "spans": SPANS}
    return render(request, "experience/teams.html", shown)


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def team(request: HttpRequest, department_id: int) -> HttpResponse:
    department = get_object_or_404(Department, pk=department_id)
    days = _days(request)
    told = next(each for found, each in counting.teams(_span(days)) if found == department)
    people = User.objects.filter(departments=department, is_active=True).order_by("name", "email")
    is_lead = actor_of(request).may(Permission.STEER)
    targets = targets_seen_by(actor_of(request)).filter(department=department)
    return _page(request, str(department), told, days, targets, people if is_lead else [])


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def person(request: HttpRequest, user_id: int) -> HttpResponse:
    """One's own; a lead's, of anybody."""
    actor = actor_of(request)
    if user_id != actor.pk and not actor.may(Permission.STEER):
        raise Http404
    user, days = get_object_or_404(User, pk=user_id), _days(request)
    targets = targets_seen_by(actor).filter(user=user)
    return _page(request, str(user), counting.person(user, _span(days)), days, targets, [])


def _page(
    request: HttpRequest,
    name: str,
    told: counting.Outcomes,
    days: int,
    targets: QuerySet[Target],
    people: object,
) -> HttpResponse:
    ids = {each.conversation_id for each in (*told.given, *told.received)} | set(told.ended)
    known = Conversation.objects.select_related("department").in_bulk(sorted(ids, reverse=True)[:2_000])
    names = {
        each.pk: str(each) for each in User.objects.filter(pk__in={each.user_id for each in told.received})
    }
    shown = {
        "name": name,
        "told": told,
        "given": [
            (known[each.conversation_id], each) for each in told.given if each.conversation_id in known
        ],
        "received": [
            (known[each.conversation_id], each, names.get(each.user_id, ""))
            for each in told.received
            if each.conversation_id in known
        ][:MOST_ROWS],
        "ended": [known[pk] for pk in told.ended if pk in known][:MOST_ROWS],
        "answers": SurveyAnswer.objects.filter(pk__in=told.answers).order_by("-answered_at")[:MOST_ROWS],
        "accepted": Entry.objects.visible_to(actor_of(request))
        .filter(pk__in=told.accepted)
        .select_related("root")
        .order_by("-accepted_at")[:MOST_ROWS],
        "targets": checked(targets[:MOST_TARGETS]),
        "people": people,
        "days": days,
        "spans": SPANS,
    }
    return render(request, "experience/team.html", shown)


def _days(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked.isdecimal() and int(asked) in SPANS else 90


def _span(days: int) -> counting.Span:
    now = clock.now()
    return now - timedelta(days=days), now + timedelta(seconds=1)
