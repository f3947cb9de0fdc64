"""One complaint: its days, and everything that was said, down to the rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from oneroof.core.pagination import LIMIT, Page, decode_numbers, page_of
from oneroof.insight.models import Complaint, ComplaintDay, ComplaintMember
from oneroof.insight.queries.twenty import Telling
from oneroof.listening.models import Post

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Member:
    pk: int
    said: Telling | None
    """None where it was deleted or erased since."""


def days_of(complaint: Complaint) -> Sequence[ComplaintDay]:
    """The newest first."""
    return list(complaint.days.order_by("-day")[:DAYS_SHOWN])


def members_of(complaint: Complaint, cursor: str | None = None) -> Page[Member]:
    """The newest first."""
    found = complaint.members.select_related("contact")
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = list(found.order_by("-pk")[: LIMIT + 1])
    moments = [row.said_at for row in rows if row.post_id]
    posts = (
        Post.objects.filter(pk__in=[row.post_id for row in rows], said_at__range=(min(moments), max(moments)))
        .select_related("source")
        .defer("words")
        .in_bulk()
        if moments
        else {}
    )
    return page_of([_member(row, posts.get(row.post_id or 0)) for row in rows], LIMIT, lambda row: (row.pk,))


def _member(row: ComplaintMember, post: Post | None) -> Member:
    if post is not None and post.text:
        return Member(row.pk, Telling(post.pk, post.author_handle, post.source.name, post.said_at, post.text))
    if row.contact is not None and row.contact.text:
        contact = row.contact
        return Member(
            row.pk, Telling(None, contact.customer, contact.channel, contact.opened_at, contact.text)
        )
    return Member(row.pk, None)
