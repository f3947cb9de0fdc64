"""A person's posts, for their timeline, and what they felt in them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from oneroof.customers.timeline import Entry
from oneroof.listening.models import Post


def places_of(identity_ids: Sequence[int]) -> dict[int, str]:
    """Where each of these identities was heard, by the names of our sources."""
    heard = Post.objects.filter(identity_id__in=identity_ids).values_list("identity_id", "source__name")
    names: dict[int, list[str]] = {}
    for identity_id, name in heard.distinct().order_by("source__name"):
        names.setdefault(identity_id, []).append(name)
    return {identity_id: ", ".join(heard_at) for identity_id, heard_at in names.items()}


def posts_of(identity_ids: Sequence[int], until: datetime, limit: int) -> Sequence[Entry]:
    """The newest said by these identities; see :mod:`oneroof.customers.timeline`."""
    said = Post.objects.filter(identity_id__in=identity_ids, said_at__lte=until).order_by("-said_at", "-id")
    return [
        Entry(
            key=f"post:{pk:020}",
            at=said_at,
            icon="message-square",
            title=source,
            text=text or (_("Deleted at the source.") if gone_at else ""),
            url=reverse_lazy("post", args=[pk]),
        )
        for pk, said_at, source, text, gone_at in said.values_list(
            "pk", "said_at", "source__name", "text", "gone_at"
        )[:limit]
    ]


def feelings_of(identity_ids: Sequence[int], since: datetime) -> Mapping[date, tuple[int, float]]:
    """Of each month the posts that were judged and their sum; see :mod:`oneroof.customers.feelings`."""
    judged = Post.objects.filter(identity_id__in=identity_ids, said_at__gte=since, feeling__isnull=False)
    months = judged.order_by().annotate(month=TruncMonth("said_at")).values("month")
    told = months.annotate(words=Count("pk"), total=Sum("feeling"))
    return {row["month"].date(): (row["words"], row["total"]) for row in told}
