"""Rules of engagement: each change a new version, each version accepted by each who speaks in public."""

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.models import RulesAcceptance, RulesOfEngagement, User
from oneroof.accounts.policies import Permission

PUBLISHING_LOCK = 0x0A7C8


@transaction.atomic
def publish_rules(actor: User | None, text: str) -> RulesOfEngagement:
    """Publish a new version; everyone is asked to accept it before their next public reply."""
    if actor is not None:
        demand(actor, Permission.STEER)
    if not text.strip():
        raise AccountError(_("The rules of engagement have no text."))
    with connection.cursor() as cursor:  # no row is there to be locked when the first version is published
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [PUBLISHING_LOCK])
    newest = RulesOfEngagement.objects.aggregate(newest=Max("version"))["newest"] or 0
    rules = RulesOfEngagement.objects.create(version=newest + 1, text=text.strip(), published_by=actor)
    audit.record(actor, "rules.published", on=rules, name=f"v{rules.version}", before={"version": newest})
    return rules


@transaction.atomic
def accept_rules(actor: User, version: int) -> None:
    """Accept the version that one has read. An older one than the current is not what is asked for."""
    demand(actor, Permission.ANSWER)
    rules = RulesOfEngagement.objects.first()
    if rules is None or rules.version != version:
        raise AccountError(_("The rules of engagement have changed meanwhile; please read them again."))
    _acceptance, is_new = RulesAcceptance.objects.get_or_create(user=actor, rules=rules)
    if is_new:
        audit.record(actor, "rules.accepted", on=rules, name=f"v{version}")
