"""Two members become one: all that pointed at the one points at the other."""

from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F

from oneroof.community.events import MembersMerged
from oneroof.community.models import Entry, Follow, Member, Vote
from oneroof.core import events

KEPT = ("merged",)
"""Relations of a member that are not what it did."""


def merge_members(old: Member, into: Member) -> None:
    """The caller's transaction holds both rows. Rooms above need no word of it: their rows move with the others.

    What both have, and only one may have, is the second one's; the first one's row stays, and leads to the second.
    """
    for relation in Member._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.name not in KEPT:
            _move(relation, old, into)
    _forget_own_votes(into)
    Follow.objects.filter(member=into, whom=into).delete()
    into.joined_at = min(into.joined_at, old.joined_at)
    into.about, into.place = into.about or old.about, into.place or old.place
    into.trust = max(into.trust, old.trust)
    into.save(update_fields=["joined_at", "about", "place", "trust"])
    Member.objects.filter(merged_into=old).update(merged_into=into)
    old.merged_into = into
    old.save(update_fields=["merged_into"])
    events.publish(MembersMerged(into.pk))


def _move(relation: models.ManyToOneRel, old: Member, into: Member) -> None:
    field = relation.field.name
    rows: Any = relation.related_model._base_manager.filter(**{field: old})
    try:
        with transaction.atomic():
            rows.update(**{field: into})
    except IntegrityError:
        for row in rows.order_by("pk"):
            _move_one(rows.filter(pk=row.pk), field, into)


def _move_one(row: Any, field: str, into: Member) -> None:
    try:
        with transaction.atomic():
            row.update(**{field: into})
    except IntegrityError:
        row.delete()


def _forget_own_votes(member: Member) -> None:
    """What one account thought of the other's words is now somebody's word on their own."""
    weight = {Vote.What.UP: 1, Vote.What.DOWN: -1}
    for vote in Vote.objects.filter(member=member, entry__author=member, what__in=weight):
        Entry.objects.filter(pk=vote.entry_id).update(score=F("score") - weight[Vote.What(vote.what)])
        vote.delete()
