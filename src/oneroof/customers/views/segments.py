"""People by what is known of them: asked for, saved, carried out."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.customers.actions.segmenting import (
    SegmentError,
    export_segment,
    remove_segment,
    save_segment,
)
from oneroof.customers.forms import SegmentForm
from oneroof.customers.models import Segment
from oneroof.customers.segments import people_who, segment_page


@requires(Permission.KNOW_CUSTOMERS)
@require_GET
def segments(request: HttpRequest) -> HttpResponse:
    form = SegmentForm(request.GET)
    asked = form.asked()
    try:
        page = segment_page(asked, request.GET.get("after")) if asked else None
    except CursorError as error:
        raise Http404 from error
    saved = [
        (each, f"{reverse('customers:segments')}?{urlencode(each.asked)}") for each in Segment.objects.all()
    ]
    context = {
        "form": form,
        "page": page,
        "asked": asked,
        "count": people_who(asked).count() if asked else 0,
        "saved": saved,
        "may_export": actor_of(request).may(Permission.EXPORT),
    }
    return render(request, "customers/segments.html", context)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def segment_save(request: HttpRequest) -> HttpResponse:
    asked = SegmentForm(request.POST).asked()
    try:
        save_segment(actor_of(request), request.POST.get("name", ""), asked)
    except SegmentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return _to(asked)


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def segment_removal(request: HttpRequest, segment_id: int) -> HttpResponse:
    try:
        remove_segment(actor_of(request), segment_id)
    except Segment.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Removed."))
    return _to({})


@requires(Permission.EXPORT)
@require_POST
def segment_export(request: HttpRequest) -> HttpResponseBase:
    """That it was taken is an entry, so this is no GET."""
    asked = SegmentForm(request.POST).asked()
    if not asked:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    lines = export_segment(actor_of(request), asked)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _to(asked: Mapping[str, str]) -> HttpResponse:
    return redirect(f"{reverse('customers:segments')}?{urlencode(asked)}")
