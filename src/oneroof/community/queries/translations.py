"""What entries say in a reader's language."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, get_language_info

from oneroof.community.models import Entry, Revision, Translation, TranslationService


def readers_language() -> str:
    """ISO 639-1, of the interface."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language a page is read, or may be: its code and its own name."""

    lang: str
    name: str
    shown: bool
    may_ask: bool


def reading_of(entries: Sequence[Entry], asked: str) -> tuple[Reading, Mapping[int, Translation]]:
    """How a page of these is read by whoever asked for a language, or for none, and what stands in it."""
    lang = known_language(asked) or readers_language()
    told = translations_of(entries, lang) if known_language(asked) else {}
    is_other = any(each.lang and each.lang != lang for each in entries)
    may_ask = is_other and not told and service_in_use() is not None
    return Reading(lang, get_language_info(lang)["name_local"], bool(told), may_ask), told


def languages() -> list[tuple[str, str]]:
    """Those of the interface, by their own names, without their varieties."""
    return [(code, name) for code, name in settings.LANGUAGES if "-" not in code]


def known_language(code: str) -> str:
    """One that the interface speaks; empty for any other."""
    return code if code in dict(languages()) else ""


def service_in_use() -> TranslationService | None:
    return TranslationService.objects.filter(is_on=True).first()


def newest_revision() -> Coalesce:
    """Of the entry in ``entry_id``."""
    newest = Revision.objects.filter(entry=OuterRef("entry_id")).order_by("-number").values("number")[:1]
    return Coalesce(Subquery(newest), 0, output_field=IntegerField())


def translations_of(entries: Iterable[Entry], lang: str) -> Mapping[int, Translation]:
    return current_translations([each.pk for each in entries], lang)


def current_translations(entry_ids: Collection[int], lang: str) -> Mapping[int, Translation]:
    """Of what the entries say now, by their ids."""
    rows = Translation.objects.filter(entry__in=entry_ids, lang=lang)
    current = rows.annotate(newest=newest_revision()).filter(revision=F("newest"))
    return {each.entry_id: each for each in current.select_related("by", "entry")}
