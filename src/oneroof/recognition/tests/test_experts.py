"""Who would answer is told from what was known, and every part of a score can be said."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oneroof.recognition.rules.experts import FEATURES, Answered, Asked, History, gini, rank

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def asked(number: int, title: str = "Why?", *tags: str, by: int | None = 99) -> Asked:
    return Asked(number, by, title, frozenset(tags))


def answered(question: Asked, member: int, *, days: float = 10, accepted: bool = True) -> Answered:
    return Answered(question, member, NOW - timedelta(days=days), accepted)


def first(history: History, question: Asked) -> int:
    return rank(history, question)[0].member


def test_who_knows_the_topic_comes_before_who_answers_more() -> None:
    other = [answered(asked(n, "Which lamp is it", "lamps"), 1) for n in range(8)]
    fitting = [answered(asked(20 + n, "The valve is loose", "valves"), 2) for n in range(4)]
    history = History([*other, *fitting], NOW)
    assert first(history, asked(50, "My valve leaks", "valves")) == 2
    assert first(history, asked(51, "A lamp flickers", "lamps")) == 1


def test_who_was_here_lately_comes_before_who_left() -> None:
    history = History(
        [answered(asked(n), 1, days=900) for n in range(5)]
        + [answered(asked(9 + n), 2, days=2) for n in range(5)],
        NOW,
    )
    assert first(history, asked(50)) == 2


def test_accepted_answers_come_before_answers() -> None:
    history = History(
        [answered(asked(n), 1, accepted=False) for n in range(6)]
        + [answered(asked(9 + n), 2) for n in range(6)],
        NOW,
    )
    assert first(history, asked(50)) == 2


def test_nothing_of_the_future_the_asker_or_oneself_counts() -> None:
    late = Answered(asked(1), 7, NOW + timedelta(days=1), True)
    own = answered(asked(2, by=8), 8)
    history = History([late, own, answered(asked(3), 99, days=1), answered(asked(4, by=5), 3)], NOW)
    assert [each.member for each in rank(history, asked(50, by=99))] == [3]
    assert rank(History([], NOW), asked(50)) == []


def test_the_parts_add_up_to_the_score() -> None:
    best = rank(History([answered(asked(1, "Leak", "valves"), 1)], NOW), asked(2, "Leak", "valves"))[0]
    assert set(best.parts) == set(FEATURES)
    assert sum(best.parts.values()) == pytest.approx(best.score, abs=0.01)


def test_pagerank_of_a_chain_is_the_papers() -> None:
    """a asks, b answers; b asks, c answers: solved by hand with damping .85."""
    history = History(
        [answered(asked(1, by=1), 2), answered(asked(2, by=2), 3)],
        NOW,
    )
    found = history.pagerank()
    ratio_b, ratio_c = 1 + 0.85, 1 + 0.85 + 0.85**2
    assert found[1] / found[0] == pytest.approx(ratio_c / ratio_b, rel=1e-3)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.integers(0, 50), max_size=30))
def test_gini_lies_between_nothing_and_one(counts: list[int]) -> None:
    assert 0 <= gini(counts) < 1


def test_gini_of_known_spreads() -> None:
    assert gini([3, 3, 3]) == 0
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini([]) == 0
