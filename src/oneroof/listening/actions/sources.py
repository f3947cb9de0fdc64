"""Places to listen to are added, changed, stopped and started."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.core.http import origin_of
from oneroof.listening.actions.receive import lock_source
from oneroof.listening.models import PostKey, Source
from oneroof.listening.secrets import open_secrets, seal_secrets
from oneroof.listening.sources import network
from oneroof.listening.sources.base import Field, FieldKind, Network

KEEP: Any = object()
"""What is not said stays as it is."""


class SourceError(OneroofError):
    """What was asked for the source cannot be; ``field`` names the setting where it is one's."""

    field = ""


def add_source(
    actor: User | None,
    network_key: str,
    name: str,
    settings: Mapping[str, Any],
    *,
    our_handles: Sequence[str] = (),
    department_id: int | None = None,
    keeps_all: bool = True,
) -> Source:
    """Listen to one more place. ``settings`` holds every field of the network's form, secrets too.

    A secret that is left out is made where the network can make one: ``settings_of`` tells it.
    """
    if actor is not None:
        demand(actor, Permission.MANAGE_SOURCES)
    place = network(network_key)
    plain, secrets = _sorted_out(place, {**_made(place, settings), **settings})
    _check_complete(place, {**plain, **secrets})
    source = Source(
        network=place.key,
        name=_name(name),
        settings=plain,
        secret=seal_secrets(secrets) if secrets else None,
        our_handles=_handles(our_handles),
        department_id=department_id,
        owner=actor,
        keeps_all=keeps_all,
    )
    with transaction.atomic():
        _save(source)
        audit.record(actor, "source.added", on=source, name=source.name, after=_told(source))
    return source


@transaction.atomic
def edit_source(
    actor: User,
    source_id: int,
    *,
    name: str = KEEP,
    settings: Mapping[str, Any] = KEEP,
    our_handles: Sequence[str] = KEEP,
    department_id: int | None = KEEP,
    keeps_all: bool = KEEP,
) -> Source:
    """Change what is given. Other settings are another place: it is heard from its beginning, at once."""
    demand(actor, Permission.MANAGE_SOURCES)
    lock_source(source_id)
    source = Source.objects.get(pk=source_id)
    before = _told(source)
    if settings is not KEEP:
        _change_settings(source, settings)
    if name is not KEEP:
        source.name = _name(name)
    if our_handles is not KEEP:
        source.our_handles = _handles(our_handles)
    if department_id is not KEEP:
        source.department_id = department_id
    if keeps_all is not KEEP:
        source.keeps_all = keeps_all
    _save(source)
    audit.record(actor, "source.changed", on=source, name=source.name, before=before, after=_told(source))
    return source


@transaction.atomic
def set_enabled(actor: User, source_id: int, *, is_enabled: bool) -> None:
    """Stop listening, or go on where it stopped."""
    demand(actor, Permission.MANAGE_SOURCES)
    lock_source(source_id)
    source = Source.objects.get(pk=source_id)
    if source.enabled == is_enabled:
        return
    source.enabled, source.next_poll_at, source.failures = is_enabled, None, 0
    source.save(update_fields=["enabled", "next_poll_at", "failures"])
    audit.record(actor, "source.started" if is_enabled else "source.stopped", on=source, name=source.name)


@transaction.atomic
def delete_source(actor: User, source_id: int) -> None:
    """One that never heard anything; what was heard is kept, so any other is switched off. Raises SourceError."""
    demand(actor, Permission.MANAGE_SOURCES)
    lock_source(source_id)
    source = Source.objects.get(pk=source_id)
    if has_heard(source):
        raise SourceError(_("It has heard something, which is kept. Switch it off."))
    audit.record(actor, "source.deleted", on=source, name=source.name, before=_told(source))
    source.delete()


def has_heard(source: Source) -> bool:
    return bool(PostKey.objects.filter(source=source).exists())


