"""What became of a reply, written down with what follows for its conversation.

The caller holds the locks of the conversation and the reply, in that order: everybody takes them so.
"""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care import store
from oneroof.care.events import ReplySent, ReplyUnsure
from oneroof.care.models import Conversation, Reply, ReplyState, State
from oneroof.core import clock, events
from oneroof.listening.actions.posts import link_of
from oneroof.notify.actions import tell

MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)


def pause_after(attempts: int) -> timedelta:
    """30 seconds, then twice as long each time, up to two hours."""
    doublings: int = 2 ** max(attempts - 1, 0)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def write_state(reply: Reply, state: ReplyState, reason: str = "", **columns: object) -> None:
    """A new state, off every sender's hands."""
    before = reply.state
    columns |= {"state": state, "reason": reason, "lease": "", "lease_expires_at": None}
    columns["changed_at"] = clock.now()
    for name, value in columns.items():
        setattr(reply, name, value)
    reply.save(update_fields=list(columns))
    audit.record(
        None,
        f"reply.{state}",
        on=reply,
        name=reply.text[:80],
        before={"state": before},
        after={"state": state.value, "reason": reason},
    )


def mark_sent(reply: Reply, *, external_id: str, url: str, at: datetime | None = None) -> None:
    """It stands there: the first response is given, and it is the customer's turn."""
    moment = at or clock.now()
    link = link_of(reply.conversation.source.network, url)
    write_state(reply, ReplyState.SENT, sent_at=moment, external_id=external_id[:500], url=link)
    note_answer(reply.conversation, moment)
    events.publish(ReplySent(reply.pk, reply.conversation_id, reply.by_hand))


def note_answer(conversation: Conversation, moment: datetime) -> None:
    """We spoke in this conversation."""
    columns: dict[str, object] = {"ours_said_at": max(conversation.ours_said_at or moment, moment)}
    columns["awaiting_since"] = None
    if conversation.first_response_at is None:
        columns["first_response_at"] = moment
    if conversation.state == State.OPEN:
        columns["state"] = State.WAITING
    store.change(conversation, **columns)


def mark_failed(reply: Reply, reason: str) -> None:
    write_state(reply, ReplyState.FAILED, reason)
    _tell_author(reply, "reply_failed", _("A reply could not be sent"))


def mark_returned(reply: Reply, reason: str) -> None:
    """It went out, and did not reach the customer."""
    write_state(reply, ReplyState.FAILED, reason, sent_at=reply.sent_at or clock.now())
    _tell_author(reply, "reply_failed", _("A reply came back undelivered"))


def mark_unknown(reply: Reply, reason: str) -> None:
    """It may stand there or not: a person has to say, and nobody sends it again before."""
    write_state(reply, ReplyState.UNKNOWN, reason)
    _tell_author(reply, "reply_unsure", _("A reply may or may not have gone out"), leads_too=True)
    events.publish(ReplyUnsure(reply.pk, reply.conversation_id))


def ask_author(reply: Reply, question: str) -> None:
    write_state(reply, ReplyState.QUESTION, question)
    _tell_author(reply, "reply_question", _("A question before a reply goes out"))


def put_back(reply: Reply, reason: str, *, retry_after: float | None = None) -> None:
    """It surely does not stand there: the next attempt comes later, and after the last one it failed."""
    if reply.attempts >= MOST_ATTEMPTS:
        mark_failed(reply, reason)
        return
    pause = timedelta(seconds=retry_after) if retry_after is not None else pause_after(reply.attempts)
    write_state(reply, ReplyState.QUEUED, reason, next_attempt_at=clock.now() + pause)


def _tell_author(reply: Reply, kind: str, title: str, *, leads_too: bool = False) -> None:
    people = {reply.author} if reply.author else set()
    if leads_too:
        people |= set(User.objects.who_may(Permission.APPROVE))
    tell(
        people,
        key=f"{kind}:{reply.pk}:{reply.attempts}",
        kind=kind,
        title=f"{title}: {reply.conversation.subject}",
        body=reply.reason,
        path=f"/desk/inbox/{reply.conversation_id}/",
    )
