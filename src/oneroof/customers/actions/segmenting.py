"""Filters over people are saved, taken away, and carried out as a file, which is audited."""

from collections.abc import Iterator, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core.errors import OneroofError
from oneroof.core.export import csv_lines
from oneroof.customers.models import Segment
from oneroof.customers.segments import HEADER, lines_of


class SegmentError(OneroofError):
    """Nothing was saved, and why."""


@transaction.atomic
def save_segment(actor: User, name: str, asked: Mapping[str, str]) -> Segment:
    """Raises SegmentError."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    if not name.strip() or not asked:
        raise SegmentError(_("Give it a name, and choose whom it finds."))
    try:
        with transaction.atomic():
            made = Segment.objects.create(name=name.strip()[:120], asked=dict(asked), owner=actor)
    except IntegrityError as error:
        raise SegmentError(_("There is one of this name already.")) from error
    audit.record(actor, "segment.saved", on=made, after=dict(asked))
    return made


@transaction.atomic
def remove_segment(actor: User, segment_id: int) -> None:
    """Raises Segment.DoesNotExist."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    segment = Segment.objects.select_for_update().get(pk=segment_id)
    audit.record(actor, "segment.removed", on=segment, before=segment.asked)
    segment.delete()


@transaction.atomic
def export_segment(actor: User, asked: Mapping[str, str]) -> Iterator[str]:
    """Lines of CSV that no spreadsheet takes for formulas."""
    demand(actor, Permission.KNOW_CUSTOMERS)
    demand(actor, Permission.EXPORT)
    audit.record(actor, "people.exported", on=actor, after=dict(asked))
    return csv_lines(HEADER, lines_of(asked))
