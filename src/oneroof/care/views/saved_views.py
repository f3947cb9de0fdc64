"""Lists with their filters, kept under a name."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions.saved import delete_view, save_view
from oneroof.care.errors import CareError
from oneroof.care.forms import SavedViewForm, valid
from oneroof.care.models import SavedView
from oneroof.care.queries.inbox import Filters
from oneroof.care.views.page import list_query, view_name


@requires(Permission.READ_CONVERSATIONS)
@require_POST
def saved_view(request: HttpRequest) -> HttpResponse:
    """The list that the address names, under the name that was typed."""
    name = view_name(request)
    try:
        form = valid(SavedViewForm({"name": request.POST.get("name", ""), "view": name}))
        filters = Filters.of(request.GET.dict()).as_dict()
        saved = save_view(actor_of(request), form.cleaned_data["name"], name, filters)
        messages.success(request, _("“%(name)s” is kept.") % {"name": saved.name})
    except CareError as refusal:
        messages.error(request, str(refusal))
    return redirect(reverse("care:inbox") + list_query(request))


@requires(Permission.READ_CONVERSATIONS)
@require_POST
def saved_view_removal(request: HttpRequest, view_id: int) -> HttpResponse:
    try:
        delete_view(actor_of(request), view_id)
    except SavedView.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("The saved view is gone."))
    return redirect("care:inbox")
