"""Two questions, or ideas, that are the same become one: what is below them goes along, old links lead there."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.voting import count_votes
from oneroof.community.errors import CommunityError
from oneroof.community.events import EntryEdited, EntryWithdrawn
from oneroof.community.models import Entry, Follow, Kind, Status, Visibility, Vote
from oneroof.core import events

BELOW = {Kind.QUESTION: Kind.ANSWER, Kind.IDEA: Kind.COMMENT}
ASKED_TOO = {Kind.QUESTION: Vote.What.ME_TOO, Kind.IDEA: Vote.What.UP}
"""What whoever asked the duplicate says by it of the one that stays."""


@transaction.atomic
def merge(actor: User, duplicate_id: int, into_id: int) -> Entry:
    """The question that stays. What is private is never merged into what others read."""
    demand(actor, Permission.MODERATE)
    duplicate, question = _both_locked(actor, duplicate_id, into_id)
    if duplicate.duplicate_of_id == question.pk:
        return question
    _demand_mergeable(duplicate, question)
    moved = _move_what_is_below(duplicate, question)
    _move_votes(duplicate, question)
    _move_followers(duplicate, question)
    Entry.objects.filter(duplicate_of=duplicate).update(duplicate_of=question)
    store.change(duplicate, duplicate_of=question, status=Status.DUPLICATE, answers=0, accepted_answers=0)
    if question.kind == Kind.QUESTION:
        store.recount(question)
    store.audited(actor, "merged", duplicate, into=question.pk)
    events.publish(EntryWithdrawn(duplicate.pk, duplicate.kind))
    for entry_id in moved:
        events.publish(EntryEdited(entry_id, BELOW[Kind(question.kind)]))
    return question


def _both_locked(actor: User, duplicate_id: int, into_id: int) -> tuple[Entry, Entry]:
    """In the order of their numbers, so that two mergers never wait for each other."""
    held = {entry_id: store.locked(actor, entry_id) for entry_id in sorted({duplicate_id, into_id})}
    return held[duplicate_id], held[into_id]


def _demand_mergeable(duplicate: Entry, question: Entry) -> None:
    if duplicate == question or duplicate.kind != question.kind or question.kind not in BELOW:
        raise CommunityError(_("Two questions are merged, one into another, or two ideas."))
    if Status.DUPLICATE in (duplicate.status, question.status):
        raise CommunityError(_("One of them is a duplicate already."))
    is_public = duplicate.group.visibility == Visibility.PUBLIC
    if not is_public and duplicate.group_id != question.group_id:
        raise CommunityError(_("What stands in a private group stays in it."))


def _move_what_is_below(duplicate: Entry, into: Entry) -> list[int]:
    """Answers with what was said of them; of an idea the comments."""
    if into.kind == Kind.QUESTION:
        return _move_answers(duplicate, into)
    comments = Entry.objects.filter(root=duplicate, kind=Kind.COMMENT)
    moved = list(comments.values_list("pk", flat=True))
    comments.filter(parent=duplicate).update(parent=into)
    comments.update(root=into, group=into.group)
    return moved


def _move_answers(duplicate: Entry, question: Entry) -> list[int]:
    answers = Entry.objects.filter(root=duplicate, kind=Kind.ANSWER)
    moved = list(answers.values_list("pk", flat=True))
    below = Entry.objects.filter(root=duplicate, kind=Kind.COMMENT, parent__in=moved)
    below.update(root=question, group=question.group)
    answers.update(root=question, parent=question, group=question.group)
    return moved


def _move_votes(duplicate: Entry, question: Entry) -> None:
    """Whoever said it of both said it once; nobody's word counts on what they asked themselves."""
    opposites = Q(what__in=(Vote.What.UP, Vote.What.DOWN))
    for kind in (opposites, ~opposites):
        there = question.votes.filter(kind).values("member")
        votes = duplicate.votes.filter(kind).exclude(member__in=there).exclude(member=question.author)
        votes.update(entry=question)
    if duplicate.author and duplicate.author != question.author:
        Vote.objects.bulk_create(
            [Vote(entry=question, member=duplicate.author, what=ASKED_TOO[Kind(question.kind)])],
            ignore_conflicts=True,
        )
    for each in (duplicate, question):
        count_votes(each)


def _move_followers(duplicate: Entry, question: Entry) -> None:
    members = duplicate.follows.values_list("member_id", flat=True)
    Follow.objects.bulk_create(
        [Follow(member_id=member_id, entry=question) for member_id in members], ignore_conflicts=True
    )
