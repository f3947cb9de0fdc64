"""Whether somebody may write now, and whether what they wrote waits for a moderator first."""

from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from oneroof.accounts.models import RulesOfEngagement, User
from oneroof.accounts.queries import must_accept_rules
from oneroof.community import store
from oneroof.community.errors import CommunityError, RulesNotAcceptedError
from oneroof.community.filters import judged
from oneroof.community.models import Entry, Hold, Kind, Member, Sanction
from oneroof.community.queries.sanctions import in_force
from oneroof.community.rules.trust import DAY, again_at, is_blatant, links_out, whys_held
from oneroof.core import clock

SILENCES = (Sanction.Kind.SILENCE, Sanction.Kind.BAN)
AUDIENCES = (RulesOfEngagement.Audience.TERMS, RulesOfEngagement.Audience.COMMUNITY)


def demand_may_write(actor: User, member: Member) -> None:
    """Not silenced, rules accepted, not too fast; who works here is asked none of it. Locks the member's row."""
    if actor.is_staff_member:
        return
    demand_not_barred(actor, SILENCES)
    for audience in AUDIENCES:
        if rules := must_accept_rules(actor, audience):
            raise RulesNotAcceptedError(rules)
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    again = again_at(member.trust, _written_lately(member), clock.now())
    if again is not None:
        raise CommunityError(
            _("You have written a lot in a short time. You can write again from %(time)s.")
            % {"time": _told(again)}
        )


def demand_takes_part(actor: User) -> None:
    """Whoever is banned votes and follows no more, either."""
    demand_not_barred(actor, (Sanction.Kind.BAN,))


def demand_not_barred(actor: User, kinds: tuple[str, ...]) -> None:
    barred = in_force(actor).filter(kind__in=kinds).first()
    if barred is None:
        return
    if barred.ends_at is None:
        raise CommunityError(
            _("You can’t take part at the moment: %(why)s You can appeal on your page “My standing”.")
            % {"why": barred.reason}
        )
    raise CommunityError(
        _("You can’t write until %(time)s: %(why)s You can appeal on your page “My standing”.")
        % {"time": _told(barred.ends_at), "why": barred.reason}
    )


def hold_where_due(actor: User, entry: Entry) -> bool:
    """Whether it waits now. Of what stands in a private group nothing does: its members were let in."""
    if actor.is_staff_member or entry.author is None or entry.held_at or not entry.group.is_public:
        return False
    trust, text = entry.author.trust, f"{entry.title}\n{entry.body}".strip()
    doubts, worst = judged(text)
    whys = whys_held(
        trust,
        has_link=links_out(text, settings.PUBLIC_URL),
        is_first=_is_first(entry),
        holds_first=entry.group.holds_first,
        doubts=doubts,
    )
    if not whys:
        return False
    hold = Hold(
        whys=whys, chance=worst.chance if worst else None, because=list(worst.because) if worst else []
    )
    keep_hold(entry, hold, is_blatant=is_blatant(trust, doubts))
    return True


def keep_hold(entry: Entry, hold: Hold, *, is_blatant: bool = False) -> None:
    """The caller holds the entry's lock. What is blatant is put aside at once; a moderator can bring it back."""
    hold.entry, hold.at = entry, clock.now()
    if is_blatant:
        hold.outcome, hold.decided_at = Hold.Outcome.REMOVED, hold.at
    hold.save(force_insert=True)
    store.change(entry, held_at=hold.at, deleted_at=hold.at if is_blatant else entry.deleted_at)
    if entry.root is not None and entry.root.kind == Kind.QUESTION:
        store.recount(entry.root)
    store.audited(None, "held", entry, why=hold.whys)


def _written_lately(member: Member) -> list[datetime]:
    now = clock.now()
    lately = Entry.objects.filter(author=member, created_at__gt=now - DAY, created_at__lte=now)
    return list(lately.order_by("-created_at").values_list("created_at", flat=True)[:500])


def _is_first(entry: Entry) -> bool:
    """None of theirs stands in public yet."""
    return (
        not Entry.objects.filter(author=entry.author, held_at=None, deleted_at=None)
        .exclude(pk=entry.pk)
        .exists()
    )


def _told(moment: datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")
