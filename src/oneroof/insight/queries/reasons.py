"""One reason with what was counted under it, and the groups that might become reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from oneroof.core.pagination import LIMIT, Page, decode_numbers, page_of
from oneroof.insight.models import Contact, FoundGroup, PlacedPost, Reason
from oneroof.listening.models import Post

SHOWN_OF_A_GROUP = 3


@dataclass(frozen=True, slots=True)
class Counted:
    """A contact or post as a page shows it."""

    kind: str
    pk: int
    at: datetime
    who: str
    where: str
    text: str
    by: str
    sureness: int | None


def counted_contacts(reason_id: int | None, cursor: str | None = None) -> Page[Counted]:
    """The newest first; of None, those without a reason."""
    found = Contact.objects.filter(_under(reason_id))
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = [_of_contact(contact) for contact in found.order_by("-pk")[: LIMIT + 1]]
    return page_of(rows, LIMIT, lambda row: (row.pk,))


def counted_posts(reason_id: int | None, cursor: str | None = None) -> Page[Counted]:
    """The newest first; of None, those without a reason."""
    found = PlacedPost.objects.filter(_under(reason_id)).select_related("source")
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    placed = list(found.order_by("-pk")[: LIMIT + 1])
    moments = [each.said_at for each in placed]
    texts = (
        Post.objects.filter(
            pk__in=[each.pk for each in placed], said_at__gte=min(moments), said_at__lte=max(moments)
        ).in_bulk()
        if placed
        else {}
    )
    rows = [_of_post(each, texts.get(each.pk)) for each in placed]
    return page_of(rows, LIMIT, lambda row: (row.pk,))


def groups() -> Sequence[tuple[FoundGroup, Sequence[str]]]:
    """Each with three of its texts."""
    found = list(FoundGroup.objects.all())
    ids = [_id(key) for group in found for key in group.keys[:SHOWN_OF_A_GROUP]]
    texts = dict(Contact.objects.filter(pk__in=ids).values_list("pk", "text"))
    return [
        (group, [texts[_id(key)] for key in group.keys[:SHOWN_OF_A_GROUP] if _id(key) in texts])
        for group in found
    ]


def reason_choices() -> list[tuple[int, str]]:
    return list(Reason.objects.live().values_list("pk", "name"))


def _under(reason_id: int | None) -> Q:
    return Q(reason__isnull=True) if reason_id is None else Q(reason=reason_id)


def _id(key: str) -> int:
    return int(key.removeprefix("contact "))


def _percent(sureness: float | None) -> int | None:
    return None if sureness is None else round(100 * sureness)


def _of_contact(contact: Contact) -> Counted:
    said = contact.text or contact.reason_said
    by = contact.get_reason_by_display() if contact.reason_by else ""
    return Counted(
        "contact", contact.pk, contact.opened_at, contact.customer, contact.channel, said, by,
        _percent(contact.sureness),
    )  # fmt: skip


def _of_post(placed: PlacedPost, post: Post | None) -> Counted:
    return Counted(
        "post", placed.pk, placed.said_at, post.author_handle if post else "", placed.source.name,
        post.text if post else "", placed.get_reason_by_display() if placed.reason_by else "",
        _percent(placed.sureness),
    )  # fmt: skip
