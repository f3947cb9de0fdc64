"""Hand a conversation on, to a person or to a department."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.handing import hand_to_department, hand_to_person
from oneroof.care.errors import CareError
from oneroof.care.forms import HandOffForm, valid
from oneroof.care.views.page import done

HANDS = {"person": hand_to_person, "department": hand_to_department}


@requires(Permission.ANSWER)
@require_POST
def handoff(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        form = valid(HandOffForm(request.POST))
        kind, number = form.receiver
        try:
            HANDS[kind](actor_of(request), conversation_id, number, form.cleaned_data["note"])
        except (User.DoesNotExist, Department.DoesNotExist) as error:
            raise CareError(_("Whom you chose is not there any more.")) from error

    return done(request, conversation_id, act, _("Handed on."), hand_note=request.POST.get("note", ""))
