"""Say that an answer solved it, and take that back. A question may have several such answers."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import NotAllowed, demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.members import member_of
from oneroof.community.errors import CommunityError
from oneroof.community.events import AnswerAccepted, AnswerUnaccepted
from oneroof.community.models import Entry, Kind, Member
from oneroof.core import clock, events


@transaction.atomic
def accept(actor: User, answer_id: int) -> Entry:
    """By whoever asked, or a moderator."""
    answer, question = _locked(actor, answer_id)
    if answer.accepted_at is None:
        mark_accepted(answer, question, by=member_of(actor), actor=actor)
    return answer


@transaction.atomic
def unaccept(actor: User, answer_id: int) -> Entry:
    answer, question = _locked(actor, answer_id)
    if answer.accepted_at is not None:
        store.change(answer, accepted_at=None, accepted_by=None)
        store.recount(question)
        store.audited(actor, "unaccepted", answer)
        events.publish(AnswerUnaccepted(answer.pk, question.pk))
    return answer


def mark_accepted(answer: Entry, question: Entry, *, by: Member | None, actor: User | None) -> None:
    """The caller holds both locks. ``by`` is None where enough people said that it works for them too."""
    store.change(answer, accepted_at=clock.now(), accepted_by=by)
    store.recount(question)
    store.audited(actor, "accepted", answer)
    events.publish(AnswerAccepted(answer.pk, question.pk))


def _locked(actor: User, answer_id: int) -> tuple[Entry, Entry]:
    demand(actor, Permission.TAKE_PART)
    answer = store.locked(actor, answer_id)
    question = answer.root
    if answer.kind != Kind.ANSWER or question is None or answer.deleted_at:
        raise CommunityError(_("Only answers can be accepted."))
    if not (store.is_of(actor, question) or actor.may(Permission.MODERATE)):
        raise NotAllowed(Permission.MODERATE)
    return answer, question
