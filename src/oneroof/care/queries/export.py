"""Conversations as a table for a spreadsheet."""

from collections.abc import Iterator

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.care.models import Conversation
from oneroof.care.queries.inbox import NO_FILTERS, Filters, conversations_in
from oneroof.core.export import csv_lines

HEADER = (
    "id", "subject", "customer", "handle", "source", "language", "state", "outcome", "priority", "need",
    "at_risk", "department", "assignee", "first_helper", "tags", "posts", "opened_at", "first_due_at",
    "first_response_at", "resolution_due_at", "resolved_at",
)  # fmt: skip
READ_AT_ONCE = 500


def conversations_as_csv(user: User, view: str, filters: Filters = NO_FILTERS) -> Iterator[str]:
    """A line each of what the list holds, whole. Needs EXPORT."""
    demand(user, Permission.EXPORT)
    found = conversations_in(user, view, filters).select_related(
        "source", "department", "assignee", "first_helper"
    )
    rows = found.prefetch_related("tags").iterator(chunk_size=READ_AT_ONCE)
    return csv_lines(HEADER, map(_row, rows))


def _row(conversation: Conversation) -> tuple[object, ...]:
    return (
        conversation.pk, conversation.subject, conversation.customer_name, conversation.customer_handle,
        conversation.source.name, conversation.lang, conversation.state, conversation.outcome,
        conversation.priority, conversation.need, conversation.is_at_risk, conversation.department,
        conversation.assignee, conversation.first_helper,
        ", ".join(tag.name for tag in conversation.tags.all()), conversation.posts_count,
        *(
            moment and moment.isoformat()
            for moment in (
                conversation.opened_at, conversation.first_due_at, conversation.first_response_at,
                conversation.resolution_due_at, conversation.resolved_at,
            )
        ),
    )  # fmt: skip
