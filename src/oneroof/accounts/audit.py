"""The record of every action. An action calls ``record`` inside its own transaction, before it publishes."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from oneroof.accounts.models import AuditEntry, User


def record(
    actor: User | None,
    verb: str,
    *,
    on: Model,
    name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Add one entry; ``actor`` is None where the program acted. A verb reads 'conversation.claimed'."""
    return AuditEntry.objects.create(
        actor=actor,
        actor_name=str(actor) if actor else "system",
        verb=verb,
        on_kind=on._meta.label_lower,
        on_id=str(on.pk),
        on_name=(name or str(on))[:200],
        before=dict(before or {}),
        after=dict(after or {}),
    )
