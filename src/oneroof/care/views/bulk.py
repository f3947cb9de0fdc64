"""The same to many conversations that were ticked in the list."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.bulk import BulkResult, do_to_many
from oneroof.care.errors import CareError
from oneroof.care.forms import ChosenForm, ClosureForm, HandOffForm, SnoozeForm, TagForm, valid
from oneroof.care.views.page import JUST_CLOSED, list_query

REASONS_SHOWN = 3

type Words = tuple[str, dict[str, Any]]


def _claim(_post: Mapping[str, Any]) -> Words:
    return "claim", {}


def _tag(post: Mapping[str, Any]) -> Words:
    return "tag", {"name": valid(TagForm(post)).cleaned_data["tag"]}


def _snooze(post: Mapping[str, Any]) -> Words:
    return "snooze", {"until": valid(SnoozeForm(post)).moment}


def _close(post: Mapping[str, Any]) -> Words:
    return "close", {"outcome": valid(ClosureForm(post)).cleaned_data["outcome"], "sure": False}


def _undo_closing(_post: Mapping[str, Any]) -> Words:
    return "undo_closing", {}


def _hand_on(post: Mapping[str, Any]) -> Words:
    form = valid(HandOffForm(post))
    kind, number = form.receiver
    key = "user_id" if kind == "person" else "department_id"
    return f"hand_to_{kind}", {key: number, "note": form.cleaned_data["note"]}


VERBS: Mapping[str, Callable[[Mapping[str, Any]], Words]] = {
    "claim": _claim,
    "tag": _tag,
    "snooze": _snooze,
    "close": _close,
    "undo-closing": _undo_closing,
    "hand-on": _hand_on,
}


@requires(Permission.ANSWER)
@require_POST
def bulk(request: HttpRequest, verb: str) -> HttpResponse:
    """Each as if it were done alone; what was refused is said with its reason."""
    if verb not in VERBS:
        raise Http404
    try:
        chosen = valid(ChosenForm(request.POST))
        action, words = VERBS[verb](request.POST)
        result = do_to_many(actor_of(request), action, chosen.ids, **words)
        _tell(request, result)
        if action == "close":
            request.session[JUST_CLOSED] = result.done
    except CareError as refusal:
        messages.error(request, str(refusal))
    except (User.DoesNotExist, Department.DoesNotExist):
        messages.error(request, _("Whom you chose is not there any more."))
    return redirect(reverse("care:inbox") + list_query(request))


def _tell(request: HttpRequest, result: BulkResult) -> None:
    if result.done:
        count = len(result.done)
        text = ngettext("Done with %(count)d conversation.", "Done with %(count)d conversations.", count)
        messages.success(request, text % {"count": count})
    if result.refused:
        count = len(result.refused)
        text = ngettext("%(count)d was refused: %(why)s", "%(count)d were refused: %(why)s", count)
        reasons = list(dict.fromkeys(result.refused.values()))[:REASONS_SHOWN]
        messages.error(request, text % {"count": count, "why": " ".join(reasons)})
