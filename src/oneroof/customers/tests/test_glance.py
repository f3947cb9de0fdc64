"""Beside a conversation stands who it is, as far as the reader may know."""

from datetime import UTC, datetime, timedelta

import pytest

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.customers.actions.linking import join_people
from oneroof.customers.actions.recognise import Author, recognise_authors
from oneroof.customers.glance import glance_at
from oneroof.customers.models import Customer, Identity, Person, Purchase
from oneroof.customers.tests.crm import connected, pushed, record

pytestmark = pytest.mark.django_db
START = datetime(2025, 1, 1, tzinfo=UTC)


def test_five_lines_say_who_it_is(agent: User, volunteer: User) -> None:
    identity = recognise_authors("mastodon", [Author("ana", "ana", "", 3, "en", START)])["ana"]
    row = Identity.objects.get(pk=identity).person_id
    record = Person.objects.create(name="Ana García", language="de")
    customer = Customer.objects.create(
        person=record, external_id="K1", name="Ana García", company="Tea & Co", since=START
    )
    for number, version in enumerate("12"):
        Purchase.objects.create(
            customer=customer, purchased_at=START + timedelta(days=30 * number), amount="9.90", currency="EUR",
            product="Kettle", version=version, digest=str(number),
        )  # fmt: skip
    join_people(agent, row, record.pk, "said so")
    with clock.frozen_at(START + timedelta(days=90)):
        told = glance_at(agent, identity)
        assert told is not None
        assert list(told.lines) == [
            "Ana García, Tea & Co, customer since 2025",
            "Owns Kettle 2",
            "Bought 2 times for 19.80 EUR, last on 2025-01-31",
            "Speaks on mastodon, German",
        ]
        less = glance_at(volunteer, identity)
    assert less is not None
    assert list(less.lines) == ["Ana García", "Speaks on mastodon, German"]
    assert glance_at(agent, 10**9) is None


def test_what_the_crm_still_works_on_is_a_line(lead: User) -> None:
    sync = connected(lead)
    at = "2026-01-05T10:00:00Z"
    pushed(
        sync,
        record("person", "C1", name="Ana", handles="mastodon:ana"),
        record("case", "T1", person="C1", subject="The spout drips", opened_at=at),
        record("case", "T2", person="C1", subject="It leaked", opened_at=at, closed_at=at),
    )
    told = glance_at(lead, Identity.objects.get(network="mastodon").pk)
    assert told is not None
    assert "Open in the CRM: The spout drips" in told.lines
