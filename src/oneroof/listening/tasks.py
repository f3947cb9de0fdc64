"""What listening does by the clock, and the jobs of its actions: the worker knows what is imported here."""

from procrastinate.contrib.django import app

from oneroof.listening.actions.credentials import check_credentials
from oneroof.listening.actions.silences import watch_over_sources
from oneroof.listening.actions.telling import tell_daily
from oneroof.listening.actions.watches import backfill_watch

__all__ = ["backfill_watch", "credentials", "digest", "silences"]


@app.periodic(cron="*/10 * * * *")
@app.task(name="oneroof.listening.digest", queue="listening", queueing_lock="digest", pass_context=False)
def digest(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Where it is morning, people are told what their watches caught."""
    tell_daily()


@app.periodic(cron="17 * * * *")
@app.task(
    name="oneroof.listening.credentials", queue="listening", queueing_lock="credentials", pass_context=False
)
def credentials(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Ask the networks whether they still take our credentials."""
    check_credentials()


@app.periodic(cron="4-59/15 * * * *")
@app.task(name="oneroof.listening.silences", queue="listening", queueing_lock="silences", pass_context=False)
def silences(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Owners are told of sources that are silent for longer than usual, or fail."""
    watch_over_sources()
