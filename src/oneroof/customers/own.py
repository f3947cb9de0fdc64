"""What customers itself keeps of a person, for the archive."""

from collections.abc import Iterable, Mapping
from typing import Any

from oneroof.accounts.models import User
from oneroof.customers.actions.crm_noting import note_erased
from oneroof.customers.belongings import Holder, named_everywhere
from oneroof.customers.models import (
    Asset,
    Case,
    Consent,
    CrmRecord,
    Customer,
    Identity,
    Link,
    Person,
    Purchase,
    Reach,
    ReferralCode,
    Touch,
)

ACCOUNT = ("id", "email", "name", "role", "language", "time_zone", "joined_at")


def holder_of(person_id: int) -> Holder:
    """Raises Person.DoesNotExist."""
    whole = Person.objects.get(pk=person_id).whole_id
    rows = list(Person.objects.of(whole).order_by("pk").values_list("pk", flat=True))
    identities = list(Identity.objects.filter(born__in=rows).order_by("pk"))
    records = list(Customer.objects.filter(person__in=rows).prefetch_related("stated"))
    handles = {each.handle for each in identities}
    handles |= {held.handle for each in records for held in each.stated.all()}
    words = handles | {each.email for each in records} | {each.external_id for each in records}
    return named_everywhere(Holder(rows, [each.pk for each in identities], sorted(filter(None, words))))


def own_rows(holder: Holder) -> Iterable[Mapping[str, Any]]:
    tables = (
        ("person", Person.objects.filter(pk__in=holder.rows)),
        ("identity", Identity.objects.filter(born__in=holder.rows)),
        ("customer", Customer.objects.filter(person__in=holder.rows)),
        ("purchase", Purchase.objects.filter(customer__person__in=holder.rows)),
        ("product owned", Asset.objects.filter(customer__person__in=holder.rows)),
        ("case", Case.objects.filter(customer__person__in=holder.rows)),
        ("CRM record", CrmRecord.objects.filter(customer__person__in=holder.rows)),
        ("reach", Reach.objects.filter(person__in=holder.rows)),
        ("consent", Consent.objects.filter(person__in=holder.rows)),
        ("touch", Touch.objects.filter(person__in=holder.rows)),
        ("referral code", ReferralCode.objects.filter(owner__in=holder.rows)),
        ("link", Link.objects.filter(one__in=holder.rows) | Link.objects.filter(other__in=holder.rows)),
    )
    for account in User.objects.filter(email__in=holder.addresses).order_by("pk").values(*ACCOUNT):
        yield {"kind": "account", **account}
    for kind, rows in tables:
        for row in rows.order_by("pk").values():
            yield {"kind": kind, **row}


def erase_own(holder: Holder) -> int:
    """The rows themselves; what refers to them goes along, their codes too, whose words may name them."""
    note_erased(holder)
    ReferralCode.objects.filter(owner__in=holder.rows).delete()
    gone, _by_model = Person.objects.filter(pk__in=holder.rows).delete()
    return gone
