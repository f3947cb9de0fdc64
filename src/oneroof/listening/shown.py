"""Posts as pages show them: in parts, with their reasons in words and their hits marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from oneroof.listening.excerpts import excerpt
from oneroof.listening.models import Mention, Post
from oneroof.listening.need.reasons import TEMPLATES as REASONS
from oneroof.listening.need.risks import TEMPLATES as RISKS
from oneroof.listening.past import Catch, highlights
from oneroof.listening.watch_language import WatchSyntaxError
from oneroof.text.feeling import NEGATIVE, POSITIVE

type Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """A post in a list: ``text`` is the part that is shown, ``spans`` what a search hit in it."""

    post: Post
    text: str
    spans: Spans
    watches: Sequence[str]
    state: str
    is_current: bool = False

    @property
    def author(self) -> str:
        return author_of(self.post)


@dataclass(frozen=True, slots=True)
class Reason:
    text: str
    points: str


def rows(
    posts: Sequence[Post], catches: Mapping[int, list[Mention]], query: str = "", current: int | None = None
) -> list[Row]:
    """``query`` is what to mark; one that cannot be read marks nothing. ``current`` is the post that is open."""
    return [
        _row(
            post,
            hits(query, post),
            [each.watch.name for each in catches.get(post.pk, [])],
            is_current=post.pk == current,
        )
        for post in posts
    ]


def caught_rows(catches: Sequence[Catch]) -> list[Row]:
    return [_row(each.post, each.spans, ()) for each in catches]


def _row(post: Post, spans: Spans, watches: Sequence[str], *, is_current: bool = False) -> Row:
    text, inside = excerpt(post.text, spans)
    return Row(post, text, inside, watches, "at_risk" if post.risk else "", is_current)


def hits(query: str, post: Post) -> Spans:
    if not query.strip():
        return []
    try:
        return highlights(query, post)
    except WatchSyntaxError:
        return []


def author_of(post: Post) -> str:
    return post.author_name or post.author_handle


def reasons_of(post: Post) -> list[Reason]:
    """Each with its points; they add up to the need."""
    return [
        Reason(_in_words(REASONS, each), f"{each['points']:+d}".replace("-", "−"))
        for each in post.need_reasons
    ]


def risks_of(post: Post) -> list[str]:
    return [_in_words(RISKS, each) for each in post.risk or ()]


def _in_words(templates: Mapping[str, str], reason: Mapping[str, Any]) -> str:
    """A code of a version that this one does not know shows as it is."""
    template = templates.get(reason["code"])
    return _(template) % reason.get("params", {}) if template else str(reason["code"])


def feeling_of(post: Post) -> str:
    """A state of ``core.states``; empty where it is unknown."""
    if post.feeling is None:
        return ""
    return "negative" if post.feeling <= NEGATIVE else "positive" if post.feeling >= POSITIVE else "neutral"


def language_of(post: Post) -> str:
    if post.lang is None:
        return _("unknown")
    try:
        return str(get_language_info(post.lang)["name_translated"])
    except KeyError:
        return post.lang
