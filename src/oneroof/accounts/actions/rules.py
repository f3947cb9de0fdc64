"""Rules of engagement: each change a new version, each version accepted by each who speaks in public."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.models import RulesAcceptance, RulesOfEngagement, User
from oneroof.accounts.policies import Permission
from oneroof.accounts.queries import SPEAKERS, current_rules

PUBLISHING_LOCK = 0x0A7C8


@transaction.atomic
def publish_rules(actor: User | None, text: str, audience: str = SPEAKERS) -> RulesOfEngagement:
    """Publish a new version; everyone is asked to accept it before they next write in public."""
    if actor is not None:
        demand(actor, Permission.STEER)
    if not text.strip():
        raise AccountError(_("The rules have no text."))
    with connection.cursor() as cursor:  # no row is there to be locked when the first version is published
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
    versions = RulesOfEngagement.objects.filter(audience=audience)
    newest = versions.aggregate(newest=Max("version"))["newest"] or 0
    rules = RulesOfEngagement.objects.create(
        audience=audience, version=newest + 1, text=text.strip(), published_by=actor
    )
    audit.record(actor, "rules.published", on=rules, name=f"v{rules.version}", before={"version": newest})
    return rules


@transaction.atomic
def accept_rules(actor: User, version: int, audience: str = SPEAKERS) -> None:
    """Accept the version that one has read. An older one than the current is not what is asked for."""
    demand(actor, Permission.ANSWER if audience == SPEAKERS else Permission.TAKE_PART)
    rules = current_rules(audience)
    if rules is None or rules.version != version:
        raise AccountError(_("The rules have changed meanwhile; please read them again."))
    _acceptance, is_new = RulesAcceptance.objects.get_or_create(user=actor, rules=rules)
    if is_new:
        audit.record(actor, "rules.accepted", on=rules, name=f"v{version}")