def whole_settings(
    place: Network, given: Mapping[str, Any], known: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """All that a source would be asked by if these were its settings, secrets too; ``known`` are those it has.

    Writes nothing. Raises SourceError for settings that ``add_source`` would not take.
    """
    plain, secrets = _sorted_out(place, given if known else {**_made(place, given), **given})
    if known and _leads_elsewhere(place, known, plain):
        _demand_anew(place, known, secrets)
        known = {}
    whole = {**(known or {}), **plain, **secrets}
    _check_complete(place, whole)
    return whole


def leads_of(place: Network, settings: Mapping[str, Any]) -> dict[str, str]:
    """Where the settings lead, by the name of each field that tells: a host, a port, or an address's origin."""
    return {
        field.name: _lead(field, settings.get(field.name))
        for field in place.fields
        if field.kind == FieldKind.URL or field.name.endswith(("host", "port"))
    }


def poll_now(actor: User, source_id: int) -> None:
    """The listener asks within a second."""
    demand(actor, Permission.MANAGE_SOURCES)
    source = Source.objects.get(pk=source_id)
    if network(source.network).poll is None:
        raise SourceError(_("This source tells us by itself; there is nothing to ask."))
    Source.objects.filter(pk=source_id).update(next_poll_at=clock.now())


def _change_settings(source: Source, given: Mapping[str, Any]) -> None:
    place = network(source.network)
    plain, secrets = _sorted_out(place, given)
    known = open_secrets(source.secret)
    if _leads_elsewhere(place, source.settings, plain):
        _demand_anew(place, known, secrets)
        known, source.renewed = {}, None
    kept = {**known, **{name: secret for name, secret in secrets.items() if secret}}
    shown = {field.name for field in place.fields}
    own = {name: value for name, value in source.settings.items() if name not in shown}
    plain = {**own, **plain}
    _check_complete(place, {**plain, **kept})
    if plain == source.settings and kept == known:
        return
    source.settings, source.cursor, source.next_poll_at = plain, {}, None
    if kept != known:
        source.secret, source.renewed = seal_secrets(kept), None


def _lead(field: Field, value: Any) -> str:
    text = str(field.default or "") if value in (None, "") else str(value)
    return origin_of(text) if field.kind == FieldKind.URL else text.strip().lower()


def _leads_elsewhere(place: Network, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return leads_of(place, before) != leads_of(place, after)


def _demand_anew(place: Network, known: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """A secret goes nowhere but where whoever knows it sent it."""
    for field in place.fields:
        if field.kind == FieldKind.SECRET and known.get(field.name) and not given.get(field.name):
            refusal = SourceError(_("It would go to another server now: enter it again."))
            refusal.field = field.name
            raise refusal


def _sorted_out(place: Network, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Plain settings and secrets, of the fields that the network knows."""
    known = {field.name: field for field in place.fields}
    if unknown := sorted(set(given) - set(known)):
        raise SourceError(
            _("%(network)s has no setting “%(name)s”.") % {"network": place.title, "name": unknown[0]}
        )
    plain = {name: value for name, value in given.items() if known[name].kind != FieldKind.SECRET}
    secrets = {name: value for name, value in given.items() if known[name].kind == FieldKind.SECRET and value}
    defaults = {f.name: f.default for f in place.fields if f.default is not None and f.name not in secrets}
    return {**_without_secret(defaults, known), **plain}, secrets


def _made(place: Network, given: Mapping[str, Any]) -> dict[str, Any]:
    return {field.name: field.make() for field in place.fields if field.make and field.name not in given}


def _without_secret(values: Mapping[str, Any], known: Mapping[str, Field]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if known[name].kind != FieldKind.SECRET}


def _check_complete(place: Network, values: Mapping[str, Any]) -> None:
    for field in place.fields:
        if field.required and values.get(field.name) in (None, ""):
            raise SourceError(_("“%(label)s” is missing.") % {"label": field.label})
        _check_value(field, values.get(field.name))


def _check_value(field: Field, value: Any) -> None:
    if value in (None, ""):
        return
    try:
        _check_kind(field, value)
        if field.check is not None:
            field.check(value)
    except ValueError as error:
        raise SourceError(f"{field.label}: {error}") from error


def _check_kind(field: Field, value: Any) -> None:
    """Raises ValueError."""
    if field.kind is FieldKind.NUMBER and not field.least <= int(value) <= field.most:
        between = {"least": field.least, "most": field.most}
        raise ValueError(_("It must lie between %(least)s and %(most)s.") % between)
    if field.kind is FieldKind.CHOICE and value not in dict(field.choices):
        raise ValueError(_("“%(value)s” is none of the choices.") % {"value": value})


def _name(name: str) -> str:
    if not name.strip():
        raise SourceError(_("The source has no name."))
    return name.strip()[:120]


def _handles(handles: Sequence[str]) -> list[str]:
    bare = (handle.strip().lstrip("@") for handle in handles)
    return list(dict.fromkeys(handle for handle in bare if handle))


def _save(source: Source) -> None:
    columns = (
        "name",
        "settings",
        "secret",
        "renewed",
        "our_handles",
        "department",
        "keeps_all",
        "cursor",
        "next_poll_at",
    )
    try:
        with transaction.atomic():
            source.save(update_fields=columns if source.pk else None)
    except IntegrityError as error:
        raise SourceError(_("There is a source of that name.")) from error


def _told(source: Source) -> dict[str, Any]:
    """For the audit; secrets stay out of it."""
    return {
        "settings": source.settings,
        "our_handles": source.our_handles,
        "department": source.department_id,
        "keeps_all": source.keeps_all,
    }
