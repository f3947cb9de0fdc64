"""What people wrote in public goes by its age, that of customers and of others by rules of their own."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from oneroof.customers.models import Customer, Identity
from oneroof.listening.belongings import wipe_posts
from oneroof.listening.models import Post

type Old = Callable[[datetime], QuerySet[Post]]


def of_customers(before: datetime) -> QuerySet[Post]:
    return _said(before).filter(Exists(_in_the_books()))


def of_others(before: datetime) -> QuerySet[Post]:
    return _said(before).exclude(Exists(_in_the_books()))


def counted(old: Old) -> Callable[[datetime], int]:
    return lambda before: old(before).count()


def forgotten(old: Old) -> Callable[[datetime, int], int]:
    def forget(before: datetime, most: int) -> int:
        ids = list(old(before).order_by("said_at").values_list("pk", flat=True)[:most])
        return wipe_posts(Post.objects.filter(pk__in=ids), ids)

    return forget


def _said(before: datetime) -> QuerySet[Post]:
    """Of theirs that still says something; what we said ourselves stays."""
    return Post.objects.filter(said_at__lt=before, is_ours=False).exclude(text="", author_handle="")


def _in_the_books() -> QuerySet[Identity]:
    """Who wrote it, where any of their rows is a customer's."""
    theirs = Customer.objects.annotate(whole=Coalesce("person__merged_into_id", "person_id"))
    return Identity.objects.filter(pk=OuterRef("identity_id"), person__in=theirs.order_by().values("whole"))
