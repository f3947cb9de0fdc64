"""What customers do by the clock."""

from procrastinate.contrib.django import app

from oneroof.customers.actions.likening import propose_likeness
from oneroof.customers.actions.retaining import keep_to_retention
from oneroof.customers.value.learning import learn_value


@app.periodic(cron="41 2 * * *")
@app.task(
    name="oneroof.customers.value", queue="customers", queueing_lock="customers-value", pass_context=False
)
def value(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Learn anew how customers buy."""
    learn_value()


@app.periodic(cron="11 3 * * *")
@app.task(
    name="oneroof.customers.likeness",
    queue="customers",
    queueing_lock="customers-likeness",
    pass_context=False,
)
def likeness(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Propose whose new handles may be one person's."""
    propose_likeness()


@app.periodic(cron="29 3 * * *")
@app.task(
    name="oneroof.customers.retention",
    queue="customers",
    queueing_lock="customers-retention",
    pass_context=False,
)
def retention(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """What of people is older than its rule allows goes."""
    keep_to_retention()
