"""What experience does by the clock."""

from oneroof.core.by_the_clock import by_the_clock
from oneroof.experience.actions.mailing import give_up_lost, remind_due, send_due
from oneroof.experience.actions.purchases import ask_buyers
from oneroof.experience.actions.reporting import send_reports, write_due


@by_the_clock("* * * * *", name="oneroof.experience.ask", queue="experience")
def ask() -> None:
    """Invitations whose time has come leave; then reminders."""
    give_up_lost()
    send_due()
    remind_due()


@by_the_clock("17 * * * *", name="oneroof.experience.buyers", queue="experience")
def buyers() -> None:
    ask_buyers()


@by_the_clock("*/5 * * * *", name="oneroof.experience.reports", queue="experience")
def reports() -> None:
    """What is due is written down for each reader, then sent."""
    write_due()
    send_reports()
