"""A person's posts, for their timeline."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
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
    said = Post.objects.filter(identity_id__in=identity_ids, said_at__lte=until).select_related("source")
    return [_entry(post) for post in said.order_by("-said_at", "-id")[:limit]]


def _entry(post: Post) -> Entry:
    return Entry(
        key=f"post:{post.pk:020}",
        at=post.said_at,
        icon="message-square",
        title=post.source.name,
        text=post.text or (_("Deleted at the source.") if post.gone_at else ""),
        url=reverse("post", args=[post.pk]),
    )
