"""What was written comes in another language: by a machine where it is switched on, and corrected by members.

A machine never overwrites what a person wrote, and is given nothing of private groups.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.editing import latest_revision
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Revision, Translation, TranslationService, Visibility
from oneroof.community.queries.translations import known_language, service_in_use, translations_of
from oneroof.community.rules.segments import pieces_of, put_together
from oneroof.community.translating import PROVIDERS
from oneroof.community.translating.base import Provider, UnreadableTranslationError, Wanted
from oneroof.core import clock
from oneroof.core.http import FetchError, SafeClient
from oneroof.core.sealing import seal, unseal
from oneroof.core.turns import CALL_SECONDS, outward_call

PURPOSE = "oneroof translation service"
MOST_PIECES, MOST_CHARACTERS = 50, 30_000
"""Of one call: DeepL takes no more pieces."""


def translate_page(asker: int, entries: Sequence[Entry], lang: str) -> int:
    """What of these has no translation yet, as much as one call takes; how many came. ``asker``: whose turn it is.

    Raises CommunityError where it can't be done now, UnderWayError where another call is under way.
    """
    service = service_in_use()
    if service is None or not known_language(lang):
        raise CommunityError(_("Nothing translates into that language here."))
    with outward_call(asker):
        known = translations_of(entries, lang)
        lacking = [each for each in entries if each.pk not in known and _may_leave(each, lang)]
        return sum(_translate(service, some, source, lang) for source, some in _by_language(lacking).items())


def _may_leave(entry: Entry, lang: str) -> bool:
    is_public = entry.group.visibility == Visibility.PUBLIC and not (entry.held_at or entry.deleted_at)
    return is_public and not entry.is_unlisted and bool(entry.lang) and entry.lang != lang


def _by_language(entries: Sequence[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for each in entries:
        found.setdefault(each.lang or "", []).append(each)
    return found


def _translate(service: TranslationService, entries: Sequence[Entry], source: str, lang: str) -> int:
    taken = _as_many_as_fit(service, entries)
    pieces = [piece for _entry, own in taken for piece in own]
    translated = iter(_asked(PROVIDERS[service.provider], settings_of(service), Wanted(pieces, source, lang)))
    numbers = _newest([entry for entry, _own in taken])
    rows = [
        Translation(
            **_in_place(entry, [next(translated) for _piece in own]),
            entry=entry,
            revision=numbers.get(entry.pk, 0),
            lang=lang,
            service=service.provider,
            characters=sum(map(len, own)),
        )
        for entry, own in taken
    ]
    Translation.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _newest(entries: Sequence[Entry]) -> dict[int, int]:
    written = Revision.objects.filter(entry__in=[each.pk for each in entries]).values_list("entry")
    return dict(written.annotate(Max("number")))


def _in_place(entry: Entry, new: Sequence[str]) -> dict[str, str]:
    if not entry.title:
        return {"body": put_together(entry.body, new)}
    title = " ".join(put_together(entry.title, new[:1]).split())
    return {"title": title[:300], "body": put_together(entry.body, new[1:])}


def _as_many_as_fit(service: TranslationService, entries: Sequence[Entry]) -> list[tuple[Entry, list[str]]]:
    day = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    spent = Translation.objects.filter(at__gte=day).aggregate(all=Sum("characters"))["all"] or 0
    room, places = min(service.daily_characters - spent, MOST_CHARACTERS), MOST_PIECES
    taken = []
    for entry in entries:
        own = [*(pieces_of(entry.title)[:1] if entry.title else []), *pieces_of(entry.body)]
        room, places = room - sum(map(len, own)), places - len(own)
        if room < 0 or places < 0:
            break
        taken.append((entry, own))
    if not taken:
        raise CommunityError(_("No more is translated today. The original says it, too."))
    return taken


def _asked(provider: Provider, known: Mapping[str, str], wanted: Wanted) -> list[str]:
    client = SafeClient(allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL)
    request = provider.write(known, wanted)
    try:
        answer = client.post(
            request.url, content=request.content, headers=request.headers, deadline=CALL_SECONDS * 2
        )
        if answer.status != 200:
            refusal = provider.refusals.get(answer.status) or _("It answered %(status)d.") % {
                "status": answer.status
            }
            raise CommunityError(str(refusal))
        pieces = provider.read(answer.body)
    except FetchError as error:
        raise CommunityError(_("What translates can’t be reached just now.")) from error
    except UnreadableTranslationError as error:
        raise CommunityError(_("What translates gave no translation.")) from error
    if len(pieces) != len(wanted.pieces):
        raise CommunityError(_("What translates gave no translation."))
    return pieces


@transaction.atomic
def correct(actor: User, entry_id: int, lang: str, *, body: str, title: str = "") -> Translation:
    """By whoever reads it: what the entry says now, in this language, in a person's words from then on."""
    demand(actor, Permission.TAKE_PART)
    entry = store.locked(actor, entry_id)
    if not known_language(lang) or lang == entry.lang:
        raise CommunityError(_("It is not translated into that language."))
    words = {"body": store.written(body), "title": store.titled(title) if entry.title else ""}
    own = {**words, "service": "", "by": member_of(actor), "at": clock.now(), "characters": 0}
    made, _is_new = Translation.objects.update_or_create(
        entry=entry, revision=latest_revision(entry), lang=lang, defaults=own
    )
    store.audited(actor, "translated", entry, lang=lang)
    return made


def settings_of(service: TranslationService) -> dict[str, str]:
    return unseal(service.sealed, PURPOSE)


@transaction.atomic
def choose_service(
    actor: User, provider: str, *, address: str, key: str, is_on: bool, daily_characters: int
) -> TranslationService:
    """Which machine translates, and whether; an empty ``key`` stays as it was, but goes to no other address."""
    demand(actor, Permission.STEER)
    if provider not in PROVIDERS:
        raise CommunityError(_("There is no such service."))
    service = TranslationService.objects.select_for_update().first() or TranslationService()
    known = settings_of(service) if service.pk else {}
    if not key and known.get("address") == address:
        key = known.get("key", "")
    if PROVIDERS[provider].needs_key and not key:
        raise CommunityError(_("It needs its key."))
    before = _shown(service) if service.pk else {}
    service.provider, service.is_on, service.daily_characters = provider, is_on, daily_characters
    service.sealed, service.changed_at = seal({"address": address, "key": key}, PURPOSE), clock.now()
    service.save()
    audit.record(actor, "translation.service_chosen", on=service, before=before, after=_shown(service))
    return service


def try_service(actor: User, provider: str, *, address: str, key: str) -> str:
    """What “Good morning.” is in Spanish, by what was typed. Raises CommunityError, UnderWayError."""
    demand(actor, Permission.STEER)
    if provider not in PROVIDERS:
        raise CommunityError(_("There is no such service."))
    with outward_call(actor.pk):
        said = _asked(
            PROVIDERS[provider], {"address": address, "key": key}, Wanted(["Good morning."], "en", "es")
        )
    return said[0]


def _shown(service: TranslationService) -> dict[str, Any]:
    return {
        "provider": service.provider,
        "is_on": service.is_on,
        "daily_characters": service.daily_characters,
    }
