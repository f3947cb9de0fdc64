import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oneroof.listening.quality import measures

SCORES = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.54])
TRUTH = np.array([True, True, False, True, False, False])


def test_a_ranking_worked_out_by_hand() -> None:
    # Eight of the nine pairs are in order; precision at the three hits is 1, 1 and 3/4.
    assert measures.area_under_roc(SCORES, TRUTH) == pytest.approx(8 / 9)
    assert measures.average_precision(SCORES, TRUTH) == pytest.approx((1 + 1 + 3 / 4) / 3)


def test_a_yes_or_no_worked_out_by_hand() -> None:
    called = SCORES >= 0.65
    assert measures.precision(called, TRUTH) == pytest.approx(2 / 3)
    assert measures.recall(called, TRUTH) == pytest.approx(2 / 3)
    assert measures.f1(called, TRUTH) == pytest.approx(2 / 3)
    assert measures.accuracy(called, TRUTH) == pytest.approx(4 / 6)


def test_a_point_of_the_curve() -> None:
    assert measures.precision_at_recall(SCORES, TRUTH, 0.5) == 1.0
    assert measures.precision_at_recall(SCORES, TRUTH, 1.0) == 0.75


def test_thresholds() -> None:
    assert measures.best_f1_threshold(SCORES, TRUTH) == 0.6
    assert measures.best_balance_threshold(SCORES, TRUTH) in (0.6, 0.8)
    assert measures.recall_threshold(SCORES, TRUTH, 0.6) == 0.8
    assert measures.recall_threshold(SCORES, TRUTH, 1.0) == 0.6


def test_equal_scores_say_nothing() -> None:
    flat = np.ones(6)
    assert measures.area_under_roc(flat, TRUTH) == 0.5
    assert measures.average_precision(flat, TRUTH) == 0.5
    assert math.isnan(measures.area_under_roc(flat, np.ones(6, dtype=bool)))


def test_calibration_of_a_forecaster_who_is_right_and_of_one_who_is_not() -> None:
    truth = np.array([True, False, False, False])
    assert measures.calibration(np.full(4, 0.25), truth)[0] == pytest.approx(0)
    error, table = measures.calibration(np.full(4, 1.0), truth)
    assert error == pytest.approx(0.75)
    assert table == [{"posts": 4, "said": 1.0, "so": 0.25}]


def test_the_interval_holds_the_value_and_narrows_with_more_authors() -> None:
    def width(count: int) -> float:
        values = np.arange(count) % 2
        bootstrap = measures.Bootstrap([str(author) for author in range(count)], resamples=200)
        estimate = bootstrap.estimate(lambda draw: float(values[draw].mean()))
        assert estimate.low <= estimate.value <= estimate.high
        return estimate.high - estimate.low

    assert width(400) < width(25)


def test_posts_of_one_author_are_drawn_together() -> None:
    bootstrap = measures.Bootstrap(["ann", "ann", "bob", "bob"], resamples=50)
    means = {bootstrap.estimate(lambda draw: len(set(draw.tolist())) % 2).high}
    assert means == {0}


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=2, max_size=30))
def test_area_under_roc_is_the_share_of_ordered_pairs(posts: list[tuple[float, bool]]) -> None:
    scores, truth = np.array([score for score, _ in posts]), np.array([needed for _, needed in posts])
    pairs = [
        1.0 if one > other else 0.5 if one == other else 0.0
        for one in scores[truth]
        for other in scores[~truth]
    ]
    found = measures.area_under_roc(scores, truth)
    assert math.isnan(found) if not pairs else found == pytest.approx(sum(pairs) / len(pairs))
