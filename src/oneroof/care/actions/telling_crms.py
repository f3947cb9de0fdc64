"""CRMs are told of the conversations of people whom they know."""

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from oneroof.care.models import Conversation
from oneroof.customers.actions.crm_noting import note_conversations_changed


@transaction.atomic
def tell_crms(conversation_ids: Collection[int]) -> None:
    speaking = Conversation.objects.whole().filter(pk__in=conversation_ids)
    note_conversations_changed(list(speaking.values_list("pk", "identity_id")))


def conversation_told(conversation_id: int) -> Mapping[str, Any] | None:
    """As it stands; None of one that is no more."""
    told = (
        Conversation.objects.whole().select_related("source", "department").filter(pk=conversation_id).first()
    )
    if told is None:
        return None
    return {
        "conversation": told.pk,
        "url": settings.PUBLIC_URL + reverse("care:conversation", args=[told.pk]),
        "subject": told.subject,
        "network": told.source.network,
        "source": told.source.name,
        "state": told.state,
        "outcome": told.outcome,
        "department": told.department.name if told.department else None,
        "opened_at": told.opened_at.isoformat(),
        "closed_at": told.resolved_at.isoformat() if told.resolved_at else None,
    }
