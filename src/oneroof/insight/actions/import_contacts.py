"""Contacts of files are stored, batch by batch; a second run stores nothing twice."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from typing import Any

from django.db import connection, transaction

from oneroof.core.files import RecordFile, Rejected, open_records
from oneroof.core.importing import Imported, Rejects, Wanted, importing
from oneroof.customers.models import Identity
from oneroof.insight.actions.learning import LONGEST, keep_examples
from oneroof.insight.models import By, Contact, Reason
from oneroof.insight.queries.products import known_products
from oneroof.insight.rules.contacts import FIELDS, RawContact, contact_of
from oneroof.insight.rules.sides import Products, feeling_class
from oneroof.text.feeling import judge
from oneroof.text.language import detect
from oneroof.text.tokens import fold_handle

AT_A_TIME = 1_000
IMPORT_LOCK = 0x0A7E2
"""Two imports at once follow one another, batch by batch: what is stored is counted exactly."""


def import_as_contacts(wanted: Wanted) -> Mapping[str, Any]:
    """What ``oneroof import --as contacts`` does."""
    files = [
        open_records(path, FIELDS, contact_of, format=wanted.format, mapping=wanted.mapping)
        for path in wanted.files
    ]
    with importing() as (imported, rejects):
        for file in files:
            for batch in batched(_readable(file, rejects), AT_A_TIME, strict=False):
                store_contacts(batch, imported)
    return imported.as_result()


@transaction.atomic
def store_contacts(batch: Sequence[RawContact], imported: Imported) -> None:
    """Those that are not there yet, with the person and the reason where they are known."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    latest = {contact.external_id: contact for contact in batch}
    known = set(Contact.objects.filter(external_id__in=latest).values_list("external_id", flat=True))
    new = [contact for contact in latest.values() if contact.external_id not in known]
    people, reasons, products = _identities(new), _reasons(new), known_products()
    rows = [_row(contact, people, reasons, products) for contact in new]
    Contact.objects.bulk_create(rows)
    imported.stored += len(rows)
    imported.duplicates += len(batch) - len(rows)
    imported.matched += sum(row.identity_id is not None for row in rows)
    keep_examples([contact.external_id for contact in new if contact.reason and contact.text])


def _readable(file: RecordFile[RawContact], rejects: Rejects) -> Iterator[RawContact]:
    for contact in file.records:
        if isinstance(contact, Rejected):
            rejects.add(file.path, contact)
        else:
            yield contact


def _row(
    contact: RawContact, people: Mapping[str, int], reasons: Mapping[str, Reason], products: Products
) -> Contact:
    reason = reasons.get(contact.reason.casefold())
    lang = detect(contact.text[:LONGEST])
    return Contact(
        external_id=contact.external_id,
        channel=contact.channel,
        opened_at=contact.opened_at,
        closed_at=contact.closed_at,
        customer=contact.customer,
        identity_id=people.get(fold_handle(contact.customer)),
        reason_said=contact.reason,
        text=contact.text,
        cost=contact.cost,
        reason=reason,
        reason_by=By.FILE if reason else "",
        lang=lang or "",
        feeling=feeling_class(judge(contact.text[:LONGEST], lang)),
        product_id=products.of(contact.text[:LONGEST]),
    )


def _identities(contacts: Sequence[RawContact]) -> Mapping[str, int]:
    """Of each customer whom we met: by handle or address, only where it is one person's on all networks."""
    handles = {fold_handle(contact.customer) for contact in contacts if contact.customer}
    found = Identity.objects.filter(handle_folded__in=handles).order_by("-last_seen_at")
    owners: dict[str, dict[int, int]] = {}
    for pk, handle, person in found.values_list("pk", "handle_folded", "person_id"):
        owners.setdefault(handle, {}).setdefault(person, pk)
    return {handle: next(iter(people.values())) for handle, people in owners.items() if len(people) == 1}


def _reasons(contacts: Sequence[RawContact]) -> Mapping[str, Reason]:
    """By folded name; a reason that a file names first becomes one of the tree."""
    named = {contact.reason.casefold(): contact.reason for contact in contacts if contact.reason}
    known = {reason.name.casefold(): reason for reason in Reason.objects.live()}
    missing = [Reason(name=name) for folded, name in named.items() if folded not in known]
    if missing:
        Reason.objects.bulk_create(missing, ignore_conflicts=True)
        known = {reason.name.casefold(): reason for reason in Reason.objects.live()}
    return known
