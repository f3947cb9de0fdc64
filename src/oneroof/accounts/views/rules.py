"""The rules of engagement: read, accepted, changed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oneroof.accounts import queries
from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions import people, rules
from oneroof.accounts.differences import Line, lines_changed
from oneroof.accounts.forms import RulesForm
from oneroof.accounts.models import RulesOfEngagement
from oneroof.accounts.policies import Permission
from oneroof.core.markdown import render as as_html


@requires(Permission.ANSWER)
@require_GET
def rules_page(request: HttpRequest) -> HttpResponse:
    """The rules that are in force; with a button to accept them, and what is new, where one has not."""
    user, current = actor_of(request), queries.current_rules()
    must_accept = queries.must_accept_rules(user)
    accepted = queries.rules_accepted_before(user) if must_accept else None
    context = {
        "rules": current,
        "text": as_html(current.text) if current else "",
        "must_accept": must_accept,
        "accepted": accepted,
        "lines": lines_changed(accepted.text, must_accept.text) if accepted and must_accept else [],
        "versions": queries.rules_versions(),
        "acceptances": queries.acceptances(current) if current and user.may(Permission.STEER) else None,
        "may_write": user.may(Permission.STEER),
        "next": queries.safe_next(request.GET.get("next", "")),
    }
    return render(request, "accounts/rules.html", context)


@requires(Permission.ANSWER)
@require_GET
def rules_version(request: HttpRequest, version: int) -> HttpResponse:
    """One version, and what it changed."""
    shown = get_object_or_404(RulesOfEngagement, version=version, audience=queries.SPEAKERS)
    before = queries.rules_before(shown)
    context = {
        "rules": shown,
        "text": as_html(shown.text),
        "before": before,
        "lines": lines_changed(before.text, shown.text) if before else [],
    }
    return render(request, "accounts/rules_version.html", context)


@requires(Permission.ANSWER)
@require_POST
def rules_acceptance(request: HttpRequest, version: int) -> HttpResponse:
    try:
        rules.accept_rules(actor_of(request), version)
    except people.AccountError as error:
        messages.error(request, str(error))
        return redirect("rules")
    messages.success(request, _("Thank you. You can answer in public now."))
    return redirect(queries.safe_next(request.POST.get("next", "")) or "rules")


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def rules_new_version(request: HttpRequest) -> HttpResponse:
    """Write a new version, look at what it changes, publish it."""
    form = RulesForm(request.POST) if request.method == "POST" else RulesForm.of(queries.current_rules())
    if not form.is_valid():
        return render(request, "accounts/rules_form.html", {"form": form})
    text = form.cleaned_data["text"]
    if "look" in request.POST:
        context = {"form": form, "looked": True, "lines": _lines_from_current(text), "html": as_html(text)}
        return render(request, "accounts/rules_form.html", context)
    published = rules.publish_rules(actor_of(request), text)
    messages.success(request, _("Version %(version)d is in force.") % {"version": published.version})
    return redirect("rules")


def _lines_from_current(text: str) -> list[Line]:
    current = queries.current_rules()
    return lines_changed(current.text if current else "", text)
