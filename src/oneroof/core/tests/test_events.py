"""An event is delivered after commit, at least once, and is lost only with what it tells of."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from oneroof.core import events
from oneroof.core.testing.jobs import run_jobs


@dataclass(frozen=True)
class KettleBoiled:
    kettle_id: int


heard: list[KettleBoiled] = []


@events.subscribe(KettleBoiled)
def pour(event: KettleBoiled) -> None:
    heard.append(event)


@pytest.fixture(autouse=True)
def _nothing_heard() -> None:
    heard.clear()


@pytest.mark.django_db(transaction=True)
def test_a_committed_event_reaches_its_subscriber() -> None:
    with transaction.atomic():
        events.publish(KettleBoiled(7))
        assert heard == []
    run_jobs()
    assert heard == [KettleBoiled(7)]


@pytest.mark.django_db(transaction=True)
def test_what_people_wait_for_goes_ahead_of_what_waits() -> None:
    with transaction.atomic():
        for number, ahead in ((1, False), (2, False), (3, True), (4, True)):
            events.publish(KettleBoiled(number), ahead=ahead)
    run_jobs()
    assert heard == [KettleBoiled(number) for number in (3, 4, 1, 2)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_reaches_nobody() -> None:
    with transaction.atomic():
        events.publish(KettleBoiled(7))
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        events.publish(KettleBoiled(7))
