"""The directory, what is known of a helper, and one's own wishes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.models import Member
from oneroof.core.pagination import CursorError
from oneroof.recognition.actions import routing as actions
from oneroof.recognition.forms import WillingnessForm
from oneroof.recognition.models import Award, Willingness
from oneroof.recognition.queries import directory, record, routing
from oneroof.recognition.views.saying import reader_of, saying


@open_to_all("helpers who asked to be found, partners and service points")
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "language", "place")}
    wanted = directory.Wanted(asked["q"], asked["language"].lower(), asked["place"])
    show = "listings" if request.GET.get("show") == "listings" else "helpers"
    read = directory.listings if show == "listings" else directory.helpers
    try:
        page = read(wanted, after=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "recognition/people.html", {"page": page, "show": show, "asked": asked})


@open_to_all("what somebody did for others in public")
@require_GET
def person(request: HttpRequest, member_id: int) -> HttpResponse:
    member, reader = get_object_or_404(Member, pk=member_id), reader_of(request)
    context = {
        "member": member,
        "topics": record.topics_of(member, reader),
        "badges": record.badges_of(member),
        "solved": record.solved_by(member, reader),
        "awards": Award.objects.current().filter(member=member).select_related("round"),
        "willingness": Willingness.objects.filter(member=member, is_listed=True).first(),
    }
    return render(request, "recognition/person.html", context)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    member = member_of(actor)
    now = Willingness.objects.filter(member=member).first() or Willingness(member=member)
    first = {"skills": ", ".join(now.skills)}
    form = WillingnessForm(request.POST if request.method == "POST" else None, initial=first, instance=now)
    if form.is_valid():
        with saying(request, _("Saved.")):
            actions.say_what_i_want(actor, **form.columns())
        return redirect("recognition:me")
    context = {
        "form": form,
        "member": member,
        "asks": routing.asked_of(member, actor),
        "could_answer": routing.answerable_by(member, actor),
    }
    return render(request, "recognition/me.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def passing(request: HttpRequest, ask_id: int) -> HttpResponse:
    with saying(request, _("Somebody else may answer it.")):
        actions.pass_on(actor_of(request), ask_id)
    return redirect("recognition:me")
