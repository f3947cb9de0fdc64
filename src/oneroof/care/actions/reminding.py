"""People are told of clocks: before one runs out, and when it has."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from django.utils.translation import gettext as _

from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.care.queries.due import falling_due
from oneroof.core import clock
from oneroof.notify.actions import tell

DUE_WITHIN = timedelta(minutes=15)
LOOK_BACK = timedelta(hours=1)  # a worker that was away no longer than this misses no breach


def tell_of_clocks() -> None:
    """Whoever has the conversation, or its department, or else the leads; of a breach the leads too.

    Repeated each minute: a clock's notice has one key, so it is told once.
    """
    now = clock.now()
    answering = _Answering()
    for conversation in falling_due(now, now + DUE_WITHIN):
        _tell("service_due", _("Due soon"), conversation, answering.of(conversation))
    for conversation in falling_due(now - LOOK_BACK, now):
        people = {*answering.of(conversation), *answering.leads()}
        _tell("service_breached", _("Overdue"), conversation, people)


class _Answering:
    """Who is to be told, asked once a department in one round."""

    def __init__(self) -> None:
        self.leads = cache(lambda: list(User.objects.who_may(Permission.APPROVE)))
        self.of_department = cache(
            lambda pk: list(User.objects.who_may(Permission.ANSWER).filter(departments=pk))
        )

    def of(self, conversation: Conversation) -> Sequence[User]:
        if person := conversation.holder or conversation.assignee:
            return [person]
        members = self.of_department(conversation.department_id) if conversation.department_id else []
        return members or self.leads()


def _tell(kind: str, words: str, conversation: Conversation, people: Sequence[User] | set[User]) -> None:
    due: datetime | None = conversation.next_due_at
    assert due
    tell(
        people,
        key=f"{kind}:{conversation.pk}:{due:%s}",
        kind=kind,
        title=f"{words}: {conversation.subject}",
        path=f"/desk/inbox/{conversation.pk}/",
    )
