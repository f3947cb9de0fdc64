"""How somebody likes to be reached, noted on their page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.customers import queries
from oneroof.customers.actions.reaching import choose_reach
from oneroof.customers.forms import ReachForm
from oneroof.customers.models import Person
from oneroof.customers.reach import Reached


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def reach(request: HttpRequest, person_id: int) -> HttpResponse:
    try:
        shown = queries.person(person_id)
    except Person.DoesNotExist as error:
        raise Http404 from error
    form = ReachForm(request.POST, _networks(shown))
    if form.is_valid():
        choose_reach(actor_of(request), shown.pk, form.cleaned_data["channel"], form.cleaned_data["language"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Choose one of the channels and languages."))
    return redirect("customers:person", shown.pk)


def reach_form(shown: Person, now: Reached) -> ReachForm:
    """Filled with what was chosen; with no wish where nothing was."""
    chosen = {"channel": now.channel, "language": now.language} if now.chosen_by else {}
    return ReachForm(None, _networks(shown), initial=chosen)


def _networks(shown: Person) -> dict[str, None]:
    return dict.fromkeys(each.network for each in shown.identities.all())
