"""A member's word on an entry: useful or not, “I have this too”, “works for me too”."""

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.accepting import mark_accepted
from oneroof.community.actions.admission import demand_takes_part
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.events import VoteChanged
from oneroof.community.models import Entry, Kind, Member, Vote
from oneroof.community.rules.standing import is_enough
from oneroof.core import clock, events

UP, DOWN, ME_TOO, WORKS_TOO = Vote.What.UP, Vote.What.DOWN, Vote.What.ME_TOO, Vote.What.WORKS_TOO
OPPOSITES = {UP: (UP, DOWN), DOWN: (UP, DOWN), ME_TOO: (ME_TOO,), WORKS_TOO: (WORKS_TOO,)}
VALUES = {UP: 1, DOWN: -1, ME_TOO: 1, WORKS_TOO: 1}


@transaction.atomic
def vote(actor: User, entry_id: int, what: str) -> Entry:
    """Once a member; the opposite word takes the place of the first."""
    word, entry, member = _begun(actor, entry_id, what)
    votes = Vote.objects.filter(entry=entry, member=member, what__in=OPPOSITES[word])
    if votes.filter(what=word).exists():
        return entry
    votes.delete()
    Vote.objects.create(entry=entry, member=member, what=word, at=clock.now())
    count_votes(entry)
    events.publish(VoteChanged(entry.pk, member.pk, word, VALUES[word]))
    _accept_where_enough(entry, word)
    return entry


@transaction.atomic
def take_back(actor: User, entry_id: int, what: str) -> Entry:
    word, entry, member = _begun(actor, entry_id, what)
    gone, _rows = Vote.objects.filter(entry=entry, member=member, what=word).delete()
    if gone:
        count_votes(entry)
        events.publish(VoteChanged(entry.pk, member.pk, word, 0))
    return entry


def count_votes(entry: Entry) -> None:
    """The caller holds the entry's lock."""
    counted = entry.votes.aggregate(
        up=Count("pk", filter=Q(what=UP)),
        down=Count("pk", filter=Q(what=DOWN)),
        me_too=Count("pk", filter=Q(what=ME_TOO)),
    )
    store.change(entry, score=counted["up"] - counted["down"], me_too=counted["me_too"])


def _begun(actor: User, entry_id: int, what: str) -> tuple[Vote.What, Entry, Member]:
    demand(actor, Permission.TAKE_PART)
    if what not in Vote.What.values:
        raise CommunityError(_("There is no such vote."))
    demand_takes_part(actor)
    entry = store.locked(actor, entry_id)
    if store.is_of(actor, entry):
        raise CommunityError(_("Nobody votes on what they wrote themselves."))
    if (what == ME_TOO and entry.kind != Kind.QUESTION) or (what == WORKS_TOO and entry.kind != Kind.ANSWER):
        raise CommunityError(_("That can’t be said of this."))
    return Vote.What(what), entry, member_of(actor)


def _accept_where_enough(entry: Entry, word: str) -> None:
    if word != WORKS_TOO or entry.accepted_at or entry.root is None:
        return
    if is_enough(entry.votes.filter(what=WORKS_TOO).count()):
        mark_accepted(entry, entry.root, by=None, actor=None)
