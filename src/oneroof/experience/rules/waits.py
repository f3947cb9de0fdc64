"""How long people waited, those who still wait included: shares with Wilson's interval, percentiles by Kaplan and
Meier. Pure.

A wait that ended without an answer, and one that is still open, are both known to have lasted at least so long:
they are censored, never left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from oneroof.experience.rules.scores import Estimate, csat
from oneroof.experience.rules.survival import percentile, survival

SHARES = (0.5, 0.75, 0.9)
MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Wait:
    """``key`` leads to its row; minutes by the clock and in working hours."""

    key: int
    minutes: float
    worked: float
    reached: bool
    ended: bool = False

    @property
    def state(self) -> str:
        return "reached" if self.reached else "ended" if self.ended else "waiting"


@dataclass(frozen=True, slots=True)
class Measured:
    count: int
    reached: int
    waiting: int
    ended: int
    share: Estimate | None
    by_clock: tuple[float | None, ...]
    in_hours: tuple[float | None, ...]
    curve: list[tuple[float, float]]
    """Minutes by the clock, and the share still waiting after them; thinned where it has very many steps."""


def measure(waits: Sequence[Wait]) -> Measured:
    states = [each.state for each in waits]
    by_clock = [(each.minutes, each.reached) for each in waits]
    return Measured(
        count=len(waits),
        reached=states.count("reached"),
        waiting=states.count("waiting"),
        ended=states.count("ended"),
        share=csat(states.count("reached"), len(waits)),
        by_clock=_percentiles(by_clock),
        in_hours=_percentiles([(each.worked, each.reached) for each in waits]),
        curve=_thinned(survival(by_clock)),
    )


def _percentiles(waits: Sequence[tuple[float, bool]]) -> tuple[float | None, ...]:
    return tuple(percentile(waits, share) for share in SHARES)


def _thinned(steps: list[tuple[float, float]]) -> list[tuple[float, float]]:
    every = max(1, len(steps) // MOST_STEPS)
    return steps if every == 1 else [*steps[::every], steps[-1]]
