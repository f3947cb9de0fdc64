"""What insight keeps of a person: their contacts, and what the router learnt from what they said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from oneroof.customers.belongings import Holder
from oneroof.insight.models import Contact, Example
from oneroof.listening.models import Post

TOLD = ("id", "external_id", "channel", "opened_at", "closed_at", "customer", "reason_said", "text", "cost")


def contacts_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    yield from _contacts(holder).order_by("opened_at", "pk").values(*TOLD)


def erase_contacts(holder: Holder) -> int:
    """That there was a contact stays, with its reason and cost, for the figures; it is nobody's then."""
    ids = list(_contacts(holder).values_list("pk", flat=True))
    Example.objects.filter(key__in=[f"contact {each}" for each in ids]).delete()
    Contact.objects.filter(pk__in=ids).update(text="", customer="", identity=None)
    return len(ids) + _forget_wiped_posts()


def _contacts(holder: Holder) -> QuerySet[Contact]:
    return Contact.objects.filter(Q(identity__in=holder.identity_ids) | Q(customer__in=holder.marks))


def _forget_wiped_posts() -> int:
    """Posts are erased before this, and no longer say whose they were: their texts are gone."""
    keys = Example.objects.filter(key__startswith="post ").values_list("key", flat=True)
    learnt = {int(key.removeprefix("post ")): key for key in keys}
    wiped = Post.objects.filter(pk__in=learnt, text="").values_list("pk", flat=True)
    return Example.objects.filter(key__in=[learnt[each] for each in wiped]).delete()[0]
