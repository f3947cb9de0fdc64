"""The audit leaves as a file, which is itself audited."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from oneroof.accounts import audit, queries
from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission


@transaction.atomic
def export_audit(actor: User, narrowed: Mapping[str, Any]) -> Iterator[str]:
    """The entries as lines of CSV, narrowed as :func:`queries.audit_entries` takes it."""
    demand(actor, Permission.READ_AUDIT)
    demand(actor, Permission.EXPORT)
    told = {name: str(value) for name, value in narrowed.items() if value}
    audit.record(actor, "audit.exported", on=actor, after=told)
    return queries.audit_as_csv(queries.audit_entries(**narrowed))
