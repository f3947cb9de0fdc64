"""Changes of articles that wait for a reviewer, each with what it changes; and who keeps an article true."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.differences import lines_changed
from oneroof.accounts.policies import Permission
from oneroof.community.actions.articles import set_owner
from oneroof.community.actions.proposing import refuse_proposal, take_proposal
from oneroof.community.models import Entry, Kind, Proposal
from oneroof.community.queries.articles import proposals_of
from oneroof.community.views.page import done, member_number, shown


@requires(Permission.MODERATE)
@require_GET
def proposals(request: HttpRequest, article_id: int) -> HttpResponse:
    entry = _article(request, article_id)
    tags = ", ".join(sorted(entry.tags.values_list("name", flat=True)))
    now = f"{entry.title}\n{entry.body}\n{tags}"
    waiting = [(each, lines_changed(now, _text(each))) for each in proposals_of(entry)]
    return render(request, "community/proposals.html", {"entry": entry, "waiting": waiting})


def _text(proposal: Proposal) -> str:
    tags = ", ".join(sorted(part.strip() for part in proposal.tags.split(",") if part.strip()))
    return f"{proposal.title}\n{proposal.body}\n{tags}"


def _article(request: HttpRequest, article_id: int) -> Entry:
    entry = shown(request, article_id)
    if entry.kind != Kind.ARTICLE:
        raise Http404
    return entry


@requires(Permission.MODERATE)
@require_POST
def taking(request: HttpRequest, article_id: int, proposal_id: int) -> HttpResponse:
    entry = _of(request, article_id, proposal_id)
    return done(request, lambda: take_proposal(actor_of(request), proposal_id), entry, _("It is published."))


@requires(Permission.MODERATE)
@require_POST
def refusal(request: HttpRequest, article_id: int, proposal_id: int) -> HttpResponse:
    entry, because = _of(request, article_id, proposal_id), request.POST.get("because", "")
    return done(
        request,
        lambda: refuse_proposal(actor_of(request), proposal_id, because),
        entry,
        _("Its author hears of it."),
    )


def _of(request: HttpRequest, article_id: int, proposal_id: int) -> Entry:
    entry = _article(request, article_id)
    if not Proposal.objects.filter(pk=proposal_id, entry=entry).exists():
        raise Http404
    return entry


@requires(Permission.MODERATE)
@require_POST
def owner(request: HttpRequest, article_id: int) -> HttpResponse:
    entry, typed = _article(request, article_id), request.POST.get("owner", "")

    def act() -> Entry:
        return set_owner(actor_of(request), article_id, member_number(typed))

    return done(request, act, entry, _("They keep it true from now on."))
