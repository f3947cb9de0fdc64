"""Who may be one: a list to go through."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.customers.actions.linking import LinkError, accept_link, refuse_link
from oneroof.customers.candidates import candidates_page, waiting
from oneroof.customers.models import Link


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def candidates(request: HttpRequest) -> HttpResponse:
    try:
        page = candidates_page(request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "customers/candidates.html", {"page": page, "waiting": waiting()})


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def decision(request: HttpRequest, link_id: int) -> HttpResponse:
    """``answer`` is ``one`` or ``two``; the list goes on with the next."""
    decide = {"one": accept_link, "two": refuse_link}.get(request.POST.get("answer", ""))
    if decide is None:
        raise Http404
    try:
        decide(actor_of(request), link_id)
    except Link.DoesNotExist as error:
        raise Http404 from error
    except LinkError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved. It can be undone on their page."))
    return redirect("customers:candidates")
