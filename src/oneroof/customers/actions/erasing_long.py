"""People with very much are erased in the background: batch by batch, then the rest at once.

What is gone stays gone: a run that was killed goes on where it was.
"""

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.core import clock
from oneroof.customers.actions.erasing import erase_person
from oneroof.customers.belongings import Batch, Holder, all_belongings
from oneroof.customers.models import Erasure, Person
from oneroof.customers.own import holder_of

AT_ONCE = 1_000
MOST_DIRECTLY = 2_000
"""Rows up to which a page waits for it."""
RETRY = RetryStrategy(max_attempts=10, exponential_wait=2)
State = Erasure.State


@transaction.atomic
def ask_erasure(actor: User, person_id: int) -> Erasure | None:
    """None: there was little, and it is done. Asked for twice, it is one. Raises Person.DoesNotExist."""
    demand(actor, Permission.GOVERN_PEOPLE)
    holder = holder_of(person_id)
    size = _size(holder)
    if size <= MOST_DIRECTLY:
        erase_person(actor, person_id)
        return None
    whole = Person.objects.select_for_update().get(pk=person_id).whole_id
    asked, is_new = Erasure.objects.exclude(state=State.DONE).get_or_create(
        person_number=whole, defaults={"asked_by": actor, "size": size}
    )
    if is_new:
        erase.defer(erasure_id=asked.pk)
    return asked


def _size(holder: Holder) -> int:
    return sum(each.size(holder) for each in all_belongings() if each.size)


def carry_out(erasure_id: int) -> None:
    """Each batch is a transaction of its own, and so is the rest. Called again, it goes on."""
    asked = Erasure.objects.select_related("asked_by").get(pk=erasure_id)
    if asked.state == State.DONE or asked.asked_by is None:
        return
    Erasure.objects.filter(pk=asked.pk).update(state=State.RUNNING)
    try:
        _in_batches(asked)
        asked.rows += erase_person(asked.asked_by, asked.person_number)
    except Person.DoesNotExist:
        pass  # a run before this one came to its end, or it was done by hand
    Erasure.objects.filter(pk=asked.pk).update(state=State.DONE, rows=asked.rows, done_at=clock.now())


def _in_batches(asked: Erasure) -> None:
    holder = holder_of(asked.person_number)
    for each in all_belongings():
        while each.batch and (gone := _one_batch(each.batch, holder)):
            asked.rows += gone
            Erasure.objects.filter(pk=asked.pk).update(rows=asked.rows)


def _one_batch(batch: Batch, holder: Holder) -> int:
    with transaction.atomic():
        return batch(holder, AT_ONCE)


@app.task(name="oneroof.customers.erase", queue="customers", retry=RETRY)
def erase(*, erasure_id: int) -> None:
    carry_out(erasure_id)
