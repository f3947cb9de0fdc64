"""What customers do by the clock."""

from oneroof.core.by_the_clock import by_the_clock
from oneroof.customers.actions.likening import propose_likeness
from oneroof.customers.actions.retaining import keep_to_retention
from oneroof.customers.value.learning import learn_value


@by_the_clock("41 2 * * *", name="oneroof.customers.value", queue="customers")
def value() -> None:
    """Learn anew how customers buy."""
    learn_value()


@by_the_clock("11 3 * * *", name="oneroof.customers.likeness", queue="customers")
def likeness() -> None:
    """Propose whose new handles may be one person's."""
    propose_likeness()


@by_the_clock("29 3 * * *", name="oneroof.customers.retention", queue="customers")
def retention() -> None:
    """What of people is older than its rule allows goes."""
    keep_to_retention()
