"""What is decided about a complaint: whose it is, until when, how far it is; and who complained is told."""

from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.replies import save_draft
from oneroof.care.actions.taking import NothingToAnswerError, take_post
from oneroof.care.models import Conversation, Reply, ReplyState
from oneroof.core import clock
from oneroof.insight.errors import InsightError
from oneroof.insight.models import Complaint, ComplaintState, ComplaintTold
from oneroof.insight.queries.complainers import who_addressed_us
from oneroof.notify.actions import tell

MOST_AT_ONCE = 200
STEPS = {
    ComplaintState.KNOWN: "known_at",
    ComplaintState.FIXING: "fixing_at",
    ComplaintState.FIXED: "fixed_at",
}


@transaction.atomic
def decide(
    actor: User,
    complaint_id: int,
    *,
    state: str,
    owner_id: int | None = None,
    due_on: date | None = None,
    department_id: int | None = None,
    name: str = "",
    fix: str = "",
) -> Complaint:
    """Write all of it at once; a new owner is told. What is fixed says what was done."""
    demand(actor, Permission.ANSWER)
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    before, owner_before = _told(complaint), complaint.owner_id
    _check(state, owner_id, fix)
    if department_id != complaint.department_id:
        complaint.department_by_hand = department_id is not None
    _take_step(complaint, ComplaintState(state))
    complaint.owner_id, complaint.due_on, complaint.department_id = owner_id, due_on, department_id
    complaint.name = " ".join(name.split())[:120] or complaint.name
    complaint.fix = fix.strip()
    complaint.save(update_fields=[
        "state", "known_at", "fixing_at", "fixed_at", "owner", "due_on", "department", "department_by_hand",
        "name", "fix",
    ])  # fmt: skip
    audit.record(actor, "complaint.decided", on=complaint, before=before, after=_told(complaint))
    if owner_id and owner_id not in (owner_before, actor.pk):
        _tell_owner(actor, complaint)
    return complaint


def _check(state: str, owner_id: int | None, fix: str) -> None:
    if state not in ComplaintState.values:
        raise InsightError(_("Say how far it is."))
    if owner_id is not None and not User.objects.who_may(Permission.HEAR).filter(pk=owner_id).exists():
        raise InsightError(_("Its owner must be somebody who works here."))
    if state == ComplaintState.FIXED and not fix.strip():
        raise InsightError(_("Say what was done, as customers may read it."))


def _take_step(complaint: Complaint, state: ComplaintState) -> None:
    """Each step's moment is the first time it was reached; a step back takes the later ones away."""
    reached = list(STEPS).index(state) if state in STEPS else -1
    now = clock.now()
    for place, column in enumerate(STEPS.values()):
        if place > reached:
            setattr(complaint, column, None)
        elif getattr(complaint, column) is None:
            setattr(complaint, column, now)
    complaint.state = state


def _told(complaint: Complaint) -> dict[str, Any]:
    return {
        "name": complaint.name,
        "state": str(complaint.state),
        "owner": complaint.owner_id,
        "due_on": complaint.due_on,
        "department": complaint.department_id,
        "fix": complaint.fix,
    }


def _tell_owner(actor: User, complaint: Complaint) -> None:
    owner = User.objects.get(pk=complaint.owner_id)
    with translation.override(owner.language):
        tell(
            [owner],
            key=f"complaint:{complaint.pk}:owner:{clock.now():%s}",
            kind="complaint",
            title=_("%(name)s makes you the owner: %(complaint)s")
            % {"name": actor, "complaint": complaint.name},
            path=reverse("insight:complaint", args=[complaint.pk]),
        )


@transaction.atomic
def draft_the_news(actor: User, complaint_id: int) -> int:
    """Leave a draft with what was done in the conversation of each who complained to us; how many were left.

    Nothing goes out: a person claims the conversation, makes the words their own, and sends them or not. Who only
    spoke of us, without addressing us, is not bothered; nobody is told twice; a draft of one's own stands.
    """
    demand(actor, Permission.ANSWER)
    complaint = Complaint.objects.select_for_update().get(pk=complaint_id)
    if complaint.state != ComplaintState.FIXED:
        raise InsightError(_("It is not fixed yet."))
    left = 0
    for post_id in who_addressed_us(complaint)[:MOST_AT_ONCE]:
        left += _draft(actor, complaint, post_id)
    audit.record(actor, "complaint.told", on=complaint, after={"drafts": left})
    return left


def _draft(actor: User, complaint: Complaint, post_id: int) -> bool:
    try:
        conversation = take_post(actor, post_id)
    except NothingToAnswerError:
        return False
    if _has_draft(actor, conversation):
        return False
    _row, is_new = ComplaintTold.objects.get_or_create(
        complaint=complaint, conversation=conversation, defaults={"by": actor}
    )
    if is_new:
        save_draft(actor, conversation.pk, complaint.fix)
    return is_new


def _has_draft(actor: User, conversation: Conversation) -> bool:
    return Reply.objects.filter(conversation=conversation, author=actor, state=ReplyState.DRAFT).exists()
