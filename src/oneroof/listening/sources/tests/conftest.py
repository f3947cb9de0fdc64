"""What every case of the contract suite is given: the far side, as far as the network can pass the case."""

from collections.abc import Iterator

import pytest

from oneroof.listening.sources.tests.contract import BadDay, Counterpart


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
