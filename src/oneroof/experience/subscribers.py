"""Who was helped is asked how it was."""

from oneroof.care.events import ConversationClosed
from oneroof.care.models import Conversation, Outcome
from oneroof.community.events import AnswerAccepted, VoteChanged
from oneroof.community.models import Entry, Kind, Member
from oneroof.core.events import subscribe
from oneroof.experience.actions.asking import invite
from oneroof.experience.models import Occasion, Survey


@subscribe(ConversationClosed)
def on_conversation_closed(event: ConversationClosed) -> None:
    if event.outcome != Outcome.SOLVED:
        return
    conversation = Conversation.objects.select_related("identity__person").get(pk=event.conversation_id)
    if conversation.identity:
        for survey in _surveys(Occasion.REPLY):
            invite(survey, f"conversation {conversation.pk}", person=conversation.identity.person)


@subscribe(AnswerAccepted)
def on_answer_accepted(event: AnswerAccepted) -> None:
    question = Entry.objects.select_related("author__user", "author__person").get(pk=event.question_id)
    _ask(Occasion.ANSWER, f"question {question.pk}", question.author)


@subscribe(VoteChanged)
def on_vote_changed(event: VoteChanged) -> None:
    if event.value and Entry.objects.filter(pk=event.entry_id, kind=Kind.ARTICLE).exists():
        member = Member.objects.select_related("user", "person").filter(pk=event.member_id).first()
        _ask(Occasion.ARTICLE, f"article {event.entry_id}", member)


def _ask(occasion: Occasion, about: str, member: Member | None) -> None:
    if member is None or member.user is None or not member.user.is_active:
        return
    for survey in _surveys(occasion):
        invite(survey, about, person=member.person, email=member.user.email, language=member.user.language)


def _surveys(occasion: Occasion) -> list[Survey]:
    return list(Survey.objects.filter(occasion=occasion, is_on=True).order_by("pk"))
