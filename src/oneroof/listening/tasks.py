"""What listening does by the clock, and the jobs of its actions: the worker knows what is imported here."""

from oneroof.core.by_the_clock import by_the_clock
from oneroof.listening.actions.credentials import check_credentials
from oneroof.listening.actions.silences import watch_over_sources
from oneroof.listening.actions.telling import tell_daily
from oneroof.listening.actions.watches import backfill_watch

__all__ = ["backfill_watch", "credentials", "digest", "silences"]


@by_the_clock("*/10 * * * *", name="oneroof.listening.digest", queue="listening")
def digest() -> None:
    """Where it is morning, people are told what their watches caught."""
    tell_daily()


@by_the_clock("17 * * * *", name="oneroof.listening.credentials", queue="listening")
def credentials() -> None:
    """Ask the networks whether they still take our credentials."""
    check_credentials()


@by_the_clock("4-59/15 * * * *", name="oneroof.listening.silences", queue="listening")
def silences() -> None:
    """Owners are told of sources that are silent for longer than usual, or fail."""
    watch_over_sources()
