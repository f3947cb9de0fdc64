"""How somebody is reached best: as they chose, else as they speak."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oneroof.customers.models import Person, Teller

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
    people = Person.objects.filter(pk__in=rows).select_related("reach").prefetch_related("identities")
    return reach_among(people)


def reach_among(people: Iterable[Person]) -> Reached:
    """Of these rows of one human, with what they chose and their identities."""
    known = list(people)
    chosen = sorted(
        (each.reach for each in known if hasattr(each, "reach")),
        key=lambda each: (WEIGHT[Teller(each.told_by)], each.told_at),
        reverse=True,
    )
    channel = next((each.channel for each in chosen if each.channel), "") or _heard_last(known)
    language = next((each.language for each in chosen if each.language), "") or _spoken(known)
    if not chosen:
        return Reached(channel, language)
    return Reached(channel, language, chosen[0].get_told_by_display(), chosen[0].told_at)


def channel_name(channel: str) -> str:
    """A network goes by its own name."""
    return str(OTHER_WAYS.get(channel, channel.capitalize()))


def _heard_last(people: Sequence[Person]) -> str:
    heard = [identity for each in people for identity in each.identities.all()]
    return max(heard, key=lambda each: each.last_seen_at).network if heard else ""


def _spoken(people: Sequence[Person]) -> str:
    """Of whoever stands for all, before those joined to them."""
    speaking = [each for each in people if each.language]
    speaking.sort(key=lambda each: (each.merged_into_id is None, each.pk))
    return speaking[-1].language if speaking else ""
