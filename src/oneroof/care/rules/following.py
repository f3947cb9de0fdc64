"""How often a thread is read again at its source: often while people speak, seldom after."""

from datetime import timedelta

PAUSES = (
    (timedelta(hours=1), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(hours=1)),
    (timedelta(days=14), timedelta(days=1)),
)


def pause_after(silence: timedelta) -> timedelta | None:
    """For how long the thread is left alone; None: it is not read again."""
    return next((pause for until, pause in PAUSES if silence < until), None)
