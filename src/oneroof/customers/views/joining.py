"""Who is whom, said on a person's page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.customers.actions.linking import LinkError, accept_link, join_people, refuse_link, undo_link
from oneroof.customers.forms import JoinForm
from oneroof.customers.models import Link, Person


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def joining(request: HttpRequest, person_id: int) -> HttpResponse:
    form = JoinForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the other’s number, and how you know."))
        return redirect("customers:person", person_id)
    try:
        join_people(actor_of(request), person_id, form.cleaned_data["other"], form.cleaned_data["why"])
        messages.success(request, _("Joined."))
    except Person.DoesNotExist:
        messages.error(request, _("There is nobody with this number."))
    except LinkError as error:
        messages.error(request, str(error))
    return redirect("customers:person", person_id)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def acceptance(request: HttpRequest, link_id: int) -> HttpResponse:
    return _decided(request, link_id, accept_link)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def refusal(request: HttpRequest, link_id: int) -> HttpResponse:
    return _decided(request, link_id, refuse_link)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def undoing(request: HttpRequest, link_id: int) -> HttpResponse:
    return _decided(request, link_id, undo_link)


def _decided(request: HttpRequest, link_id: int, decide: Callable[[User, int], Link]) -> HttpResponse:
    try:
        link = decide(actor_of(request), link_id)
    except Link.DoesNotExist as error:
        raise Http404 from error
    except LinkError as error:
        messages.error(request, str(error))
        link = Link.objects.get(pk=link_id)
    else:
        messages.success(request, _("Saved."))
    return redirect("customers:person", link.one_id)
