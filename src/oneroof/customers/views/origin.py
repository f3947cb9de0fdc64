"""How people came: a page of figures, links to pass on, and the door that they lead through."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import LIMIT, CursorError, decode_pk, page_of
from oneroof.customers.actions.origin import OriginError, follow_code, make_code, note_touch, switch_code
from oneroof.customers.forms import CodeForm, TouchForm
from oneroof.customers.models import Person, ReferralCode
from oneroof.customers.origin import by_way, funnel


@open_to_all(
    "Whoever was given a link follows it; nothing but a count is kept, and it leads to this site alone."
)
@require_safe
@never_cache
def follow(request: HttpRequest, code: str) -> HttpResponse:
    visitor = f"{request.META.get('REMOTE_ADDR', '')}|{request.META.get('HTTP_USER_AGENT', '')}"
    try:
        return redirect(follow_code(code, visitor))
    except ReferralCode.DoesNotExist as error:
        raise Http404 from error


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def origin(request: HttpRequest) -> HttpResponse:
    codes = ReferralCode.objects.select_related("owner")
    try:
        if after := request.GET.get("after"):
            codes = codes.filter(pk__lt=decode_pk(after))
    except CursorError as error:
        raise Http404 from error
    page = page_of(list(codes[: LIMIT + 1]), LIMIT, lambda code: (code.pk,))
    form = CodeForm(initial={"owner": request.GET.get("owner", "")[:20]})
    context = {"ways": by_way(), "codes": funnel(page.rows), "page": page, "form": form}
    return render(request, "customers/origin.html", context)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def code_add(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give a page of this site, and a code or none."))
        return redirect("customers:origin")
    told = form.cleaned_data
    try:
        make_code(
            actor_of(request),
            code=told["code"],
            label=told["label"],
            target=told["target"],
            owner_id=told["owner"],
        )
    except Person.DoesNotExist:
        messages.error(request, _("There is nobody with this number."))
    except OriginError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Made."))
    return redirect("customers:origin")


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def code_switch(request: HttpRequest, code_id: int) -> HttpResponse:
    try:
        switch_code(actor_of(request), code_id, is_on=request.POST.get("on") == "1")
    except ReferralCode.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Saved."))
    return redirect("customers:origin")


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def touch(request: HttpRequest, person_id: int) -> HttpResponse:
    form = TouchForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what brought them."))
        return redirect("customers:person", person_id)
    told = form.cleaned_data
    try:
        note_touch(
            actor_of(request),
            person_id,
            told["way"],
            code=told["code"],
            source=told["source"],
            at=form.moment(),
        )
    except Person.DoesNotExist as error:
        raise Http404 from error
    except OriginError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("customers:person", person_id)
