"""Worked examples of each comparison, and that nothing is told of too little."""

import numpy as np
import pytest
from scipy import stats

from oneroof.experience.quality import coverage as simulated
from oneroof.experience.rules.effects import TooFewError, difference, difference_in_differences, interrupted
from oneroof.experience.rules.matching import match
from oneroof.experience.rules.returns import AMOUNTS, SHARES, Input, mean_cost, simulate


def test_card_and_kruegers_fast_food_example() -> None:
    """New Jersey 20.44 → 21.03, Pennsylvania 23.33 → 21.17 (Card and Krueger 1994, table 3): 2.76 more."""
    jersey = [(20.44 + wobble, 21.03 + wobble) for wobble in (-1, 0, 1)]
    others = [(23.33 - wobble, 21.17 - wobble) for wobble in (-2, 0, 2)]
    found = difference_in_differences(jersey, others)
    assert round(found.value, 2) == 2.75  # of rounded means; they print 2.76
    assert (found.low, found.high) == pytest.approx((found.value, found.value))


def test_the_interval_is_students_with_the_lesser_sides_freedom() -> None:
    one, other = [4.0, 6.0, 8.0, 6.0], [1.0, 3.0, 2.0, 2.0, 2.0]
    found = difference(one, other)
    spread = np.sqrt(np.var(one, ddof=1) / 4 + np.var(other, ddof=1) / 5)
    assert found.value == 4
    assert found.high - found.value == pytest.approx(stats.t.ppf(0.975, 3) * spread)
    assert found.is_found
    with pytest.raises(TooFewError):
        difference([1], other)


def test_a_step_on_a_rising_line_is_found_exactly_and_a_line_has_none() -> None:
    line = [2 + 0.5 * month for month in range(24)]
    stepped = [figure + (7 if month >= 12 else 0) for month, figure in enumerate(line)]
    assert interrupted(stepped, 12).value == pytest.approx(7, abs=1e-6)
    assert interrupted(line, 12).value == pytest.approx(0, abs=1e-6)
    with pytest.raises(TooFewError):
        interrupted(stepped, 3)


def test_a_season_is_no_step() -> None:
    """A year that repeats itself, and a break in its autumn."""
    months = [place % 12 + 1 for place in range(36)]
    year = [10 + 4 * np.cos(np.pi * (month - 12) / 6) + np.sin(np.pi * month / 3) for month in months]
    assert abs(interrupted(year, 21).value) > 1
    assert interrupted(year, 21, months=months).value == pytest.approx(0, abs=1e-6)
    changed = [figure + (2 if place >= 21 else 0) for place, figure in enumerate(year)]
    assert interrupted(changed, 21, months=months).value == pytest.approx(2, abs=1e-6)


def test_a_mean_of_few_costs_may_be_far_off() -> None:
    few, many = mean_cost(8, 2, 3), mean_cost(8, 2, 300)
    assert few.high - few.value == pytest.approx(stats.t.ppf(0.95, 2) * 2 / 3**0.5)
    assert many.high - many.value == pytest.approx(1.645 * 2 / 300**0.5, rel=0.01)
    assert mean_cost(1, 9, 3).low == 0


def test_long_tails_of_what_was_spent_before_leave_no_bias() -> None:
    """Taken as they are, they leave a fifth of the effect."""
    values, _reach = simulated._scores_matched(np.random.default_rng(1), 1.0, 100)
    assert values.mean() == pytest.approx(1, abs=0.1)


def test_matching_takes_off_what_was_known_before() -> None:
    """The treated spent more before: a plain difference shows 2 and the truth is nothing."""
    chance = np.random.default_rng(1)
    before = chance.normal(size=400)
    treated = before + chance.normal(size=400) > 0.8
    after = 2 * before + chance.normal(size=400) / 10
    found = match(before[:, None], treated, after)
    assert difference(after[treated], after[~treated]).value > 1.5
    assert abs(found.effect.value) < 0.1
    assert found.unlike_after < 0.1 < found.unlike_before
    with pytest.raises(TooFewError):
        match(before[:5, None], treated[:5], after[:5])


def inputs(**told: tuple[float, float, float]) -> dict[str, Input]:
    plain = {**dict.fromkeys(SHARES, (0.5, 0.5, 0.5)), **dict.fromkeys(AMOUNTS, (0.0, 0.0, 0.0)), **told}
    return {name: Input(name, *figures) for name, figures in plain.items()}


def test_both_formulas_by_hand() -> None:
    """1,000 × ½ × ½ × ½ = 125; 600 × ½ × ½ = 150; half of the lesser is in both: 212.5 at 8 each, less 300."""
    found = simulate(
        inputs(visits=(1000,) * 3, shown=(600,) * 3, cost_per_contact=(8,) * 3, staff_cost=(300,) * 3)
    )
    spared, net = found.contacts_spared, found.net
    parts = (found.contacts_by_visits.value, found.contacts_by_answers.value, spared.value)
    assert parts == (125, 150, 212.5)
    assert (net.value, net.low, net.high, found.chance) == (1400, 1400, 1400, 1)
    assert found.ratio
    assert found.ratio.value == pytest.approx(1400 / 300)
    assert found.weights == []


def test_what_is_known_least_is_what_to_measure_next() -> None:
    found = simulate(
        inputs(
            visits=(1000, 990, 1010),
            cost_per_contact=(8, 7, 9),
            would_have_called=(0.3, 0.1, 0.6),
            staff_cost=(400, 390, 410),
        )
    )
    assert [each.name for each in found.weights][:2] == ["would_have_called", "cost_per_contact"]
    first = found.weights[0]
    assert first.narrows > 0.8
    assert first.low_swing < found.net.value < first.high_swing
    assert found.net.low < 0 < found.net.high
    assert 0 < found.chance < 1
    assert sum(each.matters for each in found.weights) == pytest.approx(1)
    assert sum(count for _low, _high, count in found.histogram) == 20_000


@pytest.mark.slow
def test_intervals_hold_what_was_planted() -> None:
    """None promises too much; those of the shortest series, and of few with long tails, promise too little."""
    found = simulated.coverage()
    for each in (found["nps_adjusted_wald"], found["csat_wilson"]):
        assert 0.94 <= each["covered"] <= 0.96
        assert 0.94 <= each["few"]["covered"] <= 0.96
    exact = [found["difference_in_differences"], *found["interrupted_series"][:3], found["matching"]]
    assert all(0.93 <= each["covered"] <= 0.97 for each in exact)
    lists = [*found["interrupted_series"], *found["months"], *found["staggered_starts"], *found["hold_out"]]
    single = ("hold_out_contacts", "loyalty_point", "loyalty_point_in_money", "matching", "matching_scores")
    planted = [found["difference_in_differences"], *lists, *(found[name] for name in single)]
    assert all(each["covered"] >= 0.93 for each in planted)
    assert all(each["zero_found"] <= 0.05 + each["simulation_error"] for each in planted)
    assert all(share >= 0.87 for each in found["returns"] for share in each["covered"].values())
    assert found["waits"]["told"] == pytest.approx(1, abs=0.05)
