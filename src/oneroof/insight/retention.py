"""What was said in contacts goes by its age; that there was one stays, with its reason and cost."""

from datetime import datetime

from django.db.models import Q, QuerySet

from oneroof.insight.models import Contact, Example


def old_contacts(before: datetime) -> int:
    return _old(before).count()


def forget_contacts(before: datetime, most: int) -> int:
    ids = list(_old(before).order_by("pk").values_list("pk", flat=True)[:most])
    Example.objects.filter(key__in=[f"contact {each}" for each in ids]).delete()
    return Contact.objects.filter(pk__in=ids).update(text="", customer="", identity=None)


def _old(before: datetime) -> QuerySet[Contact]:
    says = ~Q(text="") | ~Q(customer="") | Q(identity__isnull=False)
    return Contact.objects.filter(says, opened_at__lt=before)
