"""How long what is kept of people stays: settings by kind, looked at first, carried out every night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.core.errors import OneroofError
from oneroof.customers.models import RetentionRule
from oneroof.customers.retention import Kept, all_kept, kept

AT_ONCE, A_NIGHT = 1_000, 200_000
LONGEST = 36_500


class RetentionError(OneroofError):
    """Nothing was changed, and why."""


@dataclass(frozen=True, slots=True)
class Due:
    """One kind, its rule (None: it stays), and how many would go now."""

    kind: Kept
    rule: RetentionRule | None
    due: int


def retention() -> Sequence[Due]:
    """What would go if it ran now; nothing goes by looking."""
    rules = {rule.kind: rule for rule in RetentionRule.objects.all()}
    return [_due(kind, rules.get(kind.key)) for kind in all_kept()]


def _due(kind: Kept, rule: RetentionRule | None) -> Due:
    return Due(kind, rule, would_go(kind, rule.days) if rule else 0)


def would_go(kind: Kept, days: int) -> int:
    return kind.count(clock.now() - timedelta(days=days))


@transaction.atomic
def set_retention(actor: User, key: str, days: int | None) -> RetentionRule | None:
    """None: it stays. Raises RetentionError."""
    demand(actor, Permission.GOVERN_PEOPLE)
    if kept(key) is None:
        raise RetentionError(_("Nothing of this kind is kept."))
    if days is not None and not 1 <= days <= LONGEST:
        raise RetentionError(_("Give a number of days from 1 to %(most)s.") % {"most": LONGEST})
    before = RetentionRule.objects.select_for_update().filter(kind=key).first()
    told = {"days": before.days} if before else {}
    if days is None:
        if before:
            audit.record(actor, "retention.changed", on=before, name=key, before=told, after={"days": None})
            before.delete()
        return None
    rule, _new = RetentionRule.objects.update_or_create(
        kind=key, defaults={"days": days, "changed_at": clock.now()}
    )
    audit.record(actor, "retention.changed", on=rule, name=key, before=told, after={"days": days})
    return rule


def keep_to_retention() -> int:
    """Carry out every rule, batch by batch, each in a transaction of its own; of how many rows."""
    return sum(_carry_out(kind, rule) for rule in RetentionRule.objects.all() if (kind := kept(rule.kind)))


def _carry_out(kind: Kept, rule: RetentionRule) -> int:
    before, total = clock.now() - timedelta(days=rule.days), 0
    while total < A_NIGHT:
        with transaction.atomic():
            gone = kind.forget(before, AT_ONCE)
        total += gone
        if gone < AT_ONCE:
            break
    RetentionRule.objects.filter(pk=rule.pk).update(ran_at=clock.now(), removed=F("removed") + total)
    return total
