"""Internal notes and tags."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.care.actions.notes import add_note, add_tag, remove_tag
from oneroof.care.forms import TagForm, TextForm, valid
from oneroof.care.views.page import done


@requires(Permission.ANSWER)
@require_POST
def note(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        form = valid(TextForm(request.POST))
        add_note(actor_of(request), conversation_id, form.cleaned_data["text"])

    return done(request, conversation_id, act, note_text=request.POST.get("text", ""), says="note")


@requires(Permission.ANSWER)
@require_POST
def tag(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        add_tag(actor_of(request), conversation_id, valid(TagForm(request.POST)).cleaned_data["tag"])

    return done(request, conversation_id, act)


@requires(Permission.ANSWER)
@require_POST
def tag_removal(request: HttpRequest, conversation_id: int) -> HttpResponse:
    def act() -> None:
        remove_tag(actor_of(request), conversation_id, valid(TagForm(request.POST)).cleaned_data["tag"])

    return done(request, conversation_id, act)
