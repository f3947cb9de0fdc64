"""What customers do by the clock."""

from procrastinate.contrib.django import app

from oneroof.customers.value.learning import learn_value


@app.periodic(cron="41 2 * * *")
@app.task(
    name="oneroof.customers.value", queue="customers", queueing_lock="customers-value", pass_context=False
)
def value(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Learn anew how customers buy."""
    learn_value()
