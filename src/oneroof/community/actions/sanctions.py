"""Warn, silence and ban, with an end and an appeal."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.actions.overturning import overturn_reports
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Member, Sanction
from oneroof.core import clock
from oneroof.notify.actions import tell

LONGEST = 3_650
APPEAL_LENGTH = 4_000
WARNING, BAN = Sanction.Kind.WARNING, Sanction.Kind.BAN


@transaction.atomic
def sanction(
    actor: User,
    member_id: int,
    kind: str,
    reason: str,
    *,
    days: int | None = None,
    entry_id: int | None = None,
) -> Sanction:
    """Of a member; whoever works here is spoken to otherwise. Moderators warn and silence; leads ban."""
    demand(actor, Permission.STEER if kind == BAN else Permission.MODERATE)
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member_id)
    reason = " ".join(reason.replace("\0", "").split())
    _check(member, kind, reason, days)
    about = Entry.objects.visible_to(actor).filter(pk=entry_id).first() if entry_id else None
    now = clock.now()
    ends_at = now + timedelta(days=days) if days and kind != WARNING else None
    made = Sanction.objects.create(
        member=member, kind=kind, reason=reason, entry=about, at=now, by=actor, ends_at=ends_at
    )
    audit.record(actor, f"sanction.{kind}", on=made, name=member.name, after={"reason": reason, "days": days})
    _tell(member, str(made.get_kind_display()), reason, f"community-sanction:{made.pk}")
    return made


@transaction.atomic
def lift(actor: User, sanction_id: int) -> Sanction:
    demand(actor, Permission.MODERATE)
    found = _locked(sanction_id)
    if found.kind == BAN:
        demand(actor, Permission.STEER)
    if found.lifted_at is None:
        _lift(actor, found)
    return found


@transaction.atomic
def appeal(actor: User, sanction_id: int, words: str) -> Sanction:
    """Once, by whom it is for, while it is in force."""
    demand(actor, Permission.TAKE_PART)
    found = _locked(sanction_id)
    if found.member.user_id != actor.pk:
        raise Sanction.DoesNotExist
    words = words.replace("\0", "").strip()
    if not words or len(words) > APPEAL_LENGTH:
        raise CommunityError(_("Say in up to %(most)d characters why it is wrong.") % {"most": APPEAL_LENGTH})
    if not found.may_appeal:
        raise CommunityError(_("There is nothing to appeal against any more."))
    found.appeal, found.appealed_at = words, clock.now()
    found.save(update_fields=["appeal", "appealed_at"])
    audit.record(actor, "sanction.appealed", on=found, name=found.member.name)
    return found


@transaction.atomic
def decide_appeal(actor: User, sanction_id: int, *, granted: bool, answer: str) -> Sanction:
    """By a lead who did not give it, unless nobody else may."""
    demand(actor, Permission.STEER)
    found = _locked(sanction_id)
    if found.by_id == actor.pk and User.objects.who_may(Permission.STEER).exclude(pk=actor.pk).exists():
        raise NotAllowed(Permission.STEER)
    if found.appealed_at is None or found.appeal_decided_at is not None:
        raise CommunityError(_("This appeal is decided already."))
    found.appeal_answer, found.appeal_decided_at = (
        answer.replace("\0", "").strip()[:APPEAL_LENGTH],
        clock.now(),
    )
    found.save(update_fields=["appeal_answer", "appeal_decided_at"])
    verb = "granted" if granted else "refused"
    audit.record(actor, f"sanction.appeal_{verb}", on=found, name=found.member.name)
    if granted and found.lifted_at is None:
        _lift(actor, found)
    if granted and found.entry is not None:
        overturn_reports(found.entry)
    words = _("Your appeal was granted") if granted else _("Your appeal was not granted")
    _tell(found.member, words, found.appeal_answer, f"community-appeal:{found.pk}")
    return found


def _check(member: Member, kind: str, reason: str, days: int | None) -> None:
    if member.user is not None and member.user.is_staff_member:
        raise CommunityError(
            _("They work here: speak to them, or change what they may do under People and roles.")
        )
    if kind not in Sanction.Kind.values or not 0 < len(reason) <= 1_000:
        raise CommunityError(_("Say what it is, and why; the member reads it."))
    if days is not None and not 0 < days <= LONGEST:
        raise CommunityError(_("Say for how many days, up to %(most)d.") % {"most": LONGEST})


def _locked(sanction_id: int) -> Sanction:
    found = Sanction.objects.select_for_update(of=("self",)).select_related("member__user")
    return found.get(pk=sanction_id)


def _lift(actor: User, found: Sanction) -> None:
    found.lifted_at, found.lifted_by = clock.now(), actor
    found.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(actor, "sanction.lifted", on=found, name=found.member.name)


def _tell(member: Member, title: str, body: str, key: str) -> None:
    if member.user is not None:
        tell(
            [member.user], key=key, kind="community_decided", title=title, body=body, path="/rules/standing/"
        )
