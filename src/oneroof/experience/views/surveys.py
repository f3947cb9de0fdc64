"""Surveys at the desk: set up, asked by hand, linked in a reply."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.customers.models import Person
from oneroof.experience.actions import asking
from oneroof.experience.errors import ExperienceError
from oneroof.experience.forms import RestForm, SurveyForm
from oneroof.experience.letters import link_of
from oneroof.experience.models import Survey
from oneroof.experience.queries.asking import response_rate, rest_days, surveys


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def survey_list(request: HttpRequest) -> HttpResponse:
    shown = {
        "rows": [(each, response_rate(each)) for each in surveys()],
        "rest": RestForm(initial={"rest_days": rest_days()}),
        "may_steer": actor_of(request).may(Permission.STEER),
    }
    return render(request, "experience/surveys.html", shown)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def survey_add(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def survey_change(request: HttpRequest, survey_id: int) -> HttpResponse:
    return _form(request, get_object_or_404(Survey, pk=survey_id))


@requires(Permission.STEER)
@require_POST
def rest(request: HttpRequest) -> HttpResponse:
    form = RestForm(request.POST)
    if form.is_valid():
        asking.set_rest_days(actor_of(request), form.cleaned_data["rest_days"])
    else:
        messages.error(request, _("Give a number of days."))
    return redirect("experience:surveys")


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    person_id = get_object_or_404(Person, pk=_number(request, "person")).pk
    try:
        asking.ask_by_hand(actor_of(request), _number(request, "survey"), person_id)
        messages.success(request, _("They are asked by mail within a minute."))
    except ExperienceError as refusal:
        messages.error(request, str(refusal))
    except Survey.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("customers:person", person_id)


@requires(Permission.ANSWER)
@require_POST
def link(request: HttpRequest) -> HttpResponse:
    """The link, to be copied into a reply."""
    conversation = get_object_or_404(Conversation, pk=_number(request, "conversation"))
    try:
        invitation = asking.link_for(actor_of(request), _number(request, "survey"), conversation.pk)
    except Survey.DoesNotExist as missing:
        raise Http404 from missing
    shown = {"link": link_of(invitation), "conversation": conversation, "survey": invitation.survey}
    return render(request, "experience/link.html", shown)


def _form(request: HttpRequest, survey: Survey | None) -> HttpResponse:
    form = SurveyForm(request.POST) if request.method == "POST" else SurveyForm.of(survey)
    if request.method == "POST" and form.is_valid():
        asking.save_survey(actor_of(request), survey.pk if survey else None, form.columns())
        return redirect("experience:surveys")
    return render(request, "experience/survey_form.html", {"form": form, "survey": survey})


def _number(request: HttpRequest, field: str) -> int:
    """As it is written, or at the end of a pasted address; 0 for anything else."""
    asked = request.POST.get(field, "").strip().rstrip("/").rpartition("/")[2]
    return int(asked) if asked.isdecimal() and len(asked) < 19 else 0
