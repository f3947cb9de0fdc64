"""Value is told from purchases, with intervals that hold and a way down to the rows."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.customers.models import Customer, Person, Purchase, ValueModel
from oneroof.customers.quality.value import learning_part, sample
from oneroof.customers.queries import rows_of
from oneroof.customers.segments import people_who
from oneroof.customers.value.learning import learn_value
from oneroof.customers.value.model import (
    Histories,
    TooFewError,
    expected_purchases,
    fit_amounts,
    fit_purchases,
    histories_of,
)
from oneroof.customers.value.risk import people_at_risk
from oneroof.customers.value.telling import value_of

START = datetime(2025, 1, 1, tzinfo=UTC)
DATA = Path(__file__).parents[5] / "shared" / "data"


def test_the_papers_parameters_come_out_of_the_papers_sample() -> None:
    """Fader, Hardie and Lee 2005, table 2; Fader and Hardie 2013 for the amounts."""
    if not (DATA / "cdnow").exists():
        pytest.skip("The set cdnow is not at ../shared/data.")
    told = learning_part(sample(DATA))
    assert [round(each, 3) for each in fit_purchases(told).parameters] == [0.243, 4.414, 0.793, 2.426]
    assert [round(each, 2) for each in fit_amounts(told).parameters] == [6.25, 3.74, 15.44]


def test_planted_parameters_are_found() -> None:
    dice = np.random.default_rng(7)
    weeks, histories = 52.0, []
    for rate, leaving in zip(dice.gamma(0.8, 1 / 5.0, 4_000), dice.beta(1.2, 3.0, 4_000), strict=True):
        at, bought = 0.0, [(0.0, 1.0)]
        while dice.random() > leaving or len(bought) == 1:
            at += dice.exponential(1 / rate)
            if at > weeks:
                break
            bought.append((at, 1.0))
        histories.append(bought)
    told = histories_of(histories, weeks)
    fit = fit_purchases(told)
    sure = np.sqrt(np.diag(np.array(fit.covariance)))
    assert fit.customers == 4_000
    off = np.abs(np.log(fit.parameters) - np.log([0.8, 5.0, 1.2, 3.0])) / sure
    assert off[:2].max() < 4, (fit.parameters, sure)
    assert (expected_purchases(fit, told, 10.0) > 0).all()


def test_nothing_is_learnt_from_too_few() -> None:
    with pytest.raises(TooFewError):
        fit_purchases(Histories(*np.ones((4, 3))))


def customers(count: int) -> list[int]:
    """People who buy each month, with amounts that differ; the first of them stopped long ago."""
    dice, rows, people = np.random.default_rng(3), [], []
    for number in range(count):
        person = Person.objects.create(name=f"P{number}")
        people.append(person.pk)
        customer = Customer.objects.create(person=person, external_id=f"K{number}")
        mean, bought = dice.gamma(4, 10), 6 if number == 0 else 1 + dice.poisson(2)
        for month in range(bought):
            at = START + timedelta(days=(14 if number == 0 else 60) * month)
            amount = max(1, round(float(dice.normal(mean, 3)), 2))
            rows.append(
                Purchase(
                    customer=customer,
                    purchased_at=at,
                    amount=amount,
                    currency="EUR",
                    digest=f"{number}-{month}",
                )
            )
    Purchase.objects.bulk_create(rows)
    return people


@pytest.mark.django_db
def test_each_amount_has_its_interval_and_its_rows(client: Client, agent: User, volunteer: User) -> None:
    with clock.frozen_at(START + timedelta(days=540)):
        first, second = customers(120)[:2]
        assert learn_value() == 1
        assert learn_value() == 1
        told = value_of(rows_of(first))
        so_far, to_come = told.amounts
        assert (so_far.rows, so_far.is_estimate) == (6, False)
        assert to_come.is_estimate
        assert 0 <= to_come.worth.low <= to_come.worth.high
        assert "120 customers" in to_come.formula
        (flag,) = told.flags
        assert (flag.key, "6 days" in flag.reason) == ("at_risk", True)
        assert value_of(rows_of(second)).amounts[0].worth.middle > 0
        flagged = {each.pk for each in Person.objects.all() if value_of([each.pk]).flags}
        assert set(people_at_risk("at_risk") or ()) == flagged
        assert {each.pk for each in people_who({"flag": "at_risk"})} == flagged
        client.force_login(agent)
        html = client.get(f"/desk/people/{first}/value/").text
        assert f"/desk/people/{first}/?what=purchases" in html
        assert "At risk" in html
        assert client.get(f"/desk/people/{first}/?what=purchases").text.count("data-row") == 6
    assert client.get("/desk/people/999999/value/").status_code == 404
    client.force_login(volunteer)
    assert client.get(f"/desk/people/{first}/value/").status_code == 404


@pytest.mark.django_db
def test_who_bought_nothing_has_no_value_and_a_currency_of_few_no_model(client: Client, agent: User) -> None:
    ValueModel.objects.create(currency="EUR", purchases={}, amounts={})
    customers(3)
    assert learn_value() == 0
    assert not ValueModel.objects.exists()
    nobody = Person.objects.create(name="Zed")
    client.force_login(agent)
    assert "Nothing is known of what they are worth" in client.get(f"/desk/people/{nobody.pk}/value/").text
