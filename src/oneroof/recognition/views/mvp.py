"""Rounds of awards: chosen at the desk, honoured in public."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.recognition.actions import mvp as actions
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.forms import RoundForm
from oneroof.recognition.letters import letter as letter_of
from oneroof.recognition.models import Award, Round
from oneroof.recognition.queries.mvp import candidates, current_awards
from oneroof.recognition.views.saying import number, saying


@open_to_all("the awards of the year are told to everybody")
@require_GET
def honoured(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/mvp.html", {"awards": current_awards()})


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    form = RoundForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            opened = actions.open_round(actor_of(request), **form.cleaned_data)
        except RecognitionError as error:
            form.add_error(None, str(error))
        else:
            return redirect("recognition:round", opened.pk)
    return render(request, "recognition/rounds.html", {"form": form, "rounds": Round.objects.all()})


@requires(Permission.STEER)
@require_GET
def one_round(request: HttpRequest, round_id: int) -> HttpResponse:
    found = get_object_or_404(Round, pk=round_id)
    awards = found.awards.select_related("member").order_by("member__name", "pk")
    people = [] if found.announced_at else candidates(found)
    return render(request, "recognition/round.html", {"round": found, "awards": awards, "candidates": people})


@requires(Permission.STEER)
@require_POST
def choice(request: HttpRequest, round_id: int) -> HttpResponse:
    member, citation = number(request.POST.get("member", "")), request.POST.get("citation", "")
    with saying(request, _("Chosen.")):
        actions.choose_mvp(actor_of(request), round_id, member, citation=citation)
    return redirect("recognition:round", round_id)


@requires(Permission.STEER)
@require_POST
def choice_removal(request: HttpRequest, award_id: int) -> HttpResponse:
    award = get_object_or_404(Award, pk=award_id)
    with saying(request, _("Taken back.")):
        actions.unchoose_mvp(actor_of(request), award_id)
    return redirect("recognition:round", award.round_id)


@requires(Permission.STEER)
@require_POST
def announcement(request: HttpRequest, round_id: int) -> HttpResponse:
    with saying(request, _("Announced: everybody chosen was told.")):
        actions.announce_round(actor_of(request), round_id)
    return redirect("recognition:round", round_id)


@requires(Permission.OWN_ACCOUNT)
@require_GET
def letter(request: HttpRequest, award_id: int) -> HttpResponse:
    """For whoever it honours, and for leads."""
    actor = actor_of(request)
    award = get_object_or_404(Award.objects.select_related("round", "member"), pk=award_id)
    if not (award.member.user_id == actor.pk or actor.may(Permission.STEER)):
        raise Http404
    try:
        content = letter_of(award)
    except RecognitionError as error:
        return HttpResponse(str(error), status=409, content_type="text/plain; charset=utf-8")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="mvp-{award.pk}.pdf"'
    return answer
