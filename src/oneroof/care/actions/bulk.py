"""The same to many conversations: each as if it were done alone, so that one refusal stops no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.actions.claims import claim_conversation
from oneroof.care.actions.handing import hand_to_department, hand_to_person
from oneroof.care.actions.notes import add_tag
from oneroof.care.actions.states import close_conversation, snooze, undo_closing
from oneroof.care.errors import CareError
from oneroof.care.models import Conversation

MOST = 100

VERBS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "claim": claim_conversation,
        "tag": add_tag,
        "snooze": snooze,
        "close": close_conversation,
        "undo_closing": undo_closing,
        "hand_to_person": hand_to_person,
        "hand_to_department": hand_to_department,
    }
)


@dataclass(slots=True)
class BulkResult:
    """What was done, and what was refused with the reason to show."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


def do_to_many(actor: User, verb: str, ids: Sequence[int], **words: Any) -> BulkResult:
    demand(actor, Permission.ANSWER)
    if verb not in VERBS:
        raise CareError(_("This can't be done to many at once."))
    if len(ids) > MOST:
        raise CareError(_("At most %(most)d conversations at once.") % {"most": MOST})
    result = BulkResult()
    for conversation_id in sorted(set(ids)):
        try:
            VERBS[verb](actor, conversation_id, **words)
        except CareError as refusal:
            result.refused[conversation_id] = str(refusal)
        except Conversation.DoesNotExist:
            result.refused[conversation_id] = _("It is not there any more.")
        else:
            result.done.append(conversation_id)
    return result
