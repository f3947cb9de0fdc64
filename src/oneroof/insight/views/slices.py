"""Everything that was said, sliced: counted, drawn, listed, saved, shared and exported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.actions import slices as actions
from oneroof.insight.errors import InsightError
from oneroof.insight.models import SavedSlice, Side
from oneroof.insight.queries.sliced_rows import listed
from oneroof.insight.queries.slices import COLUMNS, SHOWN, Slice, slices
from oneroof.insight.rules.charts import Bars, bars

SPANS = (7, 30, 90, 365)
DAYS = 30


@dataclass(frozen=True, slots=True)
class Table:
    """One side as the page shows it: its heaviest values, and which one is chosen."""

    side: Side
    key: str
    rows: list[tuple[Slice, int]]
    more: int
    chosen: str | None
    chosen_name: str


@requires(Permission.HEAR)
@require_GET
def explore(request: HttpRequest) -> HttpResponse:
    asked = Asked.of(request)
    found = slices(asked.start, asked.end, asked.chosen)
    user = actor_of(request)
    shown = {
        "found": found,
        "days": asked.days,
        "spans": SPANS,
        "tables": [_table(side, found.sides[side], asked.chosen.get(side)) for side in COLUMNS],
        "chart": _chart(found.points),
        "query": asked.query,
        "saved": actions.saved_for(user),
        "listed": listed(asked.start, asked.end, asked.chosen),
        "may_export": user.may(Permission.EXPORT),
    }
    return render(request, "insight/slices.html", shown)


@requires(Permission.OWN_WATCH)
@require_POST
def slice_save(request: HttpRequest) -> HttpResponse:
    query = Asked.of_query(request.POST.get("query", "")).query
    try:
        actions.save_slice(
            actor_of(request), request.POST.get("name", ""), query, is_shared=bool(request.POST.get("shared"))
        )
    except InsightError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(f"{reverse('insight:slices')}?{query}")


@requires(Permission.OWN_WATCH)
@require_POST
def slice_removal(request: HttpRequest, slice_id: int) -> HttpResponse:
    try:
        actions.remove_slice(actor_of(request), slice_id)
    except SavedSlice.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Removed."))
    return redirect("insight:slices")


@requires(Permission.EXPORT)
@require_POST
def slice_export(request: HttpRequest) -> StreamingHttpResponse | HttpResponse:
    asked = Asked.of_query(request.POST.get("query", ""))
    kind = "parquet" if request.POST.get("kind") == "parquet" else "csv"
    named = {"Content-Disposition": f'attachment; filename="slices-{asked.start}-{asked.end}.{kind}"'}
    if kind == "parquet":
        body = actions.as_parquet(actor_of(request), asked.start, asked.end, asked.chosen)
        return HttpResponse(body, content_type="application/vnd.apache.parquet", headers=named)
    lines: Iterator[str] = actions.as_csv(actor_of(request), asked.start, asked.end, asked.chosen)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what it gets wrong counts as not asked."""

    days: int
    end: date
    chosen: Mapping[Side, str]

    @property
    def start(self) -> date:
        return self.end - timedelta(days=self.days)

    @property
    def query(self) -> str:
        return urlencode({"days": self.days, **{COLUMNS[side]: value for side, value in self.chosen.items()}})

    @classmethod
    def of(cls, request: HttpRequest) -> "Asked":
        return cls.of_query(request.GET.urlencode())

    @classmethod
    def of_query(cls, query: str) -> "Asked":
        told = QueryDict(query[:1_000])
        days = told.get("days", "")
        chosen = {
            side: told[key][:80] for side, key in COLUMNS.items() if key in told and "\0" not in told[key]
        }
        tomorrow = clock.now().astimezone(UTC).date() + timedelta(days=1)
        return cls(int(days) if days.isdecimal() and int(days) in SPANS else DAYS, tomorrow, chosen)


def _table(side: Side, rows: Any, chosen: str | None) -> Table:
    most = max((row.count for row in rows), default=0) or 1
    name = next((row.name for row in rows if row.value == chosen), chosen or _("Unknown"))
    shown = [(row, round(100 * row.count / most)) for row in rows[:SHOWN]]
    return Table(side, COLUMNS[side], shown, max(len(rows) - SHOWN, 0), chosen, name)


def _chart(points: Any) -> Bars:
    return bars([(str(first), posts + contacts) for first, posts, contacts in points])
