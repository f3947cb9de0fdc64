"""What the ledger adds up to: points, trust and badges, made again whenever it changes."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Sum

from oneroof.community.models import Member
from oneroof.core import clock
from oneroof.recognition.models import Badge, Contribution, Standing
from oneroof.recognition.queries.record import record_of
from oneroof.recognition.rules.badges import earned
from oneroof.recognition.rules.ledger import level_of


def restand(member_ids: Collection[int]) -> None:
    """Count these members again; the caller's transaction holds the change that made it needful."""
    for member in Member.objects.select_for_update(no_key=True).filter(pk__in=member_ids).order_by("pk"):
        _stand(member)
        _award(member)


@transaction.atomic
def stand_again(member_id: int) -> None:
    """What was another account's came to them."""
    restand([member_id])


def _stand(member: Member) -> None:
    """Trust follows the ledger, unless a person set it to something else."""
    points = Contribution.objects.standing().filter(member=member).aggregate(sum=Sum("points"))["sum"] or 0
    level = level_of(points, clock.now() - member.joined_at)
    before = Standing.objects.filter(member=member).first()
    if member.trust == (before.level if before else 0) and member.trust != level:
        member.trust = level
        member.save(update_fields=["trust"])
    Standing.objects.update_or_create(
        member=member, defaults={"points": points, "level": level, "counted_at": clock.now()}
    )


def _award(member: Member) -> None:
    due = earned(record_of(member.pk))
    has = set(Badge.objects.filter(member=member).values_list("key", flat=True))
    Badge.objects.filter(member=member, key__in=has - due).delete()
    Badge.objects.bulk_create(
        [Badge(member=member, key=key) for key in sorted(due - has)], ignore_conflicts=True
    )
