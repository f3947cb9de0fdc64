"""An account is connected: away to the network, and back with a code."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.listening.actions.connecting import begin_connecting, finish_connecting
from oneroof.listening.models import Source


@requires(Permission.MANAGE_SOURCES)
@require_POST
@never_cache
def source_connection(request: HttpRequest, source_id: int) -> HttpResponse:
    """A page with the way there: a form may not lead off the site by itself."""
    source = get_object_or_404(Source, pk=source_id)
    come_back_to = settings.PUBLIC_URL.rstrip("/") + reverse("source_connected")
    try:
        url = begin_connecting(actor_of(request), source.pk, come_back_to)
    except OneroofError as error:
        messages.error(request, str(error))
        return redirect("source", source_id)
    return render(request, "listening/connecting.html", {"source": source, "url": url})


@requires(Permission.MANAGE_SOURCES)
@require_GET
@never_cache
def source_connected(request: HttpRequest) -> HttpResponse:
    """Where the network sends the person back to, with a code or with why there is none."""
    code, state = request.GET.get("code", ""), request.GET.get("state", "")
    if not code:
        messages.error(request, _("The account was not connected: the network gave no leave."))
        return redirect("sources")
    try:
        source = finish_connecting(actor_of(request), state, code)
    except OneroofError as error:
        messages.error(request, str(error))
        return redirect("sources")
    messages.success(request, _("The account is connected."))
    return redirect("source", source.pk)
