"""Settings: texts that stand on every page of a kind of content by themselves."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.disclaiming import remove_disclaimer, write_disclaimer
from oneroof.community.article_forms import DisclaimerForm
from oneroof.community.errors import CommunityError
from oneroof.community.models import Disclaimer
from oneroof.community.queries.disclaimers import all_disclaimers


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def disclaimers(request: HttpRequest) -> HttpResponse:
    form, status = DisclaimerForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                write_disclaimer(actor_of(request), **form.cleaned_data)
            except CommunityError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("It stands on those pages from now on."))
                return redirect("community:disclaimers")
    context = {"form": form, "disclaimers": all_disclaimers()}
    return render(request, "community/disclaimers.html", context, status=status)


@requires(Permission.STEER)
@require_POST
def disclaimer_removal(request: HttpRequest, disclaimer_id: int) -> HttpResponse:
    try:
        remove_disclaimer(actor_of(request), disclaimer_id)
    except Disclaimer.DoesNotExist as error:
        raise Http404 from error
    return redirect("community:disclaimers")
