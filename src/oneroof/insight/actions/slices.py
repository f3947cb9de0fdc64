"""Slices are saved, shared and taken away as files, which is audited."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.export import csv_lines
from oneroof.insight.errors import InsightError
from oneroof.insight.models import SavedSlice, Side
from oneroof.insight.queries.sliced_rows import HEADER, Row, rows


def saved_for(user: User) -> Sequence[SavedSlice]:
    """One's own, and those that others share."""
    return list(SavedSlice.objects.filter(Q(owner=user) | Q(is_shared=True)).select_related("owner"))


@transaction.atomic
def save_slice(actor: User, name: str, query: str, *, is_shared: bool = False) -> SavedSlice:
    """Keep a view under a name; one of one's own of that name is written over."""
    demand(actor, Permission.OWN_WATCH)
    name = " ".join(name.split())[:120]
    if not name:
        raise InsightError(_("A saved slice has a name."))
    try:
        with transaction.atomic():
            saved, _is_new = SavedSlice.objects.update_or_create(
                owner=actor, name=name, defaults={"query": query[:1_000], "is_shared": is_shared}
            )
    except IntegrityError as error:
        raise InsightError(_("It was saved at this moment already.")) from error
    audit.record(actor, "slice.saved", on=saved, after={"query": query, "is_shared": is_shared})
    return saved


@transaction.atomic
def remove_slice(actor: User, slice_id: int) -> None:
    """One's own; whoever steers removes any."""
    demand(actor, Permission.OWN_WATCH)
    own = SavedSlice.objects.select_for_update()
    saved = (own if actor.may(Permission.STEER) else own.filter(owner=actor)).get(pk=slice_id)
    audit.record(actor, "slice.removed", on=saved, before={"query": saved.query})
    saved.delete()


def as_csv(actor: User, start: date, end: date, chosen: Mapping[Side, str]) -> Iterator[str]:
    """Lines of a table whose cells no spreadsheet runs."""
    _record(actor, start, end, chosen, "csv")
    return csv_lines(HEADER, (row.cells() for row in rows(start, end, chosen)))


def as_parquet(actor: User, start: date, end: date, chosen: Mapping[Side, str]) -> bytes:
    """A file for programs that reckon with it; see decision 0150."""
    _record(actor, start, end, chosen, "parquet")
    return parquet(list(rows(start, end, chosen)))


def parquet(found: Sequence[Row]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"id": pa.int64(), "at": pa.timestamp("us", tz="UTC")}
    columns = [
        pa.array([getattr(row, name) for row in found], kinds.get(name, pa.string())) for name in HEADER
    ]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(HEADER)), out, compression="zstd")
    return out.getvalue()


def _record(actor: User, start: date, end: date, chosen: Mapping[Side, str], kind: str) -> None:
    demand(actor, Permission.EXPORT)
    sides = {side.name.lower(): value for side, value in chosen.items()}
    told = {"from": start, "to": end, "kind": kind, "sides": sides}
    audit.record(actor, "slice.exported", on=actor, after=told)
