"""How an entry came to say what it says."""

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from oneroof.accounts.access import open_to_all
from oneroof.accounts.differences import lines_changed
from oneroof.community.models import Revision
from oneroof.community.queries.old_deeds import old_deeds_on
from oneroof.community.views.page import reader_of, shown

MOST = 100


@open_to_all("the history of what the reader may read")
@require_GET
def history(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The newest first, each with what it changed."""
    entry = shown(request, entry_id)
    kept = list(entry.revisions.select_related("author").order_by("-number")[:MOST])
    steps = [(new, lines_changed(_text(old), _text(new))) for new, old in pairwise(kept)]
    context = {
        "entry": entry,
        "steps": steps,
        "first": kept[-1] if kept else None,
        "deeds": old_deeds_on(reader_of(request), entry),
    }
    return render(request, "community/history.html", context)


def _text(revision: Revision) -> str:
    head = [revision.title] if revision.title else []
    tags = [", ".join(sorted(revision.tags))] if revision.tags else []
    return "\n".join([*head, revision.body, *tags])
