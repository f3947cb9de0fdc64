"""An account goes for good, with what signs in and the names that the audit keeps of it."""

from collections.abc import Sequence

from oneroof.accounts.actions.withdrawal import end_sessions
from oneroof.accounts.models import AuditEntry, User
from oneroof.accounts.policies import Role

WIPED = "…"


def close_accounts(addresses: Sequence[str]) -> int:
    """Of members alone: whoever works here is let go by a lead first. The caller has asked for permission."""
    users = list(
        User.objects.select_for_update().filter(email__in=addresses, role=Role.MEMBER).order_by("pk")
    )
    for user in users:
        end_sessions(user)
        _forget(user)
        user.delete()
    return len(users)


def _forget(user: User) -> None:
    """That something was done stays; not who it was."""
    AuditEntry.objects.filter(actor=user, on_name=str(user)).update(on_name=WIPED)
    AuditEntry.objects.filter(actor=user).update(actor_name=WIPED)
    on = AuditEntry.objects.filter(on_kind="accounts.user", on_id=str(user.pk))
    on.update(on_name=WIPED, before={}, after={})
