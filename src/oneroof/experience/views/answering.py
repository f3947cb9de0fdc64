"""The page behind a survey's link: it reads and works without a script."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from oneroof.accounts.access import open_to_all
from oneroof.customers.models import Way
from oneroof.experience.actions.answering import answer_survey
from oneroof.experience.actions.asking import refuse
from oneroof.experience.errors import ExperienceError
from oneroof.experience.forms import AnswerForm
from oneroof.experience.letters import invitation_of
from oneroof.experience.models import Invitation
from oneroof.experience.rules.surveys import RANGES


@open_to_all("whoever holds a survey's signed link may answer it")
@never_cache
@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """A GET only shows: mail programs and virus scanners look at links."""
    invitation = _invitation(token)
    wrong, origin = "", request.POST.get("origin", "")
    if request.method == "POST":
        form = AnswerForm(request.POST)
        try:
            score = form.cleaned_data["score"] if form.is_valid() else -1
            answer_survey(invitation.pk, score, request.POST.get("comment", ""), origin)
            return redirect("experience:survey_done", token)
        except ExperienceError as refusal:
            wrong = str(refusal)
    shown = {
        "invitation": invitation,
        "token": token,
        "scores": RANGES[invitation.survey.kind],
        "chosen": request.POST.get("score") or request.GET.get("score", ""),
        "comment": request.POST.get("comment", ""),
        "ways": Way.choices if invitation.survey.asks_origin else (),
        "origin": origin,
        "wrong": wrong,
    }
    return render(request, "experience/survey.html", shown, status=422 if wrong else 200)


@open_to_all("whoever holds a survey's signed link may see that it was answered")
@require_http_methods(["GET"])
def survey_done(request: HttpRequest, token: str) -> HttpResponse:
    return render(request, "experience/survey_done.html", {"invitation": _invitation(token), "token": token})


@open_to_all("whoever holds a survey's signed link may end the letters; mail programs do so on their own")
@csrf_exempt
@require_http_methods(["GET", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks; a POST does it (RFC 8058)."""
    invitation = _invitation(token)
    if request.method == "POST":
        refuse(invitation)
    return render(request, "experience/stop.html", {"token": token, "done": request.method == "POST"})


def _invitation(token: str) -> Invitation:
    invitation = invitation_of(token)
    if invitation is None:
        raise Http404
    return invitation
