"""What recognition does by the clock."""

from oneroof.core.by_the_clock import by_the_clock
from oneroof.recognition.actions.mvp import end_awards
from oneroof.recognition.actions.routing import route_waiting


@by_the_clock("*/10 * * * *", name="oneroof.recognition.route", queue="events")
def route() -> None:
    """Ask the few who could answer what waits."""
    route_waiting()


@by_the_clock("7 * * * *", name="oneroof.recognition.tend", queue="events")
def tend() -> None:
    """Awards that are a year old end."""
    end_awards()
