"""Who will have the accepted answer? Ranked by what was known, against answer count and plain PageRank.

Two readings: *frozen*, where nothing after the first 70 % is known; and *in use*, where the weights are from the
first 70 % and each question is ranked by what was known when it was asked.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from oneroof.recognition.quality.dumps import DUMPS, Dump, read
from oneroof.recognition.rules.experts import Asked, Floats, History, rank

CUT = 0.7
RESAMPLES = 1_000


def run(data: Path) -> dict[str, Any]:
    return {name: _report(read(data / name)) for name in DUMPS}


def _report(dump: Dump) -> dict[str, Any]:
    cases = dump.cases(CUT, 1)
    frozen = History(dump.known_at(dump.moment(CUT)), dump.moment(CUT))
    histories = {
        "frozen": [frozen] * len(cases),
        "in_use": [History(dump.known_at(at), at) for at, _question, _member in cases],
    }
    return {
        "questions": len(cases),
        **{
            name: _judged(
                [(h, question, member) for h, (_at, question, member) in zip(known, cases, strict=True)]
            )
            for name, known in histories.items()
        },
    }


def _judged(cases: Sequence[tuple[History, Asked, int]]) -> dict[str, Any]:
    places = {
        "oneroof": [_place(_ours(history, asked), member) for history, asked, member in cases],
        "answer_count": [_place(_by(h.count, h, asked), member) for h, asked, member in cases],
        "pagerank": [_place(_by(h.pagerank, h, asked), member) for h, asked, member in cases],
    }
    reachable = sum(member in history.index for history, _asked, member in cases)
    return {"had_answered_before": reachable, **{name: _figures(found) for name, found in places.items()}}


def _ours(history: History, asked: Asked) -> list[int]:
    return [each.member for each in rank(history, asked)]


def _by(values: Callable[[], Floats], history: History, asked: Asked) -> list[int]:
    order = np.argsort(-values(), kind="stable")
    return [history.members[n] for n in order if history.members[n] != asked.asker]


def _place(ranked: Sequence[int], member: int) -> int | None:
    return ranked.index(member) + 1 if member in ranked else None


def _figures(places: Sequence[int | None]) -> dict[str, Any]:
    """Mean reciprocal rank and share of firsts, each with a 95 % interval from resamples of the questions."""
    reciprocal = np.array([1 / place if place else 0.0 for place in places])
    first = np.array([float(place == 1) for place in places])
    return {"mrr": _with_interval(reciprocal), "p_at_1": _with_interval(first)}


def _with_interval(values: Floats) -> list[float]:
    drawn = np.random.default_rng(0).choice(values, (RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return [round(float(figure), 3) for figure in (values.mean(), low, high)]
