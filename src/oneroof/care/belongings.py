"""What care keeps of a person: conversations, and what was said and noted in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from oneroof.accounts.models import AuditEntry
from oneroof.care.models import Conversation, Note, Reply, Tagging
from oneroof.customers.belongings import Holder
from oneroof.notify.models import DispatchLine, Notice

TOLD = ("id", "opened_at", "source__name", "subject", "state", "outcome")
REPLIED = ("id", "conversation_id", "sent_at", "text")


def conversations_of_holder(holder: Holder) -> Iterable[Mapping[str, Any]]:
    conversations = Conversation.objects.filter(identity_id__in=holder.identity_ids).order_by("pk")
    for row in conversations.values(*TOLD):
        yield {"kind": "conversation", **row}
    for row in Reply.objects.filter(conversation__in=conversations).order_by("pk").values(*REPLIED):
        yield {"kind": "reply", **row}


def erase_conversations(holder: Holder) -> int:
    """That there was one stays, with its times and outcome, for the figures."""
    conversations = Conversation.objects.filter(identity_id__in=holder.identity_ids)
    ids = list(conversations.values_list("pk", flat=True))
    Note.objects.filter(conversation__in=ids).delete()
    Tagging.objects.filter(conversation__in=ids).delete()
    Reply.objects.filter(conversation__in=ids).update(
        text="", text_answered="", text_before_approval="", sent_back_because="", reason="", url=""
    )
    named = [str(each) for each in ids]
    told = AuditEntry.objects.filter(on_kind="care.conversation", on_id__in=named)
    told.update(on_name="", before={}, after={})
    paths = [reverse("care:conversation", args=[each]) for each in ids]
    for kept in (Notice, DispatchLine):
        kept.objects.filter(path__in=paths).delete()
    conversations.update(
        subject="",
        snippet="",
        customer_name="",
        customer_handle="",
        identity=None,
        need_reasons=[],
        risk_reasons=[],
    )
    return len(ids)
