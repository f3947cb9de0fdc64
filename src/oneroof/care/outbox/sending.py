"""The outbox: what is queued leaves, each reply exactly once.

The intent is committed before the network hears of it (queued → sending), the outcome after. A sender holds
what it sends by a lease. What a killed sender left in *sending* is of unknown outcome: it is read back where
the network can be read, repeated under the same key where it takes a key once, and else shown to a person.
"""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from oneroof.care import store
from oneroof.care.models import Reply, ReplyState
from oneroof.care.outbox import outcomes
from oneroof.care.outbox.drafts import client, draft_of, target_of
from oneroof.care.outbox.questions import (
    claim_question,
    question_from_the_source,
    question_from_what_we_heard,
)
from oneroof.core import clock
from oneroof.core.http import SafeClient
from oneroof.listening.actions.renewing import good_settings
from oneroof.listening.budgets import within_budget
from oneroof.listening.models import Source
from oneroof.listening.secrets import settings_of
from oneroof.listening.sources import network
from oneroof.listening.sources.base import (
    Draft,
    Network,
    NotThere,
    Outcome,
    PollFailedError,
    Refused,
    Seen,
    Sent,
    Standing,
    Unknown,
)
from oneroof.listening.sources.json_api import NotAllowedError

BATCH = 50
LEASE = timedelta(minutes=5)  # longer than any attempt may take
REFUSALS_TO_STOP = 3  # in a row, of the passing kind: the other side is down
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sender:
    """One drain of one source: its lease, and what the network needs to know."""

    source: Source
    network: Network
    settings: dict[str, Any]
    client: SafeClient
    lease: str


def sender_of(source: Source) -> Sender:
    place, settings = network(source.network), settings_of(source)
    return Sender(source, place, settings, within_budget(client(), place, settings), uuid.uuid4().hex)


def drain(source_id: int) -> int:
    """Send what is due for a source, in the order in which it was given; how many attempts were made."""
    sender = sender_of(Source.objects.get(pk=source_id))
    settle_abandoned(sender)
    attempts = refusals = last = 0
    while batch := _due(sender, after=last):
        for reply_id in batch:
            outcome = send_one(sender, reply_id)
            attempts += outcome is not None
            refusals = refusals + 1 if isinstance(outcome, Refused) and not outcome.permanent else 0
            if refusals == REFUSALS_TO_STOP:
                return attempts
        last = batch[-1]
    return attempts


def settle_abandoned(sender: Sender) -> None:
    """Replies that a sender left in *sending* when it died, or hung beyond its lease."""
    expired = Reply.objects.filter(
        source=sender.source, state=ReplyState.SENDING, lease_expires_at__lte=clock.now()
    )
    for reply_id, lease in list(expired.values_list("pk", "lease")):
        reason = _("The program ended while it was being sent.")
        _settle(sender, reply_id, lease, Unknown(reason))


def _due(sender: Sender, *, after: int) -> Sequence[int]:
    """Read without a lock: ``_begin`` decides who has each."""
    due = Q(next_attempt_at=None) | Q(next_attempt_at__lte=clock.now())
    queued = Reply.objects.filter(due, source=sender.source, state=ReplyState.QUEUED, pk__gt=after)
    return list(queued.order_by("pk").values_list("pk", flat=True)[:BATCH])


def send_one(sender: Sender, reply_id: int) -> Outcome | None:
    """One attempt; None where there was none, because somebody else has it or something has to be asked."""
    seen = _look_up(sender, reply_id)
    draft = _begin(sender, reply_id, seen)
    if draft is None:
        return None
    outcome = _publish(sender, draft)
    _settle(sender, reply_id, sender.lease, outcome)
    return outcome


def _look_up(sender: Sender, reply_id: int) -> Seen:
    if sender.network.look_up is None:
        return Seen(Standing.UNKNOWN)
    reply = Reply.objects.select_related("post__thread").get(pk=reply_id)
    try:
        return sender.network.look_up(_good_settings(sender), target_of(reply), sender.client)
    except PollFailedError as failure:
        return Seen(Standing.UNKNOWN, reason=failure.reason)


