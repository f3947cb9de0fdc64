"""People with very much are erased in the background, in batches, and a killed run goes on."""

import pytest
from django.test import Client

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import User
from oneroof.customers import belongings
from oneroof.customers.actions.erasing_long import ask_erasure, carry_out
from oneroof.customers.belongings import Belongings, Holder, register_belongings
from oneroof.customers.models import Erasure, Person
from oneroof.customers.tests.test_people import met

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """2,500 rows of theirs in a room; ``stop`` is after how many batches a run is killed."""
    kept = {"rows": 2_500, "stop": -1, "batches": 0}

    def batch(_holder: Holder, most: int) -> int:
        if kept["batches"] == kept["stop"]:
            kept["stop"] = -1
            raise KeyboardInterrupt
        gone = min(most, kept["rows"])
        kept["rows"] -= gone
        kept["batches"] += 1
        return gone

    monkeypatch.setattr(belongings, "_belongings", {})
    register_belongings(
        Belongings(
            "many", lambda _holder: [], lambda _holder: 0, size=lambda _holder: kept["rows"], batch=batch
        )
    )
    return kept


def test_much_goes_in_batches_and_a_killed_run_goes_on(many: dict[str, int], lead: User) -> None:
    (ana,) = met("ana")
    asked = ask_erasure(lead, ana.pk)
    assert asked is not None
    again = ask_erasure(lead, ana.pk)
    assert again is not None
    assert again.pk == asked.pk, "asked for twice, it is one"
    many["stop"] = 2
    with pytest.raises(KeyboardInterrupt):
        carry_out(asked.pk)
    assert Erasure.objects.get().rows == 2_000
    assert Person.objects.exists()
    carry_out(asked.pk)
    carry_out(asked.pk)
    done = Erasure.objects.get()
    assert (done.state, many["rows"], Person.objects.exists()) == ("done", 0, False)
    assert done.rows >= 2_500


def test_little_is_erased_at_once(many: dict[str, int], lead: User, agent: User) -> None:
    many["rows"] = 10
    (ana,) = met("ana")
    with pytest.raises(NotAllowed):
        ask_erasure(agent, ana.pk)
    assert ask_erasure(lead, ana.pk) is None
    assert not Person.objects.exists()


def test_the_page_tells_how_far_it_is(many: dict[str, int], client: Client, lead: User, agent: User) -> None:
    (ana,) = met("ana")
    client.force_login(lead)
    place = client.post(f"/desk/people/{ana.pk}/erasure/")["Location"]
    assert "0 rows are gone so far." in client.get(place).text
    carry_out(Erasure.objects.get().pk)
    assert "Look again" not in client.get(place).text
    assert client.get("/desk/people/erasures/999/").status_code == 404
    client.force_login(agent)
    assert client.get(place).status_code == 404
