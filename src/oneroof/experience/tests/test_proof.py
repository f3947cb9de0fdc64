"""A planted break and a planted recovery are found on the pages; too little is said to be too little."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from oneroof.accounts.models import User
from oneroof.care.models import Conversation
from oneroof.care.tests.conftest import Hear, said
from oneroof.core import clock
from oneroof.customers.models import Customer, Person, Purchase
from oneroof.experience.models import SurveyAnswer
from oneroof.experience.queries.loyalty import loyalty
from oneroof.experience.queries.recovery import recovery
from oneroof.experience.queries.years import courses
from oneroof.experience.tests.conftest import SignIn
from oneroof.insight.models import Contact
from oneroof.listening.models import Source

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 7, 15, tzinfo=UTC)
BREAK = datetime(2025, 10, 1, tzinfo=UTC)


def test_a_drop_of_contacts_at_a_break_is_found_with_its_interval(agent: User, signed_in: SignIn) -> None:
    months = [datetime(2024 + n // 12, n % 12 + 1, 3, tzinfo=UTC) for n in range(6, 30)]
    for place, month in enumerate(months):
        for number in range((20 if month < BREAK else 8) + place % 3):
            Contact.objects.create(external_id=f"{place}-{number}", channel="phone", opened_at=month)
    Contact.objects.create(external_id="words", channel="survey", opened_at=months[0])
    with clock.frozen_at(NOW):
        contacts = courses(BREAK)[0]
        page = signed_in(agent).get("/desk/experience/years/?break=2025-10").content.decode()
        assert signed_in(agent).get("/desk/experience/years/?break=what").status_code == 200
    assert contacts.effect
    assert contacts.effect.is_found
    assert contacts.effect.low <= -12 <= contacts.effect.high
    assert [(each.value, each.before, each.change) for each in contacts.months][-1] == (10, 22, -12)
    assert "More than chance explains" in page


def people(count: int) -> list[Person]:
    chance = np.random.default_rng(3)
    found = []
    for number in range(count):
        person = Person.objects.create(name=f"P{number}")
        customer = Customer.objects.create(person=person, external_id=f"K{number}")
        amount = int(chance.integers(10, 200))
        Purchase.objects.create(
            customer=customer, purchased_at=clock.ago(days=400), amount=amount, digest=number
        )
        found.append(person)
    return found


def test_recovery_compares_like_with_like(forum: Source, hear: Hear, agent: User, signed_in: SignIn) -> None:
    assert recovery().matched is None
    (pattern,) = hear(forum, said("1", "@brumi help?"))
    for number, person in enumerate(people(40)):
        was_solved = number % 2 == 0
        if was_solved:
            identity = person.own_identities.create(
                person=person, network="files", handle=f"h{number}", handle_folded=f"h{number}"
            )
            told = {f.attname: getattr(pattern, f.attname) for f in Conversation._meta.concrete_fields}
            told |= {"id": None, "thread_id": None, "identity_id": identity.pk, "state": "done"}
            told |= {"outcome": "solved", "opened_at": clock.ago(days=60), "resolved_at": clock.ago(days=59)}
            Conversation.objects.create(**told)
        score = (8 if was_solved else 6) + number // 2 % 2
        SurveyAnswer.objects.create(
            digest=str(number),
            kind="nps",
            score=score,
            person=person,
            answered_at=clock.now() - timedelta(days=1),
        )
    found = recovery()
    assert (found.solved, found.without) == (20, 20)
    assert found.matched
    assert found.matched.effect.low <= 2 <= found.matched.effect.high
    assert found.matched.effect.is_found
    page = signed_in(agent).get("/desk/experience/recovery/").content.decode()
    assert "does not say what caused what" in page


def test_a_point_of_loyalty_goes_with_what_was_planted(agent: User, signed_in: SignIn) -> None:
    assert loyalty().effect is None
    chance = np.random.default_rng(4)
    for number, person in enumerate(people(60)):
        score = number % 11
        SurveyAnswer.objects.create(
            digest=f"s{number}", kind="nps", score=score, person=person, answered_at=clock.ago(days=380)
        )
        Purchase.objects.create(
            customer=person.customer,
            purchased_at=clock.ago(days=100),
            amount=round(20 + 5 * score + chance.normal(), 2),
            digest=f"later {number}",
        )
    Purchase.objects.create(
        customer=person.customer, purchased_at=clock.now(), amount=9, digest="last", currency=""
    )
    found = loyalty()
    assert found.customers == 60
    assert found.effect
    assert found.effect.value == pytest.approx(5, abs=0.2)
    assert found.effect.is_found
    assert [band.score for band in found.bands] == list(range(11))
    page = signed_in(agent).get("/desk/experience/recovery/").content.decode()
    assert "associated with that much more" in page
    rows = signed_in(agent).get("/desk/experience/satisfaction/answers/?kind=nps&score=7").content.decode()
    assert rows.count("7 of 10") == 5
