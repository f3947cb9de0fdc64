"""The CRMs with which people are told to and fro: set up, looked at, mended."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.customers.actions import crm_setting_up as acting
from oneroof.customers.actions.crm_setting_up import CrmError
from oneroof.customers.crm import showing
from oneroof.customers.crm.secrets import Secrets
from oneroof.customers.crm_forms import CrmForm
from oneroof.customers.models import CrmSync

GOVERN = Permission.GOVERN_PEOPLE


@requires(GOVERN)
@require_GET
def crms(request: HttpRequest) -> HttpResponse:
    shown = [(each, showing.state_of(each)) for each in showing.all_crms()]
    return render(request, "customers/crms.html", {"crms": shown})


@requires(GOVERN)
@require_http_methods(["GET", "POST"])
def crm_add(request: HttpRequest) -> HttpResponse:
    form = CrmForm(request.POST or None)
    if form.is_valid():
        try:
            sync, secrets = acting.set_up_crm(actor_of(request), form.wanted())
        except CrmError as error:
            form.add_error(None, str(error))
        else:
            return _made(request, sync, secrets)
    return render(request, "customers/crm_form.html", {"form": form})


@requires(GOVERN)
@require_GET
def crm(request: HttpRequest, sync_id: int) -> HttpResponse:
    sync = _found(sync_id)
    context = {
        "crm": sync,
        "state": showing.state_of(sync),
        "inbox": showing.inbox_address(sync),
        "mapping": showing.mapping_of(sync),
        "receipts": showing.receipts_of(sync),
        "dispatches": showing.dispatches_of(sync),
        "is_refused": showing.is_refusal_news(sync),
    }
    return render(request, "customers/crm.html", context)


@requires(GOVERN)
@require_http_methods(["GET", "POST"])
def crm_change(request: HttpRequest, sync_id: int) -> HttpResponse:
    sync = _found(sync_id)
    form = CrmForm(request.POST or None, sync=sync)
    if form.is_valid():
        try:
            acting.change_crm(actor_of(request), sync_id, form.wanted())
        except CrmError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("customers:crm_one", sync_id)
    return render(request, "customers/crm_form.html", {"form": form, "crm": sync})


@requires(GOVERN)
@require_POST
def crm_secrets(request: HttpRequest, sync_id: int) -> HttpResponse:
    sync = _found(sync_id)
    return _made(request, sync, acting.renew_secrets(actor_of(request), sync_id))


@requires(GOVERN)
@require_POST
def crm_again(request: HttpRequest, sync_id: int) -> HttpResponse:
    return _done(request, sync_id, acting.try_again, _("It is tried again within a minute."))


@requires(GOVERN)
@require_POST
def crm_off(request: HttpRequest, sync_id: int) -> HttpResponse:
    return _done(request, sync_id, acting.switch_crm_off, _("Switched off."))


@requires(GOVERN)
@require_POST
def crm_removal(request: HttpRequest, sync_id: int) -> HttpResponse:
    _found(sync_id)
    acting.remove_crm(actor_of(request), sync_id)
    messages.success(request, _("Removed."))
    return redirect("customers:crm")


def _found(sync_id: int) -> CrmSync:
    try:
        return CrmSync.objects.select_related("owner").get(pk=sync_id)
    except CrmSync.DoesNotExist as error:
        raise Http404 from error


def _done(request: HttpRequest, sync_id: int, act: Callable[..., CrmSync], said: str) -> HttpResponse:
    try:
        act(actor_of(request), sync_id)
    except CrmSync.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, said)
    return redirect("customers:crm_one", sync_id)


def _made(request: HttpRequest, sync: CrmSync, secrets: Secrets) -> HttpResponse:
    """The one page that shows the secrets."""
    context = {"crm": sync, "secrets": secrets, "inbox": showing.inbox_address(sync)}
    return render(request, "customers/crm_secrets.html", context)
