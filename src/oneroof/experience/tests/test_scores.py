import pytest

from oneroof.experience.rules.scores import csat, nps
from oneroof.experience.rules.survival import percentile, survival

TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
"""Weeks in remission, Freireich et al. 1963; + is still in remission."""


def waits(text: str) -> list[tuple[float, bool]]:
    return [(float(word.rstrip("+")), not word.endswith("+")) for word in text.split()]


def test_nps_and_its_adjusted_wald_interval() -> None:
    found = nps([10] * 50 + [7] * 30 + [3] * 20)
    assert found
    assert found.answers == 100
    assert found.value == pytest.approx(30)
    # n 103, promoters 50.75, detractors 20.75: 29.126 ± 1.96 × 100 × sqrt((.69417 − .08483) / 103)
    assert (found.low, found.high) == pytest.approx((14.05, 44.20), abs=0.01)


def test_csat_and_wilsons_interval() -> None:
    found = csat(8, 10)
    assert found
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)


def test_no_answers_have_no_score_and_wrong_ones_are_refused() -> None:
    assert nps([]) is None
    assert csat(0, 0) is None
    with pytest.raises(ValueError, match="0 to 10"):
        nps([11])
    with pytest.raises(ValueError, match="no more"):
        csat(3, 2)


def test_kaplan_and_meier_find_the_published_median() -> None:
    assert percentile(waits(TREATED)) == 23
    assert dict(survival(waits(TREATED)))[6] == pytest.approx(18 / 21)
    assert dict(survival(waits(TREATED)))[23] == pytest.approx(0.448, abs=1e-3)


def test_no_percentile_where_too_many_still_wait() -> None:
    assert percentile(waits(TREATED), 0.9) is None
    assert percentile([]) is None
