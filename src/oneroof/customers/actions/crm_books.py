"""One record of a CRM is written into the books. The caller holds the CRM's row, and has looked at the times."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from oneroof.core import clock
from oneroof.core.files import UnreadableRowError
from oneroof.core.files.values import word
from oneroof.customers.actions.consenting import take_word
from oneroof.customers.actions.crm_noting import note_people_changed
from oneroof.customers.actions.importing import customers_of, read_customer, store_customers
from oneroof.customers.consent import purposes
from oneroof.customers.consent import words_of as said_by
from oneroof.customers.crm.reading import (
    Told,
    asset_of,
    case_of,
    name_of,
    purchase_of,
    was_bought,
    words_of,
)
from oneroof.customers.models import Asset, Case, CrmRecord, CrmSync, Customer, Dialect, Purchase, RecordKind
from oneroof.customers.queries import rows_of

type Store = Callable[[CrmSync, CrmRecord, Told], None]


def store(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    """All is read before anything is written. Raises UnreadableRowError."""
    (_gone if told.is_deleted else STORES[told.kind])(sync, record, told)
    record.changed_at, record.is_gone = told.changed_at, told.is_deleted
    record.save(update_fields=["changed_at", "is_gone", "name", "company_id", "customer"])
    if record.kind == RecordKind.PERSON and record.customer:
        note_people_changed([record.customer.person_id])


def _gone(_sync: CrmSync, record: CrmRecord, _told: Told) -> None:
    """A person's record that is deleted there leaves the customer: erasure is another thing, and is said so."""
    Asset.objects.filter(record=record).delete()
    Case.objects.filter(record=record).delete()
    Purchase.objects.filter(digest=_digest(record)).delete()


def _person(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    words, number = _known(words_of(told.fields)), _number(sync, record.external_id, told.fields)
    record.company_id = word(told.fields, "company_id", limit=120)
    company = word(told.fields, "company", limit=200) or _company(sync, record.company_id)
    fields = {**told.fields, "external_id": number, "name": name_of(told.fields), "company": company}
    store_customers([read_customer({**fields, "lang": told.fields.get("language")})])
    customer = Customer.objects.select_related("person").get(external_id=number)
    if record.customer_id not in (None, customer.pk):
        _move(record, customer)
    record.customer = customer
    _note_words(sync, customer, words, told)


def _company(sync: CrmSync, external_id: str) -> str:
    if not external_id:
        return ""
    known = CrmRecord.objects.filter(sync=sync, kind=RecordKind.COMPANY, external_id=external_id)
    return known.values_list("name", flat=True).first() or ""


def _company_told(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    record.name = word(told.fields, "name", limit=200, required=True)
    theirs = CrmRecord.objects.filter(sync=sync, kind=RecordKind.PERSON, company_id=record.external_id)
    people = Customer.objects.filter(pk__in=theirs.values("customer")).exclude(company=record.name)
    people.update(company=record.name, changed_at=clock.now())


def _purchase(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    bought = purchase_of(told.fields)
    record.customer = _customer(sync, bought.person)
    if not bought.is_won:
        Purchase.objects.filter(digest=_digest(record)).delete()
        return
    names = ("purchased_at", "amount", "currency", "product", "version", "quantity")
    columns = {name: getattr(bought, name) for name in names}
    Purchase.objects.update_or_create(
        digest=_digest(record), defaults={**columns, "customer": record.customer}
    )


def _product(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    owned = asset_of(told.fields)
    if was_bought(told.fields):
        _purchase(sync, record, told)
    else:
        Purchase.objects.filter(digest=_digest(record)).delete()
    record.customer = _customer(sync, owned.person)
    columns = {name: getattr(owned, name) for name in ("product", "version", "since")}
    Asset.objects.update_or_create(record=record, defaults={**columns, "customer": record.customer})


def _case(sync: CrmSync, record: CrmRecord, told: Told) -> None:
    case = case_of(told.fields, record.external_id)
    record.customer = _customer(sync, case.person)
    names = ("number", "subject", "status", "opened_at", "closed_at")
    columns = {name: getattr(case, name) for name in names}
    Case.objects.update_or_create(record=record, defaults={**columns, "customer": record.customer})


STORES: Mapping[str, Store] = {
    RecordKind.PERSON: _person,
    RecordKind.COMPANY: _company_told,
    RecordKind.PURCHASE: _purchase,
    RecordKind.PRODUCT: _product,
    RecordKind.CASE: _case,
}


def _customer(sync: CrmSync, person_id: str) -> Customer:
    """Whose it is; where their own record has not come yet, somebody known by its number alone."""
    record, _is_new = CrmRecord.objects.select_related("customer").get_or_create(
        sync=sync, kind=RecordKind.PERSON, external_id=person_id
    )
    if record.customer is None:
        number = _number(sync, person_id, {})
        known, _new = customers_of([number], {})
        record.customer = known[number]
        record.save(update_fields=["customer"])
    return record.customer


def _move(record: CrmRecord, customer: Customer) -> None:
    """What came for them before their own record did, and lay with a number alone."""
    before = record.customer
    assert before
    for model in (Purchase, Asset, Case, CrmRecord):
        model._default_manager.filter(customer=before).update(customer=customer)
    if record.changed_at is None:
        before.person.delete()


def _number(sync: CrmSync, person_id: str, fields: Mapping[str, object]) -> str:
    """The company's own number of them, where their record carries it."""
    usual = person_id if sync.dialect == Dialect.OWN else f"{sync.dialect}-{sync.pk}:{person_id}"
    return word(fields, "customer", limit=200) or usual


def _digest(record: CrmRecord) -> str:
    return sha256(f"crm\x1f{record.sync_id}\x1f{record.kind}\x1f{record.external_id}".encode()).hexdigest()


def _known(words: Mapping[str, bool]) -> Mapping[str, bool]:
    unknown = sorted(set(words) - {each.key for each in purposes()})
    if unknown:
        raise UnreadableRowError(f"consent: nobody asks for “{unknown[0][:40]}” here")
    return words


def _note_words(sync: CrmSync, customer: Customer, words: Mapping[str, bool], told: Told) -> None:
    """What the person said later counts, wherever they said it; the same again is not noted again."""
    if not words:
        return
    at = min(told.changed_at, clock.now())
    said = {each.purpose.key: each.said for each in said_by(rows_of(customer.person.whole_id))}
    for purpose, is_given in words.items():
        known = said.get(purpose)
        if known is None or (known.at < at and known.is_given != is_given):
            take_word(customer.person_id, purpose, is_given=is_given, source=sync.name, at=at, told_by=sync)
