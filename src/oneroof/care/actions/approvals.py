"""A volunteer's first replies wait for a lead, until enough in a row were approved unchanged."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.replies import check_text, locked_reply, set_state
from oneroof.care.errors import CareError
from oneroof.care.models import CareSettings, Reply, ReplyState, Trust
from oneroof.core import clock
from oneroof.notify.actions import tell


@transaction.atomic
def approve_reply(actor: User, reply_id: int, text: str | None = None) -> Reply:
    """Let it out, as it is or in better words; other words end the author's row of unchanged ones."""
    demand(actor, Permission.APPROVE)
    reply = _waiting(actor, reply_id)
    better = reply.text if text is None else text.strip()
    check_text(reply.conversation, better)
    is_changed = better.splitlines() != reply.text.splitlines()  # a form ends lines in its own way
    now = clock.now()
    set_state(
        actor,
        reply,
        ReplyState.QUEUED,
        "approved",
        approver=actor,
        approved_at=now,
        queued_at=now,
        text_before_approval=reply.text if is_changed else None,
        text=better if is_changed else reply.text,
    )
    if reply.author:
        _count(reply.author, unchanged=not is_changed)
        tell(
            [reply.author],
            key=f"approved:{reply.pk}:{now:%s}",
            kind="approved",
            title=_("%(name)s lets your reply out") % {"name": actor},
            body=_("In other words: %(text)s") % {"text": better} if is_changed else "",
            path=f"/desk/inbox/{reply.conversation_id}/",
        )
    return reply


@transaction.atomic
def send_back(actor: User, reply_id: int, because: str) -> Reply:
    """Not like this: it becomes the author's draft again, with the reason."""
    demand(actor, Permission.APPROVE)
    if not because.strip():
        raise CareError(_("Say why, so that the author can mend it."))
    reply = _waiting(actor, reply_id)
    Reply.objects.filter(
        conversation=reply.conversation, author=reply.author, state=ReplyState.DRAFT
    ).delete()
    set_state(actor, reply, ReplyState.DRAFT, "sent_back", sent_back_because=because.strip())
    if reply.author:
        _count(reply.author, unchanged=False)
        tell(
            [reply.author],
            key=f"sent-back:{reply.pk}:{clock.now():%s}",
            kind="sent_back",
            title=_("%(name)s sends your reply back") % {"name": actor},
            body=because.strip(),
            path=f"/desk/inbox/{reply.conversation_id}/",
        )
    return reply


@transaction.atomic
def grant_trust(actor: User, user_id: int) -> User:
    """From now on this volunteer's replies go out directly."""
    return _set_trust(actor, user_id, granted=True)


@transaction.atomic
def take_back_trust(actor: User, user_id: int) -> User:
    """From now on this volunteer's replies wait again, and the row begins anew."""
    return _set_trust(actor, user_id, granted=False)


def _waiting(actor: User, reply_id: int) -> Reply:
    reply = locked_reply(reply_id)
    if reply.author_id == actor.pk:
        raise CareError(_("Nobody approves their own reply."))
    if reply.state != ReplyState.AWAITING_APPROVAL:
        raise CareError(_("This reply does not wait for approval any more."))
    return reply


def _count(author: User, *, unchanged: bool) -> None:
    trust, _is_new = Trust.objects.select_for_update().get_or_create(user=author)
    trust.in_a_row = trust.in_a_row + 1 if unchanged else 0
    trust.save(update_fields=["in_a_row"])
    needed = (CareSettings.objects.first() or CareSettings()).approvals_needed
    if trust.in_a_row >= needed and not author.replies_unreviewed:
        _write(None, author, granted=True)


def _set_trust(actor: User, user_id: int, *, granted: bool) -> User:
    demand(actor, Permission.APPROVE)
    user: User = User.objects.select_for_update().get(pk=user_id)
    if user.pk == actor.pk:
        raise CareError(_("Nobody decides on their own trust."))
    if user.replies_unreviewed != granted:
        _write(actor, user, granted=granted)
    if not granted:
        Trust.objects.update_or_create(user=user, defaults={"in_a_row": 0})
    return user


def _write(actor: User | None, user: User, *, granted: bool) -> None:
    user.replies_unreviewed = granted
    user.save(update_fields=["replies_unreviewed"])
    verb = "user.trust_granted" if granted else "user.trust_taken_back"
    audit.record(
        actor,
        verb,
        on=user,
        before={"replies_unreviewed": not granted},
        after={"replies_unreviewed": granted},
    )
