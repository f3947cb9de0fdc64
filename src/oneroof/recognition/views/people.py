"""The directory, what is known of a helper, and one's own wishes."""

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.members import member_of
from oneroof.community.models import Member
from oneroof.core.pagination import CursorError
from oneroof.core.shared_pages import shared_for_a_moment
from oneroof.recognition.actions import routing as actions
from oneroof.recognition.forms import WillingnessForm
from oneroof.recognition.models import Award, Willingness
from oneroof.recognition.queries import directory, record, routing
from oneroof.recognition.views.saying import reader_of, saying

KINDS = (
    ("", gettext_lazy("All")),
    ("helper", gettext_lazy("Helpers")),
    ("partner", gettext_lazy("Partners")),
    ("service", gettext_lazy("Service points")),
)


@open_to_all("helpers who asked to be found, partners and service points")
@require_GET
@shared_for_a_moment
def people(request: HttpRequest) -> HttpResponse:
    reader, wanted = reader_of(request), wanted_of(request.GET)
    try:
        page = directory.directory(reader, wanted, after=request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    context = {"page": page, "wanted": wanted, "kinds": KINDS, "languages": directory.languages(reader)}
    return render(request, "recognition/people.html", context)


def wanted_of(asked: Mapping[str, str]) -> directory.Wanted:
    """What an address asks for; a kind that is none asks for all."""
    said = {name: _asked(asked, name) for name in ("kind", "q", "language", "place")}
    kind = said["kind"] if said["kind"] in directory.KINDS else ""
    return directory.Wanted(kind, said["q"], said["language"].lower(), said["place"])


def _asked(asked: Mapping[str, str], name: str) -> str:
    return asked.get(name, "").replace("\0", "").strip()[:60]


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
        "willingness": directory.listed_to(reader).filter(member=member).first(),
    }
    return render(request, "recognition/person.html", context)


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    actor = actor_of(request)
    member = member_of(actor)
    now = Willingness.objects.filter(member=member).first() or Willingness(member=member)
    first = {
        "skills": ", ".join(now.skills),
        "languages": ", ".join(member.languages),
        "place": member.place,
        "about": member.about,
    }
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
