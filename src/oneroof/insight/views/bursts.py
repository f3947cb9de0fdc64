"""Bursts: what there is far more of than usual."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import requires
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError
from oneroof.insight.models import BurstProfile
from oneroof.insight.queries import bursts as asking


@requires(Permission.HEAR)
@require_GET
def bursts(request: HttpRequest) -> HttpResponse:
    try:
        page = asking.bursts(request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "insight/bursts.html", {"page": page, "is_learnt": BurstProfile.objects.exists()})
