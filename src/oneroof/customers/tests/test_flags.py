"""What stands out of a person says why, and every amount says how."""

import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.customers import feelings, flags, worth
from oneroof.customers.feelings import last_months, register_feelings
from oneroof.customers.flags import Flag, flags_of, register_flags
from oneroof.customers.tests.test_people import met
from oneroof.customers.worth import Amount, Bounds, register_worth

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_tellers(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in (feelings, flags, worth):
        monkeypatch.setattr(room, "_tellers", {})


@pytest.mark.parametrize(
    ("words", "total", "keys"),
    [(5, 4.0, ["fan"]), (5, -2.0, ["detractor"]), (5, 0.5, []), (4, 4.0, [])],
)
def test_a_year_of_feeling_makes_a_fan_or_a_detractor(
    agent: User, words: int, total: float, keys: list[str]
) -> None:
    (this,) = last_months(clock.now().date(), 1)
    register_feelings("posts", "hear", lambda _ids, _since: {this: (words, total)})
    told = flags_of(agent, [], [])
    assert [flag.key for flag in told] == keys
    assert all(f"{words} posts" in flag.reason for flag in told)


def test_flags_and_amounts_reach_only_who_may_know(client: Client, agent: User, volunteer: User) -> None:
    (ana,) = met("ana")
    register_flags(
        "a", "know_customers", lambda _rows, _ids: [Flag("super_user", "Super-user", "12 answers")]
    )
    register_worth(
        "a",
        "know_customers",
        lambda _rows, _ids: [
            Amount("Contacts avoided", "EUR", Bounds(0, 63.5), 7, "help", "between none and all"),
            Amount("Ideas adopted", "", None, 2, "help", "counted"),
        ],
    )
    assert flags_of(volunteer, [], []) == []
    client.force_login(agent)
    html = client.get(f"/desk/people/{ana.pk}/value/").text
    for told in ("Super-user", "12 answers", "63.50", "between none and all", "Ideas adopted", "?what=help"):
        assert told in html
    assert "12 answers" in client.get(f"/desk/people/{ana.pk}/").text
    client.force_login(volunteer)
    assert "12 answers" not in client.get(f"/desk/people/{ana.pk}/").text
