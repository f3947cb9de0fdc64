"""What somebody said we may do, noted on their page."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.customers.actions.consenting import ConsentError, note_consent
from oneroof.customers.forms import ConsentForm
from oneroof.customers.models import Person


@requires(Permission.KNOW_CUSTOMERS)
@require_POST
def consent(request: HttpRequest, person_id: int) -> HttpResponse:
    form = ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say what for, yes or no, and how you know."))
        return redirect("customers:person", person_id)
    told = form.cleaned_data
    try:
        note_consent(
            actor_of(request),
            person_id,
            told["purpose"],
            is_given=told["answer"] == "yes",
            source=told["source"],
            at=form.moment(),
        )
    except Person.DoesNotExist as error:
        raise Http404 from error
    except ConsentError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("customers:person", person_id)
