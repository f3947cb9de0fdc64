"""The community's terms and rules: read and accepted by members, written by leads."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.actions.rules import accept_rules, publish_rules
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import current_rules, must_accept_rules, safe_next
from oneroof.community.actions.admission import AUDIENCES
from oneroof.community.views.page import reader_of


@open_to_all("whoever may join reads first what is asked of them")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    found = [each for each in map(current_rules, AUDIENCES) if each]
    waiting = {each.pk for each in found if reader and must_accept_rules(reader, each.audience)}
    context = {"texts": found, "waiting": waiting, "next": safe_next(request.GET.get("next", ""))}
    return render(request, "community/house_rules.html", context)


@requires(Permission.TAKE_PART)
@require_POST
def acceptance(request: HttpRequest, audience: str, version: int) -> HttpResponse:
    """On to where one came from, once nothing is left to accept."""
    actor, onward = actor_of(request), safe_next(request.POST.get("next", ""))
    if audience not in AUDIENCES:
        raise Http404
    try:
        accept_rules(actor, version, audience)
    except AccountError as refusal:
        messages.error(request, str(refusal))
    if any(must_accept_rules(actor, each) for each in AUDIENCES):
        return redirect(f"/rules/?next={onward}" if onward else "/rules/")
    messages.success(request, _("Thank you. What you had typed is kept."))
    return redirect(onward or "/")


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def writing(request: HttpRequest) -> HttpResponse:
    """A new version of one of the texts."""
    if request.method == "POST":
        audience = request.POST.get("audience", "")
        if audience not in AUDIENCES:
            raise Http404
        try:
            made = publish_rules(actor_of(request), request.POST.get("text", ""), audience)
        except AccountError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Version %(version)d is in force.") % {"version": made.version})
        return redirect("community:house_rules_writing")
    texts = [(each, current_rules(each)) for each in AUDIENCES]
    return render(request, "community/house_rules_writing.html", {"texts": texts})