@transaction.atomic
def _begin(sender: Sender, reply_id: int, seen: Seen) -> Draft | None:
    """Commit the intent, unless there is a question, or another sender was first."""
    reply = _locked(reply_id)
    if reply.state != ReplyState.QUEUED:
        return None
    question = _question(reply, seen)
    if question and not (reply.attempts and _may_repeat(sender, reply)):  # it may stand there already
        outcomes.ask_author(reply, question)
        return None
    Reply.objects.filter(pk=reply.pk).update(
        state=ReplyState.SENDING,
        attempts=F("attempts") + 1,
        lease=sender.lease,
        lease_expires_at=clock.now() + LEASE,
        changed_at=clock.now(),
    )
    return draft_of(reply, target_of(reply))


def _question(reply: Reply, seen: Seen) -> str:
    return (
        claim_question(reply.conversation, reply)
        or question_from_what_we_heard(reply)
        or question_from_the_source(reply, seen)
    )


def _publish(sender: Sender, draft: Draft) -> Outcome:
    assert sender.network.publish
    try:
        settings = _good_settings(sender)
    except PollFailedError as failure:
        is_final = isinstance(failure, NotAllowedError)
        return Refused(failure.reason, permanent=is_final, retry_after=failure.next_poll_after or None)
    try:
        return sender.network.publish(settings, draft, sender.client)
    except Exception as error:
        # A publisher does not raise; where one does all the same, nobody knows how far it came.
        log.exception("The publisher of %s broke on reply %s.", sender.network.key, draft.key)
        return Unknown(f"{type(error).__name__}: {error}")


def _good_settings(sender: Sender) -> dict[str, Any]:
    """Raises PollFailedError where the credentials have ended and cannot be renewed."""
    return good_settings(sender.source, sender.network, sender.client)


def _settle(sender: Sender, reply_id: int, lease: str, outcome: Outcome) -> None:
    """Write the outcome down; an unknown one only after the source was read."""
    certain = _certain(sender, reply_id, outcome) if isinstance(outcome, Unknown) else outcome
    with transaction.atomic():
        reply = _locked(reply_id)
        if reply.lease == lease and reply.state == ReplyState.SENDING:
            _write(sender, reply, certain)


def _certain(sender: Sender, reply_id: int, outcome: Unknown) -> Outcome:
    """What reading our own posts at the source says of it."""
    if sender.network.read_back is None:
        return outcome
    reply = Reply.objects.select_related("post__thread", "author").get(pk=reply_id)
    draft = draft_of(reply, target_of(reply))
    try:
        found = sender.network.read_back(_good_settings(sender), draft, sender.client)
    except PollFailedError:
        return outcome
    if isinstance(found, NotThere):
        return Refused(outcome.reason, permanent=False)
    return found


def _write(sender: Sender, reply: Reply, outcome: Outcome) -> None:
    match outcome:
        case Sent():
            outcomes.mark_sent(reply, external_id=outcome.external_id, url=outcome.url)
        case Refused(permanent=True):
            outcomes.mark_failed(reply, outcome.reason)
        case Refused():
            outcomes.put_back(reply, outcome.reason, retry_after=outcome.retry_after)
        case Unknown() if _may_repeat(sender, reply):
            outcomes.put_back(reply, outcome.reason)
        case Unknown():
            outcomes.mark_unknown(reply, outcome.reason)


def _may_repeat(sender: Sender, reply: Reply) -> bool:
    """The other side takes a key once, however often it comes; after the last attempt a person decides."""
    return sender.network.is_repeatable(sender.settings) and reply.attempts < outcomes.MOST_ATTEMPTS


def _locked(reply_id: int) -> Reply:
    """The conversation first, then the reply: everybody locks them in this order."""
    conversation_id = Reply.objects.values_list("conversation_id", flat=True).get(pk=reply_id)
    conversation = store.locked(conversation_id)
    reply = (
        Reply.objects.select_for_update(of=("self",))
        .select_related("post__thread", "author")
        .get(pk=reply_id)
    )
    reply.conversation = conversation
    return reply
