"""Customers and purchases of the company's books are stored; the same row again changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from itertools import batched
from typing import Any

from django.db import transaction

from oneroof.core import clock
from oneroof.core.files import Fields, RecordFile, Rejected, UnreadableRowError, open_records
from oneroof.core.files.values import amount, moment, moment_or_none, word
from oneroof.core.importing import Imported, Rejects, Wanted, importing
from oneroof.customers.actions.claims import MAIL, conclude, state_handles
from oneroof.customers.models import Customer, Person, Purchase

CUSTOMERS = Fields(("external_id",), ("name", "email", "handles", "company", "lang", "since"))
PURCHASES = Fields(("customer", "purchased_at", "amount"), ("currency", "product", "version", "quantity"))
AT_ONCE = 1_000
KEPT = ("name", "email", "company", "language", "since")


@dataclass(frozen=True, slots=True)
class CustomerRow:
    external_id: str
    name: str
    email: str
    company: str
    language: str
    since: datetime | None
    handles: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    customer: str
    purchased_at: datetime
    amount: Decimal
    currency: str
    product: str
    version: str
    quantity: Decimal

    def digest(self, time: int) -> str:
        """``time`` counts rows that say the same: who bought twice bought twice."""
        told = (self.customer, self.purchased_at.isoformat(), str(self.amount), self.currency, self.product)
        return sha256("\x1f".join((*told, self.version, str(self.quantity), str(time))).encode()).hexdigest()


def import_as_customers(wanted: Wanted) -> Mapping[str, Any]:
    """What ``oneroof import --as customers`` does."""
    return _import(wanted, CUSTOMERS, read_customer, store_customers)


def import_as_purchases(wanted: Wanted) -> Mapping[str, Any]:
    """What ``oneroof import --as purchases`` does. Customers whom nobody told of become known by their number."""
    times: Counter[PurchaseRow] = Counter()
    return _import(wanted, PURCHASES, read_purchase, lambda rows: _store_purchases(rows, times))


def _import[T](
    wanted: Wanted,
    fields: Fields,
    read: Callable[[Mapping[str, object]], T],
    store: Callable[[Sequence[T]], int],
) -> Mapping[str, Any]:
    """``store`` says how many of its rows were new or changed something."""
    files = [
        open_records(path, fields, read, format=wanted.format, mapping=wanted.mapping)
        for path in wanted.files
    ]
    with importing() as (imported, rejects):
        for file in files:
            _take(file, store, imported, rejects)
    return imported.as_result()


def _take[T](
    file: RecordFile[T], store: Callable[[Sequence[T]], int], imported: Imported, rejects: Rejects
) -> None:
    for rows in batched(_readable(file, rejects), AT_ONCE, strict=False):
        with transaction.atomic():
            stored = store(rows)
        imported.stored += stored
        imported.duplicates += len(rows) - stored


def _readable[T](file: RecordFile[T], rejects: Rejects) -> Iterator[T]:
    for row in file.records:
        if isinstance(row, Rejected):
            rejects.add(file.path, row)
        else:
            yield row


def read_customer(fields: Mapping[str, object]) -> CustomerRow:
    email = word(fields, "email", limit=320)
    if email and "@" not in email.strip("@"):
        raise UnreadableRowError(f"email: “{email[:60]}” is not an address")
    return CustomerRow(
        external_id=word(fields, "external_id", limit=200, required=True),
        name=word(fields, "name", limit=200),
        email=email.casefold(),
        company=word(fields, "company", limit=200),
        language=word(fields, "lang", limit=12),
        since=moment_or_none(fields, "since"),
        handles=tuple(_handles(fields.get("handles"))),
    )


def _handles(told: object) -> Iterator[tuple[str, str]]:
    """``mastodon:ana@town.social; bluesky:ana.example``, or a list of such."""
    words = told if isinstance(told, list) else str(told or "").replace(",", ";").split(";")
    for each in words:
        network, colon, handle = str(each).strip().partition(":")
        if not network and not colon:
            continue
        if (
            not (colon and network.strip() and handle.strip().lstrip("@"))
            or len(network) > 40
            or len(handle) > 320
        ):
            raise UnreadableRowError(f"handles: write network:handle, not “{str(each)[:60]}”")
        yield network.strip().casefold(), handle.strip().lstrip("@")


def read_purchase(fields: Mapping[str, object]) -> PurchaseRow:
    paid, quantity = amount(fields, "amount"), amount(fields, "quantity")
    if paid is None:
        raise UnreadableRowError("amount is empty")
    return PurchaseRow(
        customer=word(fields, "customer", limit=200, required=True),
        purchased_at=moment(fields, "purchased_at"),
        amount=paid,
        currency=word(fields, "currency", limit=3).upper(),
        product=word(fields, "product", limit=200),
        version=word(fields, "version", limit=80),
        quantity=Decimal(1) if quantity is None else quantity,
    )


def store_customers(rows: Sequence[CustomerRow]) -> int:
    latest = {row.external_id: row for row in rows}
    customers, new = customers_of(latest, {each.external_id: each.name for each in rows})
    changed = []
    for key, row in latest.items():
        customer = customers[key]
        told = {name: getattr(row, name) for name in KEPT if getattr(row, name)}
        before = {name: getattr(customer, name) for name in told}
        named = {(each.network, each.handle) for each in customer.stated.all()}
        if key in new or before != told or not set(row.handles) <= named:
            _renew(customer, told, row.handles or tuple(each for each in named if each[0] != MAIL))
            changed.append(customer.pk)
    conclude(changed)
    return len(changed)


def _renew(customer: Customer, told: Mapping[str, Any], handles: Iterable[tuple[str, str]]) -> None:
    """What a row leaves empty stays as it was."""
    for name, value in told.items():
        setattr(customer, name, value)
    customer.changed_at = clock.now()
    customer.save(update_fields=[*told, "changed_at"])
    person = customer.person
    person.name, person.language = customer.name or customer.external_id, customer.language
    if customer.since:
        person.created_at = min(person.created_at, customer.since)
    person.save(update_fields=["name", "language", "created_at"])
    state_handles(customer, handles)


def _store_purchases(rows: Sequence[PurchaseRow], times: Counter[PurchaseRow]) -> int:
    customers, _new = customers_of({row.customer for row in rows}, {})
    made = []
    for row in rows:
        times[row] += 1
        told = {name: getattr(row, name) for name in PurchaseRow.__slots__ if name != "customer"}
        made.append(Purchase(customer=customers[row.customer], digest=row.digest(times[row]), **told))
    known = set(
        Purchase.objects.filter(digest__in=[each.digest for each in made]).values_list("digest", flat=True)
    )
    Purchase.objects.bulk_create([each for each in made if each.digest not in known], ignore_conflicts=True)
    return len(made) - len(known)


def customers_of(keys: Iterable[str], names: Mapping[str, str]) -> tuple[dict[str, Customer], set[str]]:
    """The record of each number, those of whom nobody knew made; which ones were."""
    wanted = set(keys)
    known = set(Customer.objects.filter(external_id__in=wanted).values_list("external_id", flat=True))
    new = sorted(wanted - known)
    people = Person.objects.bulk_create(Person(name=names.get(key) or key) for key in new)
    Customer.objects.bulk_create(
        Customer(person=person, external_id=key) for person, key in zip(people, new, strict=True)
    )
    found = (
        Customer.objects.filter(external_id__in=wanted).select_related("person").prefetch_related("stated")
    )
    return {each.external_id: each for each in found}, set(new)
