"""A page in the reader's language, corrections of it, and which machine translates."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.translating import (
    choose_service,
    correct,
    settings_of,
    translate_page,
    try_service,
)
from oneroof.community.errors import CommunityError
from oneroof.community.forms_translating import CorrectionForm, ServiceForm
from oneroof.community.models import Entry, TranslationService
from oneroof.community.queries.question import question_page
from oneroof.community.queries.translations import known_language, translations_of
from oneroof.community.views.page import reader_of, shown
from oneroof.core.errors import OneroofError


@open_to_all("what is public may be read in any language; what is private is given to no machine")
@require_POST
def translation(request: HttpRequest, question_id: int) -> HttpResponse:
    """Of the question and the answers that stand first; then the page in that language."""
    lang = known_language(request.POST.get("in", ""))
    try:
        page = question_page(reader_of(request), question_id)
    except Entry.DoesNotExist as error:
        raise Http404 from error
    if not lang:
        raise Http404
    entries = [page.question.entry, *(each.entry for each in page.answers)]
    try:
        translate_page(request.user.pk or 0, entries, lang)
    except OneroofError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{page.question.entry.get_absolute_url()}?in={lang}")


@requires(Permission.TAKE_PART)
@require_http_methods(["GET", "POST"])
def correction(request: HttpRequest, entry_id: int, lang: str) -> HttpResponse:
    entry, actor = shown(request, entry_id), actor_of(request)
    if not known_language(lang) or lang == entry.lang:
        raise Http404
    known = translations_of([entry], lang).get(entry.pk)
    now = {"title": known.title, "body": known.body} if known else {}
    form = CorrectionForm(request.POST or None, initial=now, has_title=bool(entry.title))
    if form.is_valid():
        try:
            correct(actor, entry_id, lang, **form.cleaned_data)
        except CommunityError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Thank you. Others read it in your words now."))
            page = entry.root or entry
            return redirect(f"{page.get_absolute_url()}?in={lang}")
    context = {"form": form, "entry": entry, "lang": lang}
    return render(request, "community/correct.html", context, status=422 if form.errors else 200)


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def service(request: HttpRequest) -> HttpResponse:
    """Saved only where it answers; the key is never shown again."""
    standing = TranslationService.objects.first()
    form = ServiceForm(request.POST or None, initial=_as_it_is(standing))
    if form.is_valid():
        try:
            said = _chosen(request, form.cleaned_data, standing)
        except OneroofError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect("community:translation_service")
    return render(request, "community/translation_service.html", {"form": form, "standing": standing})


def _as_it_is(standing: TranslationService | None) -> dict[str, Any]:
    if standing is None:
        return {}
    return {
        "provider": standing.provider,
        "address": settings_of(standing)["address"],
        "is_on": standing.is_on,
        "daily_characters": standing.daily_characters,
    }


def _chosen(request: HttpRequest, told: dict[str, Any], standing: TranslationService | None) -> str:
    actor = actor_of(request)
    if not told["is_on"]:
        choose_service(actor, told.pop("provider"), **told)
        return _("Saved. Nothing is sent to it.")
    known = settings_of(standing) if standing else {}
    key = told["key"] or (known.get("key", "") if known.get("address") == told["address"] else "")
    said = try_service(actor, told["provider"], address=told["address"], key=key)
    choose_service(actor, told.pop("provider"), **told)
    return _("It says that “Good morning.” is “%(said)s” in Spanish.") % {"said": said}
