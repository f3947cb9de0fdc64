"""How long until it happens, where some still wait (Kaplan and Meier 1958); pure."""

from collections import Counter
from collections.abc import Sequence


def survival(waits: Sequence[tuple[float, bool]]) -> list[tuple[float, float]]:
    """The share still waiting after each time at which it happened. A wait: (how long, has it happened?)."""
    happened, left = Counter(t for t, done in waits if done), Counter(t for t, _ in waits)
    waiting, share, steps = len(waits), 1.0, []
    for time in sorted(left):
        if happened[time]:
            share *= 1 - happened[time] / waiting
            steps.append((time, share))
        waiting -= left[time]
    return steps


def percentile(waits: Sequence[tuple[float, bool]], share: float = 0.5) -> float | None:
    """By when it has happened for this share; None where too many still wait to tell."""
    return next((time for time, still in survival(waits) if still <= 1 - share + 1e-12), None)
