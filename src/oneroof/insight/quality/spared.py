"""Does the interval of what a known answer would have spared hold? Samples drawn of known truths."""

from pathlib import Path
from typing import Any

import numpy as np

from oneroof.insight.rules.spared import Sampled, share

RUNS = 10_000
DRAWN = 100
type Report = dict[str, Any]


def coverage(_data: Path) -> Report:
    """Of 10,000 samples each: how many 95 % intervals hold the truth."""
    return {
        "runs": RUNS,
        "one_reason_60_judged": _covered(1, 60),
        "one_reason_20_judged": _covered(1, 20),
        "one_reason_5_judged": _covered(1, 5),
        "twelve_reasons_20_judged_each": _covered(12, 20),
    }


def _covered(reasons: int, judged: int) -> Report:
    """Truths differ from run to run: found .05 to .9, of those spared .1 to .95."""
    chance = np.random.default_rng(7)
    held, widths = 0, []
    for _run in range(RUNS):
        counts = chance.integers(50, 5_000, reasons)
        found, spared = chance.uniform(0.05, 0.9, reasons), chance.uniform(0.1, 0.95, reasons)
        truth = float((counts * found * spared).sum() / counts.sum())
        samples = [_drawn(chance, *each, judged) for each in zip(found, spared, strict=True)]
        told = share(list(zip(counts.tolist(), samples, strict=True)))
        if told is None:
            continue
        held += told.low <= truth <= told.high
        widths.append(told.high - told.low)
    return {"covered": round(held / len(widths), 4), "mean_width": round(float(np.mean(widths)), 3)}


def _drawn(chance: Any, found: float, spared: float, judged: int) -> Sampled:
    hits = int(chance.binomial(DRAWN, found))
    looked_through = min(hits, judged)
    return Sampled(DRAWN, hits, looked_through, int(chance.binomial(looked_through, spared)))
