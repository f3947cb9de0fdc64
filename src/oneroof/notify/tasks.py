"""What notify does by the clock."""

from procrastinate.contrib.django import app

from oneroof.core import clock
from oneroof.core.by_the_clock import by_the_clock
from oneroof.notify.actions import dispatching, gathering, mailing, tidying
from oneroof.notify.models import Letter, LetterState


@by_the_clock("* * * * *", name="oneroof.notify.mail_notices", queue="notify")
def mail_notices() -> None:
    """Gather what waits into letters, and send those whose time has come."""
    mailing.give_up_lost_letters()
    gathering.gather_letters()
    due = Letter.objects.filter(state=LetterState.WAITING, next_attempt_at__lte=clock.now())
    for letter_id in due.order_by("next_attempt_at").values_list("pk", flat=True)[:1_000]:
        mail_letter.configure(lock="notify-mail-server").defer(letter_id=letter_id)


@app.task(name="oneroof.notify.mail_letter", queue="notify")
def mail_letter(*, letter_id: int) -> None:
    """One letter, one at a time: a server that hangs holds up no other queue."""
    mailing.send_letter(letter_id)


@by_the_clock("* * * * *", name="oneroof.notify.dispatch_notices", queue="notify")
def dispatch_notices() -> None:
    """Gather what waits for browsers and rooms, and send what is due: each outlet in its own turn."""
    dispatching.give_up_lost_dispatches()
    dispatching.gather_dispatches()
    for dispatch_id, outlet_id in dispatching.due_dispatches():
        send_dispatch.configure(lock=f"notify-outlet-{outlet_id}").defer(dispatch_id=dispatch_id)


@app.task(name="oneroof.notify.send_dispatch", queue="notify")
def send_dispatch(*, dispatch_id: int) -> None:
    dispatching.send_dispatch(dispatch_id)


@by_the_clock("23 3 * * *", name="oneroof.notify.tidy", queue="notify")
def tidy() -> None:
    """What was read long ago is removed."""
    tidying.remove_old()
