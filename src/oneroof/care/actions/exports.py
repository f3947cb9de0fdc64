"""Conversations leave as a file, which is audited."""

from collections.abc import Iterator

from django.db import transaction

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.queries.export import conversations_as_csv
from oneroof.care.queries.inbox import NO_FILTERS, Filters


@transaction.atomic
def export_conversations(actor: User, view: str, filters: Filters = NO_FILTERS) -> Iterator[str]:
    """What the list holds as lines of CSV."""
    demand(actor, Permission.EXPORT)
    told = {"view": view, "filters": filters.as_dict()}
    audit.record(actor, "conversations.exported", on=actor, after=told)
    return conversations_as_csv(actor, view, filters)
