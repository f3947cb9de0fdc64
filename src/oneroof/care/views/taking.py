"""A post is taken to the inbox."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions.taking import take_post
from oneroof.care.errors import CareError
from oneroof.listening.models import PostKey


@requires(Permission.ANSWER)
@require_POST
def taking(request: HttpRequest, post_id: int) -> HttpResponse:
    try:
        conversation = take_post(actor_of(request), post_id)
    except PostKey.DoesNotExist as error:
        raise Http404 from error
    except CareError as error:
        messages.error(request, str(error))
        return redirect("post", post_id)
    messages.success(request, _("It is in the inbox."))
    return redirect("care:conversation", conversation.pk)
