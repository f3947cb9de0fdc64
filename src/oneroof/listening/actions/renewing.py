"""Credentials that end are exchanged in time: by one process at a time, and kept before they are used.

What is given in exchange lies apart from the secrets that a person entered: a poll or a connection that goes on at
that moment is not disturbed, for the source is the same place as before.
"""

from typing import Any

from django.db import connection, transaction

from oneroof.core.http import SafeClient
from oneroof.listening.models import Source
from oneroof.listening.secrets import open_secrets, seal_secrets, settings_of
from oneroof.listening.sources.base import Network, Renewal

RENEWAL_LOCK = 0x0A7C7


def good_settings(source: Source, place: Network, client: SafeClient) -> dict[str, Any]:
    """A source's settings, with credentials that hold. Raises PollFailedError where they cannot be renewed.

    Not to be called within a transaction: what a far side gave must stay, whatever comes after.
    """
    known = settings_of(source)
    if place.renewal is None or not place.renewal.is_due(known):
        return known
    return _renewed(source, place.renewal, client)


@transaction.atomic
def _renewed(source: Source, renewal: Renewal, client: SafeClient) -> dict[str, Any]:
    """Under a lock of its own, so that nobody waits for it but who needs the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [RENEWAL_LOCK, source.pk])
    stored = Source.objects.get(pk=source.pk)
    known = settings_of(stored)
    if renewal.is_due(known):
        given = renewal.renew(known, client)
        stored.renewed = seal_secrets({**open_secrets(stored.renewed), **given})
        same = Source.objects.filter(pk=stored.pk, secret=stored.secret)  # nobody connected another since
        same.update(renewed=stored.renewed)
    source.renewed = stored.renewed
    return settings_of(stored)
