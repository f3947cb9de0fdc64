"""The tree of reasons is edited by leads; groups that were found in the text become reasons of it."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.insight.actions.learning import LONGEST
from oneroof.insight.errors import InsightError
from oneroof.insight.models import By, Contact, Example, FoundGroup, Reason


@transaction.atomic
def write_reason(
    actor: User,
    name: str,
    *,
    parent_id: int | None = None,
    department_id: int | None = None,
    reason_id: int | None = None,
) -> Reason:
    """Add one, or change the one of that id."""
    demand(actor, Permission.STEER)
    name = " ".join(name.split())[:120]
    if not name:
        raise InsightError(_("A reason has a name."))
    reasons = {reason.pk: reason for reason in Reason.objects.live().select_for_update().order_by("pk")}
    if reason_id is not None and reason_id not in reasons:
        raise Reason.DoesNotExist
    _check_parent(reasons, reason_id, parent_id)
    reason = reasons[reason_id] if reason_id else Reason()
    before = _told(reason) if reason_id else {}
    reason.name, reason.parent_id, reason.department_id = name, parent_id, department_id
    _save(reason)
    audit.record(
        actor,
        "reason.changed" if reason_id else "reason.added",
        on=reason,
        before=before,
        after=_told(reason),
    )
    return reason


def _save(reason: Reason) -> None:
    try:
        with transaction.atomic():
            reason.save(update_fields=["name", "parent", "department"] if reason.pk else None)
    except IntegrityError as error:
        raise InsightError(_("There is a reason of that name.")) from error


def _check_parent(reasons: dict[int, Reason], reason_id: int | None, parent_id: int | None) -> None:
    above = parent_id
    while above is not None:
        if above not in reasons:
            raise InsightError(_("The reason above it is gone."))
        if above == reason_id:
            raise InsightError(_("A reason can't stand below itself."))
        above = reasons[above].parent_id


def _told(reason: Reason) -> dict[str, object]:
    return {"name": reason.name, "parent": reason.parent_id, "department": reason.department_id}


@transaction.atomic
def remove_reason(actor: User, reason_id: int) -> None:
    """What stands below moves up; what was counted under it is counted as unknown, and is placed anew."""
    demand(actor, Permission.STEER)
    reason = Reason.objects.live().select_for_update().get(pk=reason_id)
    Reason.objects.filter(parent=reason).update(parent=reason.parent_id)
    reason.contacts.update(reason=None, reason_by="", sureness=None, placed_at=None)
    reason.posts.update(reason=None, reason_by="", sureness=None)
    reason.examples.all().delete()
    reason.deleted_at = clock.now()
    reason.save(update_fields=["deleted_at"])
    audit.record(actor, "reason.removed", on=reason, before=_told(reason))


@transaction.atomic
def take_up_group(actor: User, group_id: int, name: str, *, parent_id: int | None = None) -> Reason:
    """Make a found group a reason; its members are counted under it, and the router learns them."""
    demand(actor, Permission.STEER)
    group = FoundGroup.objects.select_for_update().get(pk=group_id)
    reason = write_reason(actor, name or group.name, parent_id=parent_id)
    members = _members(group.keys)
    members.update(reason=reason, reason_by=By.HAND, sureness=None)
    Example.objects.bulk_create(
        (
            Example(key=f"contact {each.pk}", text=each.text[:LONGEST], reason=reason, by=actor)
            for each in Contact.objects.filter(reason=reason).exclude(text="")
        ),
        ignore_conflicts=True,
    )
    group.delete()
    return reason


def _members(keys: Sequence[str]) -> QuerySet[Contact]:
    ids = [int(key.removeprefix("contact ")) for key in keys]
    return Contact.objects.filter(pk__in=ids, reason=None)
