"""What the sample company's people did before one came to watch: by the usual actions, each at its time.

What was written for a post stands in ``work.json``; older conversations were settled in the usual run of work.
"""

import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from django.db import transaction

from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Role
from oneroof.care.actions.by_hand import answered_by_hand
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.handing import hand_to_department, hand_to_person
from oneroof.care.actions.notes import add_note, add_tag
from oneroof.care.actions.replies import save_draft, send_reply
from oneroof.care.actions.states import close_conversation, set_priority, snooze
from oneroof.care.models import Conversation, Outcome
from oneroof.core import clock
from oneroof.listening.models import PostKey

LEFT_OPEN = timedelta(days=3)  # younger ones are for who comes to watch
LITTLE_NEED = 30
REACTS_AFTER = timedelta(minutes=25)
SLOWEST = 11  # so many times as long
TYPES_FOR = timedelta(minutes=4)
CLOSES_AFTER = timedelta(hours=3)
# One in so many ended without help; one in so many of the last days was overlooked, as happens.
IN_VAIN, OVERLOOKED = 9, 7
FOUND_AFTER = timedelta(days=6)  # by then somebody saw what was overlooked


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that one person did to one conversation."""

    at: datetime
    do: Callable[[], object]


@transaction.atomic
def work(now: datetime) -> int:
    """All that was done up to ``now``, in its order; returns how much. Nothing where it was done already."""
    if Conversation.objects.exclude(first_helper=None).exists():
        return 0
    rows = json.loads((files(__package__) / "work.json").read_text(encoding="utf-8"))
    written = {row["post"]: _conversation_of(row["post"]) for row in rows}
    deeds = [
        Deed(now - timedelta(minutes=row["minutes_ago"]), _verb(row, written[row["post"]])) for row in rows
    ]
    deeds = sorted((*deeds, *_usual_run(now, set(written.values()))), key=lambda deed: deed.at)
    for deed in deeds:
        with clock.frozen_at(deed.at):
            deed.do()
    return len(deeds)


def _usual_run(now: datetime, written: Collection[int]) -> Iterator[Deed]:
    """Answered threads were closed by who answered, and what asks for nothing was put aside."""
    agents = list(User.objects.filter(role=Role.AGENT).order_by("pk"))
    old = Conversation.objects.whole().filter(customer_said_at__lt=now - LEFT_OPEN).exclude(pk__in=written)
    for number, conversation in enumerate(old.select_related("source").order_by("pk")):
        if number % OVERLOOKED or conversation.customer_said_at < now - FOUND_AFTER:
            yield from _settled(agents[number % len(agents)], conversation, number)


def _settled(agent: User, conversation: Conversation, number: int) -> Iterator[Deed]:
    """Put aside from the list, or closed by who answered: there, by hand where it was heard, or by telephone."""
    reacted = conversation.customer_said_at + REACTS_AFTER * (1 + number % SLOWEST)
    outcome = Outcome.SOLVED if number % IN_VAIN else Outcome.COULD_NOT_HELP
    if conversation.ours_said_at is not None:
        reacted = conversation.ours_said_at
    elif conversation.need < LITTLE_NEED:
        yield Deed(reacted, lambda: close_conversation(agent, conversation.pk, Outcome.NO_ANSWER_NEEDED))
        return
    elif conversation.source.network == "email":
        outcome = Outcome.ANSWERED_ELSEWHERE
    else:
        yield Deed(reacted + TYPES_FOR, lambda: answered_by_hand(agent, conversation.pk))
    yield Deed(reacted, lambda: claim_conversation(agent, conversation.pk))
    yield Deed(reacted + CLOSES_AFTER, lambda: close_conversation(agent, conversation.pk, outcome))


def _conversation_of(post: str) -> int:
    thread = PostKey.objects.values_list("thread_id", flat=True).get(external_id=post)
    return Conversation.objects.get(thread=thread).pk


def _verb(row: dict[str, Any], conversation: int) -> Callable[[], object]:
    actor = User.objects.get(email=row["by"])
    verbs: dict[str, Callable[[], object]] = {
        "claim": lambda: claim_conversation(actor, conversation),
        "note": lambda: add_note(actor, conversation, row["text"]),
        "tag": lambda: add_tag(actor, conversation, row["text"]),
        "priority": lambda: set_priority(actor, conversation, row["text"]),
        "draft": lambda: save_draft(actor, conversation, row["text"]),
        "reply": lambda: send_reply(actor, conversation, row["text"]),
        "snooze": lambda: snooze(actor, conversation, clock.now() + timedelta(hours=row["hours"])),
        "hand_to_person": lambda: hand_to_person(
            actor, conversation, User.objects.get(email=row["to"]).pk, row["text"]
        ),
        "hand_to_department": lambda: hand_to_department(
            actor, conversation, Department.objects.get(name=row["to"]).pk, row["text"]
        ),
    }
    return verbs[row["do"]]
