"""What every case of the contract suite is given: the far side, as far as the network can pass the case."""

from collections.abc import Iterator

import pytest

from oneroof.listening.sources.tests.contract import BadDay, Counterpart

QUICKLY = {"mastodon", "rss"}
"""One that streams and one that is polled stand for all in the quick suite, where a case costs seconds."""
COSTLY = {
    "test_paging",
    "test_a_full_page",
    "test_a_bad_day_loses_nothing",
    "test_kill_between_fetch_and_commit",
    "test_what_was_taken_is_found_or_told_again_and_stands_once",
    "test_what_was_not_taken_is_not_found",
}
HANGS = {BadDay.HANGS, BadDay.HANGS_AFTER}


@pytest.fixture
def there(request: pytest.FixtureRequest, side: type[Counterpart]) -> Iterator[Counterpart]:
    """The far side, serving. Skips, with the network's own reason, a case that it says it cannot pass."""
    hears = "hearing" in request.module.__name__
    cannot = side.cannot_hear if hears else side.cannot_answer
    day = getattr(request.node, "callspec").params.get("day")  # noqa: B009 - only parametrised items have one
    for case in (request.node.originalname.removeprefix("test_"), day):
        if case in cannot:
            pytest.skip(f"{side.key}: {cannot[case]}")
    with side() as far:
        yield far


@pytest.fixture(params=list(BadDay), ids=lambda day: day.value)
def day(request: pytest.FixtureRequest) -> BadDay:
    return BadDay(request.param)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for each in items:
        if is_for_the_long_run(each):
            each.add_marker(pytest.mark.slow)


def is_for_the_long_run(case: pytest.Item) -> bool:
    """Pages, kills and time-outs, at a network that does not stand for all."""
    given = getattr(getattr(case, "callspec", None), "params", {})
    if "side" not in given or given["side"].key in QUICKLY:
        return False
    return getattr(case, "originalname", "") in COSTLY or given.get("day") in HANGS
