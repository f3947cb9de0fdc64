"""What allauth does to an account stands in the audit, as our own actions do: it tells by signals."""

from collections.abc import Callable
from typing import Any

from allauth.account import signals as account
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_out
from django.dispatch import Signal

from oneroof.accounts import audit
from oneroof.accounts.models import User

# Signal, verb, and what is told of the signal's arguments.
STEPS: tuple[tuple[Signal, str, Callable[[dict[str, Any]], dict[str, Any]]], ...] = (
    (account.user_signed_up, "user.signed_up", lambda _told: {}),
    (account.user_logged_in, "user.signed_in", lambda told: {"by": _ways(told)}),
    (user_logged_out, "user.signed_out", lambda _told: {}),
    (account.password_set, "user.password_set", lambda _told: {}),
    (account.password_changed, "user.password_changed", lambda _told: {}),
    (account.password_reset, "user.password_reset", lambda _told: {}),
    (account.email_added, "user.email_added", lambda told: {"email": told["email_address"].email}),
    (account.email_removed, "user.email_removed", lambda told: {"email": told["email_address"].email}),
    (account.email_changed, "user.email_changed", lambda told: {"email": told["to_email_address"].email}),
    (mfa.authenticator_added, "user.factor_added", lambda told: {"factor": told["authenticator"].type}),
    (mfa.authenticator_removed, "user.factor_removed", lambda told: {"factor": told["authenticator"].type}),
    (mfa.authenticator_reset, "user.factor_renewed", lambda told: {"factor": told["authenticator"].type}),
)


def record_steps() -> None:
    """Called once, as the program loads."""
    for signal, verb, tell in STEPS:
        signal.connect(_recorder(verb, tell), weak=False, dispatch_uid=verb)


def record_ended_sessions(user: User, count: int) -> None:
    """The person ended sessions of theirs under *Where you are signed in*."""
    audit.record(user, "user.sessions_ended", on=user, after={"sessions": count})


def _recorder(verb: str, tell: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., None]:
    def note(sender: Any, user: User | None, **told: Any) -> None:  # noqa: ARG001  a signal's arguments
        if user is not None:
            audit.record(user, verb, on=user, after=tell({"user": user, **told}))

    return note


def _ways(told: dict[str, Any]) -> list[str]:
    """In their order: 'password', 'mfa', 'socialaccount', 'link'."""
    return [str(one["method"]) for one in get_authentication_records(told["request"], told["user"])]
