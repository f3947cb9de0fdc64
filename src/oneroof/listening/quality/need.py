"""Need for an answer: learnt on the first half in time, measured on the second, beside rules and VADER."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from oneroof.listening.need import NeedModel, PostFacts, features, read_words, rules_score
from oneroof.listening.quality import sets
from oneroof.listening.quality.measures import (
    Bootstrap,
    Scores,
    Truth,
    accuracy,
    area_under_roc,
    average_precision,
    best_balance_threshold,
    best_f1_threshold,
    calibration,
    f1,
    precision,
    precision_at_recall,
    recall,
    recall_threshold,
)
from oneroof.listening.quality.sets import Case
from oneroof.text.feeling import judge

WANTED_RECALL = 0.8
CURVE = (0.25, 0.5, 0.8)
Report = dict[str, object]


def run(data: Path) -> Report:
    """Both sets. SetMissingError where the folder lacks one."""
    return {"airline": measure(sets.airline(data)), "twcs_head": measure(sets.twcs(data))}


def measure(cases: Sequence[Case]) -> Report:
    """Thresholds come from the second quarter, when the learner is not new; never from the second half."""
    half, quarter = len(cases) // 2, len(cases) // 4
    truth = np.array([case.needed for case in cases])
    scores = _scores(cases, half)
    bootstrap = Bootstrap([case.author for case in cases[half:]])
    second, late = slice(half, None), slice(quarter, half)
    methods = {
        name: _method(known[late], truth[late], known[second], truth[second], bootstrap)
        for name, known in scores.items()
    }
    learned = scores["learned"][second]
    return {
        "posts": {"first_half": half, "second_half": len(cases) - half},
        "base_rate": {"first_half": _share(truth[:half]), "second_half": _share(truth[second])},
        "methods": methods,
        "learned_above": {
            other: _gain(learned, scores[other][second], truth[second], bootstrap)
            for other in ("rules", "vader")
        },
        "calibration": {
            name: _calibration(scores[name][second], truth[second])
            for name in ("learned", "learned_and_learning_on", "rules")
        },
        "parts": _parts(cases[half:], scores, half),
    }


def _scores(cases: Sequence[Case], half: int) -> dict[str, Scores]:
    """Each method's score of every post. In the first half the learner scores a post before it learns it."""
    frozen, going_on = NeedModel(), NeedModel()
    learned, continued = [], []
    for place, case in enumerate(cases):
        learned.append(frozen.probability(case.facts))
        continued.append(going_on.probability(case.facts))
        going_on.learn(case.facts, case.needed)
        if place < half:
            frozen.learn(case.facts, case.needed)
    return {
        "learned": np.array(learned),
        "learned_and_learning_on": np.array(continued),
        "rules": np.array([_rules(case.facts) for case in cases]),
        "vader": np.array([-(judge(case.facts.text, "en") or 0.0) for case in cases]),
    }


def _rules(facts: PostFacts) -> float:
    return rules_score(features(facts, read_words(facts.text)))


def _method(known: Scores, known_truth: Truth, scores: Scores, truth: Truth, bootstrap: Bootstrap) -> Report:
    def ranked(measure: Callable[[Scores, Truth], float]) -> dict[str, float]:
        return bootstrap.estimate(lambda draw: measure(scores[draw], truth[draw])).rounded()

    return {
        "area_under_roc": ranked(area_under_roc),
        "average_precision": ranked(average_precision),
        "curve": {
            f"precision_at_recall_{int(100 * wanted)}": ranked(partial(precision_at_recall, wanted=wanted))
            for wanted in CURVE
        },
        "at_best_f1": _at(best_f1_threshold(known, known_truth), scores, truth, bootstrap),
        "at_best_balance": _at(best_balance_threshold(known, known_truth), scores, truth, bootstrap),
        "at_recall_80": _at(recall_threshold(known, known_truth, WANTED_RECALL), scores, truth, bootstrap),
    }


def _at(threshold: float, scores: Scores, truth: Truth, bootstrap: Bootstrap) -> Report:
    called = scores >= threshold
    report: Report = {"threshold": round(threshold, 4)}
    for measure in (precision, recall, f1, accuracy):
        report[measure.__name__] = _estimated(measure, called, truth, bootstrap)
    return report


def _estimated(
    measure: Callable[[Truth, Truth], float], called: Truth, truth: Truth, bootstrap: Bootstrap
) -> dict[str, float]:
    return bootstrap.estimate(lambda draw: measure(called[draw], truth[draw])).rounded()


def _gain(scores: Scores, others: Scores, truth: Truth, bootstrap: Bootstrap) -> Report:
    def gained(measure: Callable[[Scores, Truth], float], draw: NDArray[np.intp]) -> float:
        return measure(scores[draw], truth[draw]) - measure(others[draw], truth[draw])

    measures: tuple[Callable[[Scores, Truth], float], ...] = (area_under_roc, average_precision)
    return {measure.__name__: bootstrap.estimate(partial(gained, measure)).rounded() for measure in measures}


def _calibration(probabilities: Scores, truth: Truth) -> Report:
    error, table = calibration(probabilities, truth)
    return {"expected_error": round(error, 4), "table": table}


def _parts(cases: Sequence[Case], scores: dict[str, Scores], half: int) -> Report:
    """The same figures for openings and for what follows in a thread, where the set has threads."""
    names = sorted({case.part for case in cases})
    return {name: _some(cases, scores, half, [case.part == name for case in cases]) for name in names}


def _some(cases: Sequence[Case], scores: dict[str, Scores], half: int, chosen: list[bool]) -> Report:
    inside = np.array(chosen)
    truth = np.array([case.needed for case in cases])[inside]
    report: Report = {"posts": int(inside.sum()), "base_rate": _share(truth)}
    for name, known in scores.items():
        part = known[half:][inside]
        report[name] = {
            "area_under_roc": round(area_under_roc(part, truth), 4),
            "average_precision": round(average_precision(part, truth), 4),
        }
    return report


def _share(truth: Truth) -> float:
    return round(float(truth.mean()), 4)
