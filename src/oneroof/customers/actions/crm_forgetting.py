"""A CRM says that somebody was erased there."""

from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.customers.actions.erasing_long import ask_erasure
from oneroof.customers.crm.tombstones import digest_of
from oneroof.customers.models import CrmErased, CrmRecord, CrmSync, RecordKind
from oneroof.notify.actions.telling import tell

ERASURE_ASKED = "crm_erasure"


def take_erasure(sync: CrmSync, external_id: str) -> None:
    """At once where whoever set it up allowed that and may still do it; else they are asked to look. The caller
    holds the CRM's row. What it tells of them later is not taken."""
    CrmErased.objects.get_or_create(sync=sync, digest=digest_of(sync, external_id))
    record = CrmRecord.objects.filter(
        sync=sync, kind=RecordKind.PERSON, external_id=external_id
    ).select_related("customer__person")
    found = record.first()
    if found is None or found.customer is None:
        return
    person_id = found.customer.person.whole_id
    if sync.may_erase and sync.has_owner:
        found.delete()  # it needs not be told of what it told us
        assert sync.owner
        ask_erasure(sync.owner, person_id)
    else:
        _ask(sync, person_id)


def _ask(sync: CrmSync, person_id: int) -> None:
    if sync.owner is None:
        return
    with translation.override(sync.owner.language):
        title = _("“%(name)s” erased somebody: look whether they go here, too") % {"name": sync.name}
    tell(
        [sync.owner],
        key=f"crm-erasure:{sync.pk}:{person_id}:{clock.now():%Y-%m-%d}",
        kind=ERASURE_ASKED,
        title=title,
        path=f"/desk/people/{person_id}/",
    )
