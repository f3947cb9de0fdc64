"""Bursts with the posts that tell what they are about."""

from dataclasses import dataclass

from oneroof.core.pagination import LIMIT, Page, decode_numbers, page_of
from oneroof.insight.models import Burst
from oneroof.listening.models import Post


@dataclass(frozen=True, slots=True)
class ShownBurst:
    burst: Burst
    posts: list[Post]

    @property
    def pk(self) -> int:
        return self.burst.pk


def bursts(cursor: str | None = None) -> Page[ShownBurst]:
    """The newest first."""
    found = Burst.objects.select_related("source", "reason").order_by("-pk")
    if cursor:
        found = found.filter(pk__lt=decode_numbers(cursor, 1)[0])
    rows = list(found[: LIMIT + 1])
    ids = [pk for row in rows for pk in row.posts]
    known = {
        post.pk: post
        for post in Post.objects.filter(pk__in=ids, gone_at=None).exclude(text="").defer("words")
    }
    shown = [ShownBurst(row, [known[pk] for pk in row.posts if pk in known]) for row in rows]
    return page_of(shown, LIMIT, lambda row: (row.pk,))
