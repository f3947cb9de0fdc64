"""The yearly round: opened, chosen, announced; over after a year. Nothing is asked of anyone."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import override

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community.models import BELONGS, Group, Member, Membership, Visibility
from oneroof.core import clock
from oneroof.notify.actions import tell
from oneroof.recognition.errors import RecognitionError
from oneroof.recognition.models import Award, Contribution, Round

YEAR = timedelta(days=365)


@transaction.atomic
def open_round(actor: User, *, name: str, perks: str = "") -> Round:
    """Begin a round over the twelve months that lie behind."""
    demand(actor, Permission.STEER)
    if not name.strip():
        raise RecognitionError(_("A round has a name."))
    now = clock.now()
    try:
        with transaction.atomic():
            opened = Round.objects.create(
                name=name.strip()[:80],
                perks=perks.strip(),
                opened_at=now,
                opened_by=actor,
                since=now - YEAR,
                until=now,
            )
    except IntegrityError as error:
        raise RecognitionError(_("There is a round of that name.")) from error
    audit.record(actor, "mvp.opened", on=opened)
    return opened


@transaction.atomic
def choose_mvp(actor: User, round_id: int, member_id: int, *, citation: str) -> Award:
    """Choose somebody whose ledger of the round's months says why; the citation tells the public."""
    demand(actor, Permission.STEER)
    round_ = _open(round_id)
    member = Member.objects.get(pk=member_id)
    if not citation.strip():
        raise RecognitionError(_("Say what it is for, in a sentence that everybody may read."))
    given = Contribution.objects.standing().filter(member=member, at__gte=round_.since, at__lt=round_.until)
    if not given.exists():
        raise RecognitionError(_("The ledger of these twelve months has nothing of theirs."))
    award, _is_new = Award.objects.update_or_create(
        round=round_,
        member=member,
        defaults={"citation": citation.strip()[:600], "chosen_by": actor, "chosen_at": clock.now()},
    )
    audit.record(actor, "mvp.chosen", on=award, after={"citation": award.citation})
    return award


@transaction.atomic
def unchoose_mvp(actor: User, award_id: int) -> int:
    """Take a choice back before the round is announced; returns the round."""
    demand(actor, Permission.STEER)
    award = Award.objects.get(pk=award_id)
    _open(award.round_id)
    audit.record(actor, "mvp.unchosen", on=award, before={"citation": award.citation})
    award.delete()
    return award.round_id


@transaction.atomic
def announce_round(actor: User, round_id: int) -> Round:
    """Tell it: awards begin and hold for a year, the private group opens, everybody chosen hears of it."""
    demand(actor, Permission.STEER)
    round_ = _open(round_id)
    awards = list(round_.awards.select_related("member__user"))
    if not awards:
        raise RecognitionError(_("Nobody is chosen yet."))
    now = clock.now()
    round_.announced_at, round_.group = now, _group_of(round_)
    round_.save(update_fields=["announced_at", "group"])
    for award in awards:
        _begin(award, round_.group, now)
    audit.record(actor, "mvp.announced", on=round_, after={"awards": len(awards)})
    return round_


@transaction.atomic
def end_awards() -> int:
    """What was let in with an award leaves the group when the year is over; returns how many awards ended."""
    over = Award.objects.select_for_update(of=("self",)).filter(ends_at__lte=clock.now(), let_in=True)
    ended = list(over.select_related("round"))
    for award in ended:
        Membership.objects.filter(
            group=award.round.group_id, member=award.member_id, state=Membership.State.MEMBER
        ).delete()
        award.let_in = False
        award.save(update_fields=["let_in"])
        audit.record(None, "mvp.award_ended", on=award)
    return len(ended)


def _open(round_id: int) -> Round:
    """The round, locked; RecognitionError where it is announced already."""
    round_ = Round.objects.select_for_update(of=("self",)).get(pk=round_id)
    if round_.announced_at:
        raise RecognitionError(_("This round is announced: its awards stand."))
    return round_


def _group_of(round_: Round) -> Group:
    made, _is_new = Group.objects.get_or_create(
        slug=slugify(f"mvp {round_.pk}"),
        defaults={"name": f"MVP {round_.name}"[:120], "visibility": Visibility.SECRET},
    )
    return made


def _begin(award: Award, group: Group, now: datetime) -> None:
    membership, is_new = Membership.objects.get_or_create(
        group=group, member=award.member, defaults={"state": Membership.State.MEMBER}
    )
    award.ends_at, award.let_in = now + YEAR, is_new or membership.state in BELONGS
    award.save(update_fields=["ends_at", "let_in"])
    user = award.member.user
    if user:
        with override(user.language):
            title = _("Thank you: you are one of this year’s MVPs.")
        tell([user], key=f"mvp-{award.pk}", kind="mvp", title=title, body=award.citation, path="/mvp/")
