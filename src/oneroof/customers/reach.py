"""How somebody is reached best: as they chose, else as they speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models import Identity, Person, Reach, Teller

OTHER_WAYS: dict[str, str | Promise] = {"email": _("E-mail"), "phone": _("Phone"), "letter": _("Letter")}
WEIGHT = {Teller.PERSON: 2, Teller.COLLEAGUE: 1, Teller.BOOKS: 0}


@dataclass(frozen=True, slots=True)
class Reached:
    """``chosen_by`` is empty where nobody chose, and channel and language are those of their last word."""

    channel: str
    language: str
    chosen_by: str = ""
    chosen_at: datetime | None = None


def reach_of(rows: Sequence[int]) -> Reached:
    """Of the human whose rows these are; their own word goes before a colleague's, a later before an earlier."""
    chosen = sorted(
        Reach.objects.filter(person__in=rows),
        key=lambda each: (WEIGHT[Teller(each.told_by)], each.told_at),
        reverse=True,
    )
    channel = next((each.channel for each in chosen if each.channel), "") or _heard_last(rows)
    language = next((each.language for each in chosen if each.language), "") or _spoken(rows)
    if not chosen:
        return Reached(channel, language)
    return Reached(channel, language, chosen[0].get_told_by_display(), chosen[0].told_at)


def channel_name(channel: str) -> str:
    """A network goes by its own name."""
    return str(OTHER_WAYS.get(channel, channel.capitalize()))


def _heard_last(rows: Sequence[int]) -> str:
    heard = Identity.objects.filter(born__in=rows).order_by("-last_seen_at")
    return heard.values_list("network", flat=True).first() or ""


def _spoken(rows: Sequence[int]) -> str:
    people = Person.objects.filter(pk__in=rows).exclude(language="").order_by("merged_into", "pk")
    return people.values_list("language", flat=True).last() or ""
