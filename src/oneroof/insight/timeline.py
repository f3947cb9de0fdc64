"""A person's contacts that other systems logged, for their timeline."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.customers.models import Customer, Identity
from oneroof.customers.timeline import Entry
from oneroof.insight.models import Contact


def contacts_of(rows: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest of a person's rows, by handles and the books' numbers; see :mod:`oneroof.customers.timeline`."""
    numbers = list(Customer.objects.filter(person__in=rows).values_list("external_id", flat=True))
    identities = list(Identity.objects.filter(born__in=rows).values_list("pk", flat=True))
    theirs = Q(identity__in=identities) | Q(customer__in=numbers)
    contacts = Contact.objects.filter(theirs, opened_at__lte=until).order_by("-opened_at", "-id")
    return [
        Entry(
            key=f"contact:{pk:020}",
            at=opened_at,
            icon="mail" if "mail" in channel.casefold() else "megaphone",
            title=channel.capitalize() or _("Contact"),
            text=" · ".join(filter(None, (reason or said, text))),
        )
        for pk, opened_at, channel, reason, said, text in contacts.values_list(
            "pk", "opened_at", "channel", "reason__name", "reason_said", "text"
        )[:limit]
    ]
