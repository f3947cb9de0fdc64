"""What customers do by the clock."""

from procrastinate.contrib.django import app

from oneroof.core.by_the_clock import by_the_clock
from oneroof.customers.actions import crm_looking, crm_sending
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


@by_the_clock("* * * * *", name="oneroof.customers.crm", queue="customers")
def tell_crms() -> None:
    """What waits for CRMs that answer goes, each CRM's in its own turn."""
    crm_sending.give_up_lost()
    for sync_id in crm_sending.due_syncs():
        tell_crm.configure(lock=f"crm-{sync_id}").defer(sync_id=sync_id)


@app.task(name="oneroof.customers.tell_crm", queue="customers")
def tell_crm(*, sync_id: int) -> None:
    crm_sending.send_due(sync_id)


@by_the_clock("*/10 * * * *", name="oneroof.customers.crm_look", queue="customers")
def look_for_crms() -> None:
    """Whether flags of those whom CRMs know changed, some people in each turn."""
    crm_looking.look_around()


@by_the_clock("47 3 * * *", name="oneroof.customers.crm_tidy", queue="customers")
def tidy_crms() -> None:
    """What was taken or told long ago goes."""
    crm_sending.tidy()
