"""What the community knows, beside the composer; an article that is wrong is flagged from what shows it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions.making_articles import article_of_conversation
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation
from oneroof.care.queries.conversation import conversation as read
from oneroof.care.queries.conversation import place_of
from oneroof.care.queries.suggesting import suggestions
from oneroof.community.actions.freshness import flag_article
from oneroof.community.errors import CommunityError


@requires(Permission.ANSWER)
@require_GET
def suggested(request: HttpRequest, conversation_id: int) -> HttpResponse:
    found = _read(conversation_id)
    length = place_of(found.source).length_at(found.source.settings)
    context = {
        "conversation": found,
        "suggestions": suggestions(found, limit=length.limit if length else None),
    }
    return render(request, "care/parts/suggested.html", context)


@requires(Permission.MODERATE)
@require_POST
def article(request: HttpRequest, conversation_id: int) -> HttpResponse:
    """A draft of what was asked and answered here, open to be looked through."""
    found = _read(conversation_id)
    try:
        made = article_of_conversation(actor_of(request), found.pk)
    except (CareError, CommunityError) as refusal:
        messages.error(request, str(refusal))
        return redirect("care:conversation", found.pk)
    return redirect("community:article_change", made.pk)


@requires(Permission.READ_CONVERSATIONS)
@require_POST
def flagging(request: HttpRequest, conversation_id: int, article_id: int) -> HttpResponse:
    """The conversation is the evidence."""
    found = _read(conversation_id)
    path = reverse("care:conversation", args=[found.pk])
    try:
        flag_article(actor_of(request), article_id, request.POST.get("words", ""), path=path)
    except ObjectDoesNotExist as error:
        raise Http404 from error
    except CommunityError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Its owner hears of it."))
    return redirect(path)


def _read(conversation_id: int) -> Conversation:
    try:
        return read(conversation_id)
    except Conversation.DoesNotExist as error:
        raise Http404 from error
