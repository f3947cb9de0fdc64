"""What customers complained of on one day: posts that are unhappy or need an answer, and contacts with words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from oneroof.accounts.models import Department
from oneroof.insight.actions.learning import LONGEST
from oneroof.insight.models import Contact, PlacedPost
from oneroof.listening.models import Post
from oneroof.listening.sources.base import AUTOMATIC

UNHAPPY = -0.05
"""VADER's own limit of what is negative."""
NEEDS_ANSWER = 40
COMPLAINS = Q(feeling__lte=UNHAPPY) | Q(feeling=None, need__gte=NEEDS_ANSWER) | Q(risk__isnull=False)
AT_MOST = 60_000
DEFAULT = "care"
"""Whose complaints are that are nobody's by reason or source."""


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint as it was said. ``copy_of`` is the same for near-copies; ``reach`` is None where unknown."""

    key: str
    pk: int
    text: str
    at: datetime
    speaker: str
    department_id: int | None
    reach: int | None
    need: int
    copy_of: str

    @property
    def is_contact(self) -> bool:
        return self.key.startswith("contact ")


def span_of(day: date) -> tuple[datetime, datetime]:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return start, start + timedelta(days=1)


def said_on(day: date) -> list[Said]:
    default = Department.objects.filter(slug=DEFAULT).values_list("pk", flat=True).first()
    return [*_posts(day, default), *_contacts(day, default)]


def _posts(day: date, default: int | None) -> Iterator[Said]:
    start, end = span_of(day)
    placed = PlacedPost.objects.filter(said_at__gte=start, said_at__lt=end, reason__department__isnull=False)
    by_reason = dict(placed.values_list("pk", "reason__department_id"))
    found = (
        Post.objects.filter(COMPLAINS, said_at__gte=start, said_at__lt=end, is_ours=False, gone_at=None)
        .exclude(kind__in=AUTOMATIC)
        .exclude(text="")
        .order_by("-need", "-pk")
        .values_list(
            "pk", "text", "said_at", "source_id", "author_handle_folded", "source__department_id", "followers",
            "need", "first_copy_id",
        )[:AT_MOST]
    )  # fmt: skip
    for pk, text, at, source_id, author, of_source, followers, need, copy_of in found:
        yield Said(
            f"post {pk}", pk, text[:LONGEST], at, f"{source_id} {author or pk}",
            by_reason.get(pk) or of_source or default, followers, need, f"post {copy_of or pk}",
        )  # fmt: skip


def _contacts(day: date, default: int | None) -> Iterator[Said]:
    start, end = span_of(day)
    found = Contact.objects.filter(opened_at__gte=start, opened_at__lt=end).exclude(text="")
    rows = found.values_list("pk", "text", "opened_at", "customer", "reason__department_id")
    for pk, text, at, customer, of_reason in rows.order_by("-pk")[:AT_MOST]:
        yield Said(
            f"contact {pk}", pk, text[:LONGEST], at, f"contact {customer or pk}", of_reason or default, None,
            NEEDS_ANSWER, f"contact {pk}",
        )  # fmt: skip
