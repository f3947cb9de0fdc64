"""What accounts does by the clock."""

from oneroof.accounts.actions import unconfirmed
from oneroof.core.by_the_clock import by_the_clock


@by_the_clock("41 3 * * *", name="oneroof.accounts.tidy", queue="notify")
def tidy() -> None:
    """What was signed up for and never confirmed is removed."""
    unconfirmed.forget_old_unconfirmed()
