"""An account on a network is connected by a person in the browser: there, agree, and back."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.turns import CALL_SECONDS, outward_call
from oneroof.listening.actions.credentials import check_credential
from oneroof.listening.actions.receive import lock_source
from oneroof.listening.actions.sources import SourceError
from oneroof.listening.models import Connecting, Source
from oneroof.listening.secrets import open_secrets, seal_secrets, settings_of
from oneroof.listening.sources import network
from oneroof.listening.sources.base import OAuth, PollFailedError
from oneroof.listening.trying import BriefClient

MAY_TAKE = timedelta(minutes=15)


def begin_connecting(actor: User, source_id: int, come_back_to: str) -> str:
    """Where to send the person. Raises SourceError, Source.DoesNotExist, UnderWayError."""
    demand(actor, Permission.MANAGE_SOURCES)
    source = Source.objects.get(pk=source_id)
    state = secrets.token_urlsafe(32)
    try:
        with outward_call(actor.pk):
            begun = _oauth(source).begin(settings_of(source), come_back_to, state, BriefClient(CALL_SECONDS))
    except PollFailedError as failure:
        raise SourceError(failure.reason) from failure
    Connecting.objects.filter(at__lte=clock.now() - MAY_TAKE).delete()
    Connecting.objects.create(state=state, source=source, user=actor, memory=seal_secrets(begun.memory))
    return begun.url


def finish_connecting(actor: User, state: str, code: str) -> Source:
    """Keep what the network gives for the code. A state serves once, within a quarter of an hour, the person who
    began. Raises SourceError, and UnderWayError with the state unspent."""
    demand(actor, Permission.MANAGE_SOURCES)
    with outward_call(actor.pk):
        return _finished(actor, state, code, BriefClient(CALL_SECONDS))


def _finished(actor: User, state: str, code: str, client: BriefClient) -> Source:
    begun = Connecting.objects.select_related("source").filter(state=state, user=actor).first()
    if begun is None or not Connecting.objects.filter(pk=state, at__gt=clock.now() - MAY_TAKE).delete()[0]:
        raise SourceError(_("That took too long, or was done already: connect the account again."))
    source = begun.source
    memory = open_secrets(begun.memory)
    try:
        given = _oauth(source).finish(settings_of(source), memory, code, client)
    except PollFailedError as failure:
        raise SourceError(failure.reason) from failure
    _keep(actor, source, dict(given))
    return _known_as(source, client)


@transaction.atomic
def _keep(actor: User, source: Source, given: dict[str, str]) -> None:
    lock_source(source.pk)
    source.refresh_from_db()
    source.secret, source.renewed = seal_secrets({**open_secrets(source.secret), **given}), None
    source.next_poll_at, source.failures = None, 0
    source.save(update_fields=["secret", "renewed", "next_poll_at", "failures"])
    audit.record(actor, "source.connected", on=source, name=source.name)


def _known_as(source: Source, client: BriefClient) -> Source:
    """The account's handle is one of ours from now on."""
    check = check_credential(source, client)
    if check and check.handle and check.handle not in source.our_handles:
        source.our_handles = [*source.our_handles, check.handle]
        source.save(update_fields=["our_handles"])
    return source


def _oauth(source: Source) -> OAuth:
    oauth = network(source.network).oauth
    if oauth is None:
        raise SourceError(_("Accounts of this network are not connected in the browser."))
    return oauth
