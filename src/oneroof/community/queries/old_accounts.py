"""Accounts that were brought along and are nobody's yet."""

from django.db.models import Count, Q, QuerySet

from oneroof.community.models import Member
from oneroof.core.pagination import Page, decode_numbers, page_of

SHOWN = 50


def unclaimed() -> QuerySet[Member]:
    """Whoever was erased leaves a row without words, which is nobody's to take."""
    return Member.objects.filter(user=None, merged_into=None).exclude(external_id="").exclude(name="…")


def old_accounts(text: str = "", *, cursor: str | None = None) -> Page[Member]:
    """By number, each with how much it wrote; ``text`` is of its name or address. Raises CursorError."""
    found = unclaimed()
    if text:
        found = found.filter(Q(name__icontains=text) | Q(claim_email__icontains=text))
    if cursor:
        found = found.filter(pk__gt=decode_numbers(cursor, 1)[0])
    rows = found.order_by("pk").annotate(written=Count("entries"))
    return page_of(list(rows[: SHOWN + 1]), SHOWN, lambda member: (member.pk,))
