"""What is kept of people goes by its age, kind by kind; one can look first."""

from datetime import timedelta

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.customers import retention as keeping
from oneroof.customers.actions.retaining import RetentionError, keep_to_retention, retention, set_retention
from oneroof.customers.models import RetentionRule
from oneroof.customers.retention import Kept, register_kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def days_old(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A kind of which one row of each of these ages is kept."""
    monkeypatch.setattr(keeping, "_kept", {})
    ages = list(range(3_000))
    now = clock.now()

    def old(before: object) -> list[int]:
        return [age for age in ages if now - timedelta(days=age, seconds=1) < before]  # type: ignore[operator]

    def forget(before: object, most: int) -> int:
        gone = old(before)[:most]
        for age in gone:
            ages.remove(age)
        return len(gone)

    register_kept(Kept("letters", "Letters", lambda before: len(old(before)), forget))
    return ages


def test_nothing_goes_without_a_rule_nor_by_looking(days_old: list[int], lead: User) -> None:
    assert keep_to_retention() == 0
    set_retention(lead, "letters", 1_000)
    assert [each.due for each in retention()] == [2_000]
    assert len(days_old) == 3_000
    assert keep_to_retention() == 2_000, "in batches"
    assert len(days_old) == 1_000
    assert RetentionRule.objects.get().removed == 2_000
    set_retention(lead, "letters", None)
    set_retention(lead, "letters", None)
    assert not RetentionRule.objects.exists()


def test_nonsense_and_who_may_not_are_refused(days_old: list[int], lead: User, agent: User) -> None:
    with pytest.raises(NotAllowed):
        set_retention(agent, "letters", 10)
    for key, days in (("pigeons", 10), ("letters", 0), ("letters", 10**6)):
        with pytest.raises(RetentionError):
            set_retention(lead, key, days)
    assert len(days_old) == 3_000


def test_the_page_tells_what_would_go(days_old: list[int], client: Client, lead: User, agent: User) -> None:
    address = "/desk/settings/retention/"
    client.force_login(lead)
    assert "2500 rows would go now" in client.get(f"{address}?kind=letters&days=500").text.replace(",", "")
    client.post(f"{address}letters/", {"days": "500"})
    assert RetentionRule.objects.get().days == 500
    client.post(f"{address}letters/", {"days": "soon"})
    assert RetentionRule.objects.get().days == 500
    client.post(f"{address}letters/", {"days": ""})
    assert not RetentionRule.objects.exists()
    assert client.post(f"{address}pigeons/", {"days": "5"}).status_code == 404
    assert len(days_old) == 3_000
    client.force_login(agent)
    assert client.get(address).status_code == 404
