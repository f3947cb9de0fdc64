"""What experience does by the clock."""

from procrastinate.contrib.django import app

from oneroof.experience.actions.mailing import give_up_lost, remind_due, send_due
from oneroof.experience.actions.purchases import ask_buyers


@app.periodic(cron="* * * * *")
@app.task(
    name="oneroof.experience.ask", queue="experience", queueing_lock="experience-ask", pass_context=False
)
def ask(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    """Invitations whose time has come leave; then reminders."""
    give_up_lost()
    send_due()
    remind_due()


@app.periodic(cron="17 * * * *")
@app.task(
    name="oneroof.experience.buyers",
    queue="experience",
    queueing_lock="experience-buyers",
    pass_context=False,
)
def buyers(timestamp: int) -> None:  # noqa: ARG001  the moment it was due, from procrastinate
    ask_buyers()
