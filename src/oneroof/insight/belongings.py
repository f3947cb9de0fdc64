"""What insight keeps of a person: their contacts, and what the router learnt from what they said."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q, QuerySet

from oneroof.customers.belongings import Holder
from oneroof.insight.actions.hearing import forget_contacts
from oneroof.insight.models import Contact, Example
from oneroof.listening.models import Post

TOLD = ("id", "external_id", "channel", "opened_at", "closed_at", "customer", "reason_said", "text", "cost")


def contacts_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    yield from _contacts(holder).order_by("opened_at", "pk").values(*TOLD)


def erase_contacts(holder: Holder) -> int:
    gone = forget_contacts(list(_contacts(holder).values_list("external_id", flat=True)))
    if holder.pattern:  # what others said of them is swept, and means something else then
        Example.objects.filter(text__iregex=holder.pattern).update(vector=None)
    return gone + _forget_posts(holder)


def _contacts(holder: Holder) -> QuerySet[Contact]:
    return Contact.objects.filter(Q(identity__in=holder.identity_ids) | Q(customer__in=holder.marks))


def _forget_posts(holder: Holder) -> int:
    """Theirs, and those whose texts are gone: of very many, posts are erased in batches before this."""
    keys = Example.objects.filter(key__startswith="post ").values_list("key", flat=True)
    learnt = {int(key.removeprefix("post ")): key for key in keys}
    theirs = Q(text="") | Q(identity__in=holder.identity_ids)
    wiped = Post.objects.filter(theirs, pk__in=learnt).values_list("pk", flat=True)
    return Example.objects.filter(key__in=[learnt[each] for each in wiped]).delete()[0]
