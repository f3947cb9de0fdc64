"""Saved replies, as they are looked through and tried."""

from collections.abc import Mapping
from types import MappingProxyType

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from oneroof.accounts.models import User
from oneroof.care.models import SavedReply
from oneroof.care.rules.placeholders import fill
from oneroof.core import clock
from oneroof.core.pagination import LIMIT, Page, decode_cursor, page_of

# Of each placeholder: what it becomes, and an example.
PLACEHOLDERS: Mapping[str, tuple[Promise, Promise]] = MappingProxyType(
    {
        "name": (gettext_lazy("the customer's name, or their handle"), gettext_lazy("Marta Quiroga")),
        "first_name": (gettext_lazy("the first word of that name"), gettext_lazy("Marta")),
        "handle": (gettext_lazy("the customer's handle"), gettext_lazy("marta_q")),
        "agent": (gettext_lazy("your name"), gettext_lazy("your name")),
        "source": (gettext_lazy("where the customer wrote"), gettext_lazy("Tea people")),
        "today": (gettext_lazy("today's date"), gettext_lazy("today's date")),
    }
)


def saved_replies(show: str = "", *, cursor: str | None = None) -> Page[SavedReply]:
    """By name and language; ``show`` is ``review`` for the unreviewed, ``expired``, or all."""
    found = _shown(show).select_related("owner", "reviewed_by").order_by("name", "lang")
    if cursor:
        name, lang = map(str, decode_cursor(cursor, 2))
        found = found.filter(Q(name__gt=name) | Q(name=name, lang__gt=lang))
    return page_of(list(found[: LIMIT + 1]), LIMIT, lambda saved: (saved.name, saved.lang))


def counts() -> dict[str, int]:
    """How many there are, are to be reviewed, have expired."""
    return SavedReply.objects.aggregate(
        all=Count("pk"),
        review=Count("pk", filter=Q(reviewed_at=None)),
        expired=Count("pk", filter=Q(expires_at__lte=clock.now())),
    )


def filled_by_example(text: str, user: User) -> str:
    """The text as an invented customer would get it from this person."""
    examples = {name: str(example) for name, (_meaning, example) in PLACEHOLDERS.items()}
    return fill(text, examples | {"agent": str(user), "today": f"{clock.now():%Y-%m-%d}"})


def _shown(show: str) -> QuerySet[SavedReply]:
    if show == "review":
        return SavedReply.objects.filter(reviewed_at=None)
    if show == "expired":
        return SavedReply.objects.filter(expires_at__lte=clock.now())
    return SavedReply.objects.all()
