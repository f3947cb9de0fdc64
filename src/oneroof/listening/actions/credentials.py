"""Credentials are asked after once a day, so that their end is known before it strikes."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.budgets import within_budget
from oneroof.listening.models import CredentialCheck, Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import network, networks
from oneroof.listening.sources.base import Account, PollFailedError
from oneroof.listening.sources.json_api import NotAllowedError
from oneroof.notify.actions import tell

EVERY = timedelta(days=1)
TOLD_BEFORE = timedelta(days=7)
AT_ONCE = 50


def check_credentials() -> int:
    """Ask after those that were not asked after for a day; how many were."""
    keys = [place.key for place in networks().values() if place.identify]
    due = Q(credentials=None) | Q(credentials__checked_at__lte=clock.now() - EVERY)
    sources = Source.objects.filter(due, enabled=True, network__in=keys, secret__isnull=False)
    asked = list(sources.select_related("owner").order_by("pk")[:AT_ONCE])
    for source in asked:
        check_credential(source)
    return len(asked)


def check_credential(source: Source, client: SafeClient | None = None) -> CredentialCheck | None:
    """None where nobody could be asked; the source's health page says so by itself."""
    place = network(source.network)
    if place.identify is None:
        return None
    client = client or SafeClient(
        allowed_networks=settings.ALLOWED_PRIVATE_NETWORKS, contact=settings.PUBLIC_URL
    )
    client = within_budget(client, place, settings_of(source))
    try:
        account = place.identify(good_settings(source, place, client), client)
    except NotAllowedError as refused:
        return _note(source, Account(handle=""), refused.reason)
    except PollFailedError:
        return None
    return _note(source, account, "")


def _note(source: Source, account: Account, refusal: str) -> CredentialCheck:
    check, _created = CredentialCheck.objects.update_or_create(
        source=source,
        defaults={
            "handle": account.handle[:320],
            "checked_at": clock.now(),
            "expires_at": account.expires_at,
            "refusal": refusal,
        },
    )
    ends_soon = account.expires_at is not None and account.expires_at < clock.now() + TOLD_BEFORE
    if refusal or ends_soon:
        _tell_owner(source, check)
    return check


def _tell_owner(source: Source, check: CredentialCheck) -> None:
    if source.owner is None:
        return
    end = check.expires_at.date().isoformat() if check.expires_at else clock.now().date().isoformat()
    said = (
        _("The access to “%(name)s” is refused") if check.refusal else _("The access to “%(name)s” ends soon")
    )
    tell(
        [source.owner],
        key=f"credentials:{source.pk}:{end}",
        kind="credentials",
        title=said % {"name": source.name},
        body=check.refusal or _("It ends on %(day)s: connect the account again.") % {"day": end},
        path=f"/desk/listen/sources/{source.pk}/",
    )
