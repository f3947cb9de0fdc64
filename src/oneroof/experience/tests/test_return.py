"""The return rests on inputs that somebody stands for; what is lacking is said, not guessed."""

import json
from argparse import Namespace
from datetime import date

import pytest

from oneroof.accounts.access import NotAllowed
from oneroof.accounts.models import AuditEntry, User
from oneroof.community.models import Sought
from oneroof.core import clock
from oneroof.experience.actions.returning import state_input, withdraw_input
from oneroof.experience.cli import report_return, return_as_table
from oneroof.experience.errors import ExperienceError
from oneroof.experience.queries.returns import reckoned
from oneroof.experience.tests.conftest import SignIn
from oneroof.insight.models import Contact

pytestmark = pytest.mark.django_db

STATED = {
    "would_have_called": (0.4, 0.2, 0.6),
    "no_contact": (0.8, 0.7, 0.9),
    "staff_cost": (100, 90, 120),
    "cost_per_contact": (8, 6, 10),
}


def state(lead: User, **told: tuple[float, float, float]) -> None:
    for name, (value, low, high) in told.items():
        state_input(lead, name, value, low, high, "Our books", date(2026, 1, 1))


def seek(count: int, solved: int) -> None:
    for number in range(count):
        outcome = "solved" if number < solved else "not_yet"
        Sought.objects.create(
            text="seal", day=clock.now().date(), visitor=str(number), is_signed_in=False, outcome=outcome
        )


def test_what_is_lacking_is_said_and_nothing_reckoned(lead: User) -> None:
    found = reckoned()
    assert found.result is None
    names = {each.name for each in found.lacking}
    assert {"visits", "would_have_called", "staff_cost", "cost_per_contact"} <= names
    assert "other_cost" not in names
    assert "staff_cost" in return_as_table(report_return(Namespace(start=None, end=None)))


def test_counted_and_stated_inputs_make_a_distribution(lead: User) -> None:
    seek(100, 30)
    state(lead, **STATED)
    found = reckoned()
    assert found.result
    inputs = {each.name: each.used for each in found.inputs}
    assert inputs["solved"]
    assert (inputs["solved"].value, inputs["solved"].sample) == (0.3, 100)
    assert found.result.contacts_by_visits.value == pytest.approx(100 * 0.3 * 0.4, rel=0.2)
    assert found.result.contacts_by_answers.value == pytest.approx(100 * 0.3 * 0.8, rel=0.1)
    assert found.result.contacts_spared.value == pytest.approx(24, rel=0.1)  # both count the same visitors
    report = json.loads(json.dumps(report_return(Namespace(start=None, end=None))))
    assert report["result"]["net"]["low"] < report["result"]["net"]["high"]
    assert "Benefit exceeds cost" in return_as_table(report)


def test_the_cost_of_a_contact_is_the_mean_of_those_that_say_it() -> None:
    for number, cost in enumerate((6, 10, None)):
        Contact.objects.create(
            external_id=str(number), channel="phone", opened_at=clock.ago(days=1), cost=cost
        )
    (used,) = [each.used for each in reckoned().inputs if each.name == "cost_per_contact"]
    assert used
    assert (used.value, used.sample) == (8, 2)


def test_only_leads_state_inputs_with_source_and_sense(lead: User, agent: User) -> None:
    with pytest.raises(NotAllowed):
        state(agent, staff_cost=(1, 1, 1))
    for wrong in ({"solved": (0.5, 0.4, 1.1)}, {"visits": (5, 6, 7)}, {"luck": (1, 1, 1)}):
        with pytest.raises(ExperienceError):
            state(lead, **wrong)
    with pytest.raises(ExperienceError):
        state_input(lead, "visits", 1, 1, 1, " ", date(2026, 1, 1))
    state(lead, visits=(5, 5, 5))
    withdraw_input(lead, "visits")
    assert [each.verb for each in AuditEntry.objects.filter(verb__startswith="return.")] == [
        "return.withdrawn",
        "return.stated",
    ]


def test_the_page_shows_both_states_and_leads_to_rows(lead: User, agent: User, signed_in: SignIn) -> None:
    client = signed_in(lead)
    assert "lacking" in client.get("/desk/experience/return/").content.decode()
    seek(20, 5)
    state(lead, **STATED)
    page = client.get("/desk/experience/return/").content.decode()
    assert "tornado" in page
    assert "seal" in client.get("/desk/experience/return/sought/").content.decode()
    address = "/desk/experience/return/inputs/staff_cost/"
    told = {"value": "5", "low": "4", "high": "6", "source": "Payroll", "as_of": "2026-02-01"}
    assert client.post(address, told).status_code == 302
    assert client.post(address, {**told, "low": "9"}).status_code == 200
    assert client.post(address, {"withdraw": "1"}).status_code == 302
    assert client.get("/desk/experience/return/inputs/luck/").status_code == 404
    assert signed_in(agent).post(address, told).status_code == 404
