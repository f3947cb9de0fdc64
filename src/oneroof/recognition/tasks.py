"""What recognition does by the clock."""

from procrastinate.contrib.django import app

from oneroof.recognition.actions.mvp import end_awards
from oneroof.recognition.actions.routing import route_waiting


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="oneroof.recognition.route", queue="events", queueing_lock="recognition-route", pass_context=False
)
def route(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Ask the few who could answer what waits."""
    route_waiting()


@app.periodic(cron="7 * * * *")
@app.task(
    name="oneroof.recognition.tend", queue="events", queueing_lock="recognition-tend", pass_context=False
)
def tend(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Awards that are a year old end."""
    end_awards()
