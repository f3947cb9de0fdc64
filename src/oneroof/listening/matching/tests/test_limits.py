"""No watch that is allowed can slow the others: work is counted in function calls, not in time."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from oneroof.listening.bench.hostile import hostile_watches
from oneroof.listening.matching import Document, Matcher
from oneroof.listening.watch_language import parse

LETTERS = "abcdefghijklmnopqrstuvwxyz"
PAIRS = [one + other for one in LETTERS for other in LETTERS]
NASTY_WATCHES = hostile_watches(["the", "a1", "is", *PAIRS])
LONG_POST = "the a is of " * 4_000 + " ".join(PAIRS)
SHORT_POST = "the quick brown fox is " * 8


def calls_of(work: Callable[[], Any]) -> int:
    count = 0

    def profile(frame: Any, event: str, arg: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", NASTY_WATCHES)
@pytest.mark.parametrize(("text", "allowed"), [(SHORT_POST, 15_000), (LONG_POST, 300_000)])
def test_a_post_costs_a_bounded_number_of_steps(name: str, text: str, allowed: int) -> None:
    matcher = Matcher([(1, parse(NASTY_WATCHES[name]))])
    assert calls_of(lambda: matcher.match(Document(text))) < allowed


@pytest.mark.parametrize("name", NASTY_WATCHES)
def test_a_watch_is_compiled_in_a_bounded_number_of_steps(name: str) -> None:
    assert calls_of(lambda: Matcher([(1, parse(NASTY_WATCHES[name]))])) < 200_000


@pytest.mark.parametrize("name", NASTY_WATCHES)
def test_a_post_that_shares_nothing_with_a_nasty_watch_does_not_meet_it(name: str) -> None:
    post = Document("Мой чайник протекает")
    plain = Matcher([(1, parse("чайник"))])
    beside = Matcher([(1, parse("чайник")), (2, parse(NASTY_WATCHES[name]))])
    for matcher in (plain, beside):  # terms are remembered from the first time on
        assert matcher.match(post) == {1}
    assert calls_of(lambda: beside.match(post)) <= calls_of(lambda: plain.match(post)) + 2


@pytest.mark.parametrize("rest", ["w{0}", "(w{0} OR v{0})", "(w{0} OR (v{0} u{0}))", '("w{0} v{0}" OR u{0})'])
def test_watches_that_share_a_word_are_looked_at_only_where_their_own_stand(rest: str) -> None:
    matcher = Matcher((number, parse(f"kettlewright {rest.format(number)}")) for number in range(2_000))
    post = Document("kettlewright w7 v7 u7 and nothing else")
    assert matcher.match(post) == {7}
    assert calls_of(lambda: matcher.match(post)) < 300
