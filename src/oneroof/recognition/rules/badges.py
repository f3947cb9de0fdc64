"""The badges that there are, each with its reason. None counts time spent, pages seen or a place in a list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Record:
    """What a member's ledger says that badges look at."""

    accepted: int = 0
    topics: int = 0
    """In which at least three answers were accepted."""
    people_helped: int = 0
    articles: int = 0
    ideas: int = 0
    replies: int = 0
    reports: int = 0


@dataclass(frozen=True, slots=True)
class Badge:
    key: str
    name: str | Promise
    reason: str | Promise
    icon: str
    is_earned: Callable[[Record], bool]


BADGES = (
    Badge("solved", _("Solved it"), _("An answer was accepted"), "check", lambda r: r.accepted >= 1),
    Badge(
        "many", _("Helps many"), _("Answers accepted by ten people"), "users", lambda r: r.people_helped >= 10
    ),
    Badge(
        "broad",
        _("At home in three topics"),
        _("Three answers accepted in each of three topics"),
        "tag",
        lambda r: r.topics >= 3,
    ),
    Badge(
        "keeper",
        _("Keeps it fresh"),
        _("Five articles written or kept fresh"),
        "book-open",
        lambda r: r.articles >= 5,
    ),
    Badge(
        "ideas",
        _("Idea adopted"),
        _("An idea became part of the product"),
        "sparkles",
        lambda r: r.ideas >= 1,
    ),
    Badge(
        "abroad",
        _("Out there"),
        _("Ten replies as a volunteer where people ask"),
        "message-square-reply",
        lambda r: r.replies >= 10,
    ),
    Badge(
        "watchful",
        _("Watchful"),
        _("Five reports that were right"),
        "shield",
        lambda r: r.reports >= 5,
    ),
)
BY_KEY = {badge.key: badge for badge in BADGES}


def earned(record: Record) -> frozenset[str]:
    return frozenset(badge.key for badge in BADGES if badge.is_earned(record))
