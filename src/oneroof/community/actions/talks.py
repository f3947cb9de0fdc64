"""Members write to one another, report what they get, and block."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.admission import demand_may_write
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.models import Block, Follow, Member, Message, MessageReport, Report, ReportReason, Talk
from oneroof.community.queries.talks import talk_of, talks_of
from oneroof.community.rules.talking import messages_an_hour, new_talks_a_day
from oneroof.community.rules.trust import links_out
from oneroof.core import clock
from oneroof.notify.actions import tell

LONGEST = 8_000


@transaction.atomic
def send_message(actor: User, member_id: int, body: str) -> Message:
    """To a member with an account. Raises Member.DoesNotExist; a block is not told to whom it is for."""
    demand(actor, Permission.TAKE_PART)
    me, body = member_of(actor), store.written(body)
    them = Member.objects.select_related("user").get(pk=member_id, user__is_active=True)
    _demand_sendable(actor, me, them, body)
    talk = _talk_between(me, them)
    message = Message.objects.create(talk=talk, author=me, body=body, at=clock.now())
    Talk.objects.filter(pk=talk.pk).update(last_at=message.at)
    tell(
        [them.user] if them.user else [],
        key=f"community-message:{message.pk}",
        kind="community_message",
        title=_("%(name)s wrote to you") % {"name": me.name},
        body=body,
        path=f"/talks/{talk.pk}/",
    )
    return message


@transaction.atomic
def mark_read(actor: User, talk_id: int) -> int:
    """What the other wrote, up to now. Raises Talk.DoesNotExist."""
    talk = talk_of(actor, talk_id)
    unread = Message.objects.filter(talk=talk, read_at=None).exclude(author__user=actor)
    return unread.update(read_at=clock.now())


@transaction.atomic
def block(actor: User, member_id: int) -> Block:
    """Neither writes to the other from now on, and following ends."""
    demand(actor, Permission.TAKE_PART)
    me, them = member_of(actor), Member.objects.get(pk=member_id)
    if me == them:
        raise CommunityError(_("Nobody blocks themselves."))
    Follow.objects.filter(member=me, whom=them).delete()
    Follow.objects.filter(member=them, whom=me).delete()
    return Block.objects.get_or_create(member=me, whom=them, defaults={"since": clock.now()})[0]


@transaction.atomic
def unblock(actor: User, member_id: int) -> None:
    demand(actor, Permission.TAKE_PART)
    Block.objects.filter(member__user=actor, whom=member_id).delete()


@transaction.atomic
def report_message(actor: User, message_id: int, reason: str, note: str = "") -> MessageReport:
    """By whom it was sent to. Raises Message.DoesNotExist to anybody else."""
    demand(actor, Permission.TAKE_PART)
    if reason not in ReportReason.values:
        raise CommunityError(_("Say why."))
    message = Message.objects.exclude(author__user=actor).get(pk=message_id, talk__in=talks_of(actor))
    made, is_new = MessageReport.objects.get_or_create(
        message=message, defaults={"reason": reason, "note": note.replace("\0", "")[:500], "at": clock.now()}
    )
    if is_new:
        audit.record(actor, "message.reported", on=message, after={"reason": reason})
    return made


@transaction.atomic
def decide_message(actor: User, report_id: int, *, upheld: bool) -> MessageReport:
    """By a moderator: what breaks the rules is taken away for both."""
    demand(actor, Permission.MODERATE)
    found = MessageReport.objects.select_for_update(of=("self",)).select_related("message").get(pk=report_id)
    if found.outcome:
        return found
    found.outcome = Report.Outcome.UPHELD if upheld else Report.Outcome.DISMISSED
    found.decided_at, found.decided_by = clock.now(), actor
    found.save(update_fields=["outcome", "decided_at", "decided_by"])
    if upheld:
        Message.objects.filter(pk=found.message_id).update(removed_at=clock.now())
    audit.record(actor, "message.removed" if upheld else "message.kept", on=found.message)
    return found


def _demand_sendable(actor: User, me: Member, them: Member, body: str) -> None:
    if me == them:
        raise CommunityError(_("Nobody writes to themselves."))
    if len(body) > LONGEST:
        raise CommunityError(_("That is longer than %(most)d characters.") % {"most": LONGEST})
    demand_may_write(actor, me)
    if Block.objects.filter(member=me, whom=them).exists():
        raise CommunityError(_("You have blocked this member."))
    if Block.objects.filter(member=them, whom=me).exists():
        raise CommunityError(_("This member takes no messages from you."))
    if actor.is_staff_member:
        return
    if me.trust == 0 and links_out(body, settings.PUBLIC_URL):
        raise CommunityError(_("Links can be sent once others have found your answers useful."))
    lately = Message.objects.filter(author=me, at__gt=clock.now() - timedelta(hours=1)).count()
    if lately >= messages_an_hour(me.trust):
        raise CommunityError(_("You have written a lot in a short time. Try again in an hour."))


def _talk_between(me: Member, them: Member) -> Talk:
    one, other = sorted((me, them), key=lambda each: each.pk)
    found = Talk.objects.filter(one=one, other=other).first()
    if found is not None:
        return found
    begun = Talk.objects.filter(begun_by=me, begun_at__gt=clock.now() - timedelta(days=1)).count()
    if begun >= new_talks_a_day(me.trust):
        raise CommunityError(_("You have written to many new people today. Try again tomorrow."))
    now = clock.now()
    made = {"begun_by": me, "begun_at": now, "last_at": now}
    return Talk.objects.get_or_create(one=one, other=other, defaults=made)[0]
