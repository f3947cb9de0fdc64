"""What a CRM pushes is believed by its signature, taken once, and decided by when it was changed there."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.utils import timezone

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.webhooks import new_secret
from oneroof.customers.actions.consenting import take_word
from oneroof.customers.bought import owned_by
from oneroof.customers.consent import may_we
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.models import (
    Case,
    Consent,
    CrmReceipt,
    CrmSync,
    Customer,
    Identity,
    Person,
    Purchase,
)
from oneroof.customers.queries import rows_of
from oneroof.customers.segments import people_who
from oneroof.customers.tests.crm import AT, connected, counts, pushed, record
from oneroof.customers.timeline import timeline
from oneroof.notify.models import Notice

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana García", "email": "ana@town.example", "company": "Tea & Co", "language": "es"}
BOUGHT = {"person": "C1", "purchased_at": AT, "amount": "49.90", "currency": "eur", "product": "Ripple"}
SALESFORCE = [
    {"attributes": {"type": "Account"}, "Id": "001A", "Name": "Tea & Co", "SystemModstamp": AT},
    {
        "attributes": {"type": "Contact"}, "Id": "003A", "FirstName": "Ana", "LastName": "García",
        "Email": "ana@town.example", "AccountId": "001A", "Language__c": "es", "HasOptedOutOfEmail": True,
        "CreatedDate": "2020-03-04T10:00:00.000+0000", "SystemModstamp": "2026-01-05T10:00:00.000+0000",
    },
    {
        "attributes": {"type": "Asset"}, "Id": "02iA", "ContactId": "003A", "Name": "Ripple 2", "Price": 49.9,
        "Product2": {"Name": "Ripple"}, "PurchaseDate": "2025-11-02", "InstallDate": "2025-11-09",
        "Quantity": 1, "SystemModstamp": AT,
    },
    {
        "attributes": {"type": "Case"}, "Id": "500A", "ContactId": "003A", "CaseNumber": "00001042",
        "Subject": "It leaks", "Status": "Working", "CreatedDate": AT, "SystemModstamp": AT,
    },
]  # fmt: skip
CONTACT = {"contacts": {"results": [{"id": "512", "type": "deal_to_contact"}]}}
HUBSPOT = [
    {"objectType": "companies", "id": "9", "properties": {"name": "Tea & Co"}, "updatedAt": AT},
    {
        "objectType": "contacts", "id": "512", "updatedAt": AT, "createdAt": "2020-03-04T10:00:00.123Z",
        "archived": False, "properties": {
            "email": "ana@town.example", "firstname": "Ana", "lastname": "García", "hs_language": "es",
            "associatedcompanyid": "9", "hs_email_optout": "true", "lastmodifieddate": "2026-01-05T10:00:00.500Z",
        },
    },
    {
        "objectType": "deals", "id": "77", "updatedAt": AT, "associations": CONTACT, "properties": {
            "amount": "49.90", "dealname": "Ripple", "closedate": "2025-11-02T00:00:00Z",
            "deal_currency_code": "EUR", "hs_is_closed_won": "true",
        },
    },
    {
        "objectType": "tickets", "id": "1042", "updatedAt": AT, "associations": CONTACT, "properties": {
            "subject": "It leaks", "hs_pipeline_stage": "2", "createdate": AT,
        },
    },
]  # fmt: skip


@pytest.fixture
def books(lead: User) -> CrmSync:
    return connected(lead)


def test_people_purchases_products_and_cases_are_taken(books: CrmSync, lead: User) -> None:
    answer = pushed(
        books,
        record("person", "C1", **ANA, handles="mastodon:ana@town.social"),
        record("purchase", "P1", **BOUGHT),
        record("product", "A1", person="C1", product="Kettle", version="3", since=AT),
        record("case", "T1", person="C1", subject="It leaks", status="open", opened_at=AT),
    )
    assert counts(answer) == (4, 0, 0, 0)
    ana = Customer.objects.get(external_id="C1")
    rows = rows_of(ana.person.whole_id)
    assert (ana.name, ana.company, ana.person.language) == ("Ana García", "Tea & Co", "es")
    assert Identity.objects.get(network="mastodon").person_id == ana.person.whole_id
    assert [(each.product, each.version) for each in owned_by(rows)] == [("Kettle", "3"), ("Ripple", "")]
    told = timeline(lead, [], rows=rows).rows
    assert {(str(entry.title), entry.text) for entry in told} >= {("Case T1", "It leaks · open")}
    assert list(people_who({"owns": "Kettle"})) == [ana.person]


def test_a_message_is_taken_once(books: CrmSync) -> None:
    assert counts(pushed(books, record("person", "C1", **ANA), message="msg_1")) == (1, 0, 0, 0)
    assert pushed(books, record("person", "C2", **ANA), message="msg_1")[1]["is_new"] is False
    assert (Customer.objects.count(), CrmReceipt.objects.count()) == (1, 1)


def test_what_was_changed_last_stands_in_whatever_order_it_comes(lead: User) -> None:
    """The person, what they bought, and a change of each, in six of 24 orders."""
    told = [
        record("person", "C1", **{**ANA, "name": "Ana"}, customer="K-1"),
        record("person", "C1", **ANA, customer="K-1", at="2026-01-06T10:00:00Z"),
        record("purchase", "P1", **BOUGHT),
        record("purchase", "P1", **{**BOUGHT, "amount": "39.90"}, at="2026-01-07T10:00:00Z"),
    ]
    for number, order in enumerate(list(permutations(told))[::4]):
        sync = connected(lead, name=f"Books {number}")
        for each in order:
            counts(pushed(sync, each))
        (ana,) = Customer.objects.all()
        assert (ana.external_id, ana.name) == ("K-1", "Ana García")
        assert [str(each.amount) for each in ana.purchases.all()] == ["39.90"]
        Person.objects.all().delete()


def test_what_is_older_is_told_so_and_the_same_time_is_taken(books: CrmSync) -> None:
    pushed(books, record("person", "C1", **ANA))
    assert counts(pushed(books, record("person", "C1", name="Old", at="2026-01-04T10:00:00Z"))) == (
        0,
        1,
        0,
        0,
    )
    assert counts(pushed(books, record("person", "C1", **{**ANA, "name": "Ana G."}))) == (1, 0, 0, 0)
    assert Customer.objects.get().name == "Ana G."


def test_who_is_deleted_there_stays_and_what_is_deleted_goes(books: CrmSync) -> None:
    later = "2026-01-06T10:00:00Z"
    pushed(books, record("person", "C1", **ANA), record("purchase", "P1", **BOUGHT))
    pushed(books, record("case", "T1", person="C1", opened_at=AT))
    gone = [record(kind, number, at=later, deleted=True) for kind, number in
            (("person", "C1"), ("purchase", "P1"), ("case", "T1"))]  # fmt: skip
    assert counts(pushed(books, *gone)) == (3, 0, 0, 0)
    assert (Customer.objects.count(), Purchase.objects.count(), Case.objects.count()) == (1, 0, 0)
    assert counts(pushed(books, record("purchase", "P1", **BOUGHT))) == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("signed", "word"),
    [
        ({"secret": new_secret()}, "not of this message"),
        ({"at": timezone.now() - timedelta(minutes=6)}, "stale"),
        ({"at": timezone.now() + timedelta(minutes=60)}, "ahead"),
        ({"body": b'{"type": "records.changed"}'}, "not of this message"),
    ],
)
def test_forged_stale_and_changed_messages_are_refused(
    books: CrmSync, signed: dict[str, Any], word: str
) -> None:
    status, told = pushed(books, record("person", "C1", **ANA), **signed)
    assert (status, word in told["detail"]) == (401, True)
    books.refresh_from_db()
    assert word in books.refusal
    assert not Customer.objects.exists()


def test_what_we_signed_is_not_believed_when_it_comes_back(books: CrmSync) -> None:
    assert pushed(books, record("person", "C1"), secret=secrets_of(books).ours)[0] == 401


def test_nothing_is_taken_at_a_door_that_is_off_or_not_there(books: CrmSync) -> None:
    CrmSync.objects.update(is_on=False)
    assert pushed(books, record("person", "C1"))[0] == 404
    books.pk = 2**40
    assert pushed(books, record("person", "C1"))[0] == 404


def test_a_body_that_is_no_message_is_refused(books: CrmSync) -> None:
    assert pushed(books, what="nonsense")[0] == 400
    assert pushed(books, *[record("person", str(number)) for number in range(201)])[0] == 413


def test_each_record_that_cannot_be_read_is_told_with_its_reason(books: CrmSync) -> None:
    bad = (
        "no",
        {"kind": "spaceship"},
        record("person", ""),
        record("person", "C1", at="soon"),
        record("person", "C2", at=(clock.now() + timedelta(days=2)).isoformat()),
        record("purchase", "P1", person="C1", purchased_at=AT),
        record("person", "C3", consent={"everything": True}),
        record("person", "C4", email="nonsense"),
        record("person", "C5", **ANA),
    )
    told = pushed(books, *bad)[1]
    assert told["stored"] == 1
    words = ["kind must be", "kind must be", "id is empty", "not a date", "ahead of our clock"]
    words += ["amount is empty", "nobody asks", "not an address"]
    assert [each["index"] for each in told["rejected"]] == list(range(8))
    assert [word in each["reason"] for word, each in zip(words, told["rejected"], strict=True)] == [True] * 8


@pytest.mark.parametrize(
    ("dialect", "records", "number"),
    [("salesforce", SALESFORCE, "003A"), ("hubspot", HUBSPOT, "512")],
    ids=["salesforce", "hubspot"],
)
def test_records_as_salesforce_and_hubspot_write_them(
    lead: User, dialect: str, records: list[Any], number: str
) -> None:
    """In any order: the company last, too."""
    sync = connected(
        lead, dialect=dialect, mapping={"person.language": "Language__c"} if number == "003A" else {}
    )
    assert counts(pushed(sync, *records[::-1])) == (4, 0, 0, 0)
    (ana,) = Customer.objects.all()
    assert ana.external_id == f"{dialect}-{sync.pk}:{number}"
    assert (ana.name, ana.email, ana.company) == ("Ana García", "ana@town.example", "Tea & Co")
    assert (ana.person.language, ana.since and ana.since.year) == ("es", 2020)
    (bought,) = ana.purchases.all()
    assert (str(bought.amount), bought.product, bought.purchased_at.date().isoformat()) == (
        "49.90", "Ripple", "2025-11-02",
    )  # fmt: skip
    assert [case.subject for case in ana.cases.all()] == ["It leaks"]
    assert not may_we("news", [ana.person_id])
    assert counts(pushed(sync, *records)) == (4, 0, 0, 0)
    assert (Customer.objects.count(), Purchase.objects.count(), Consent.objects.count()) == (1, 1, 1)


def test_a_deal_that_is_not_won_is_no_purchase(lead: User) -> None:
    sync = connected(lead, dialect="hubspot")
    pushed(sync, *HUBSPOT)
    lost = {**HUBSPOT[2], "updatedAt": "2026-01-06T10:00:00Z"}
    lost["properties"] = {**HUBSPOT[2]["properties"], "hs_is_closed_won": "false"}  # type: ignore[dict-item]
    assert counts(pushed(sync, lost)) == (1, 0, 0, 0)
    assert not Purchase.objects.exists()


def test_the_later_word_on_consent_counts_wherever_it_was_said(books: CrmSync) -> None:
    pushed(books, record("person", "C1", **ANA, consent={"surveys": False}))
    ana = Customer.objects.get().person_id
    assert not may_we("surveys", [ana])
    take_word(ana, "surveys", is_given=True, source="on our page")
    pushed(books, record("person", "C1", **ANA, consent={"surveys": False}, at="2026-01-06T10:00:00Z"))
    assert may_we("surveys", [ana])
    pushed(books, record("person", "C1", **ANA, consent={"surveys": False}, at=clock.now().isoformat()))
    assert not may_we("surveys", [ana])


def test_whom_they_erased_is_erased_where_a_lead_allowed_that(lead: User) -> None:
    sync = connected(lead, may_erase=True)
    pushed(sync, record("person", "C1", **ANA))
    assert counts(pushed(sync, {"kind": "person", "id": "C1"}, what="records.erased")) == (0, 0, 1, 0)
    assert not Person.objects.exists()
    late = record("person", "C1", **ANA), record("purchase", "P1", **BOUGHT)
    assert counts(pushed(sync, *late)) == (0, 0, 2, 0)
    assert not Person.objects.exists()


def test_otherwise_whoever_set_it_up_is_asked(books: CrmSync, lead: User) -> None:
    pushed(books, record("person", "C1", **ANA))
    pushed(books, {"kind": "person", "id": "C1"}, what="records.erased")
    ana = Customer.objects.get().person
    notice = Notice.objects.get(user=lead)
    assert (notice.path, "erased somebody" in notice.title) == (f"/desk/people/{ana.pk}/", True)
    CrmSync.objects.update(may_erase=True)
    type(lead).objects.filter(pk=lead.pk).update(role="agent")
    pushed(books, {"kind": "person", "id": "C1"}, what="records.erased")
    assert Person.objects.filter(pk=ana.pk).exists()
