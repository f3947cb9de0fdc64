"""Gifts that look arranged are found, and honest thanks are not."""

from datetime import UTC, datetime, timedelta

from oneroof.recognition.rules.fairness import Given, suspicions

START = datetime(2026, 3, 2, tzinfo=UTC)


def gifts(*pairs: tuple[int, int], hours: float = 48, points: int = 2) -> list[Given]:
    return [
        Given(row, giver, receiver, START + timedelta(hours=hours * row), points)
        for row, (giver, receiver) in enumerate(pairs)
    ]


def kinds(given: list[Given]) -> list[tuple[str, tuple[int, ...]]]:
    return [(found.kind, found.members) for found in suspicions(given)]


def test_a_vote_for_oneself() -> None:
    assert kinds(gifts((1, 1), (2, 3))) == [("self", (1,))]


def test_a_ring_of_three_is_found_with_its_rows() -> None:
    around = [(1, 2), (2, 3), (3, 1)] * 3
    found = [each for each in suspicions(gifts(*around, (9, 1))) if each.kind == "ring"]
    assert [(each.members, len(each.rows)) for each in found] == [((1, 2, 3), 9)]


def test_two_who_help_each_other_among_many_are_no_ring() -> None:
    mutual = [(1, 2), (2, 1)] * 3
    elsewhere = [(giver, 10 + n) for giver in (1, 2) for n in range(8)]
    assert [kind for kind, _ in kinds(gifts(*mutual, *elsewhere)) if kind == "ring"] == []


def test_many_in_a_day_are_a_burst_and_over_weeks_they_are_not() -> None:
    many = [(1, 2)] * 8 + [(n, 2) for n in range(20, 40)]
    assert ("burst", (1, 2)) in kinds(gifts(*many, hours=1))
    assert kinds(gifts(*many, hours=24)) == []


def test_points_that_nearly_all_come_from_one_giver() -> None:
    assert kinds(gifts(*[(1, 2)] * 6, (3, 2))) == [("one_sided", (1, 2))]
    assert kinds(gifts(*[(1, 2)] * 6, *[(n, 2) for n in range(3, 12)])) == []
