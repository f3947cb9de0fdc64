"""Intents and reasons told from few and many examples, measured on test texts; groups found without a number."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from oneroof.insight.quality.sets import airline_reasons, intents, vectors
from oneroof.text.grouping import group_by_meaning, group_by_words
from oneroof.text.routing import Floats, Router

TRAINED_ON = 0.7
"""Of the airlines' complaints, the first in time."""
type Report = dict[str, Any]
type Labelled = tuple[list[str], list[str]]


def banking(data: Path) -> Report:
    """BANKING77: accuracy on its test texts after 5, 10 and all examples a label, with 95 % intervals."""
    folder = data / "intents" / "BANKING77"
    return {split: _routed(intents(folder, split), intents(folder, "test")) for split in SHOTS}


SHOTS = ("train_5", "train_10", "train")
NAMED = {"with_names": True, "without_names": False}


def _routed(known: Labelled, asked: Labelled) -> Report:
    """Learnt as in use, from each label's name, too; and from the examples alone, as others measure it."""
    return {"examples": len(known[0]), "asked": len(asked[0])} | {
        named: {
            "both": _share(_is_right(known, asked, by_name=by_name)),
            "words_alone": _share(_is_right(known, asked, by_name=by_name, by_meaning=False)),
        }
        for named, by_name in NAMED.items()
    }


def _is_right(known: Labelled, asked: Labelled, *, by_name: bool, by_meaning: bool = True) -> Any:
    router = _learnt(*known, vectors(known[0]) if by_meaning else None, by_name=by_name)
    told = router.route(asked[0], vectors(asked[0]) if by_meaning else None)
    return np.array([each.label for each in told]) == np.array(asked[1])


def _share(right: Any) -> Report:
    """With Wilson's interval."""
    share, count, z = float(right.mean()), len(right), 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * float(np.sqrt(share * (1 - share) / count + z * z / (4 * count * count)))
    return {"accuracy": round(share, 4), "low": round(middle - half, 4), "high": round(middle + half, 4)}


def clinc(data: Path) -> Report:
    """CLINC150 after 10 examples a label: in-scope accuracy and out-of-scope recall.

    The threshold is the one of best balance on the validation texts.
    """
    folder = data / "intents" / "CLINC150"
    return {named: _in_scope(folder, by_name=by_name) for named, by_name in NAMED.items()}


def _in_scope(folder: Path, *, by_name: bool) -> Report:
    texts, labels = intents(folder, "train_10")
    router = _learnt(texts, labels, vectors(texts), by_name=by_name)
    threshold = _threshold(_sureness(router, folder, "valid")[0], _sureness(router, folder, "oos/valid")[0])
    sureness, right = _sureness(router, folder, "test")
    outside, _wrong = _sureness(router, folder, "oos/test")
    kept = sureness >= threshold
    return {
        "threshold": round(threshold, 4),
        "in_scope_accuracy_without_threshold": round(float(right.mean()), 4),
        "in_scope_accuracy": round(float((right & kept).mean()), 4),
        "out_of_scope_recall": round(float((outside < threshold).mean()), 4),
        "out_of_scope_precision": round(
            float((outside < threshold).sum() / ((outside < threshold).sum() + (~kept).sum())), 4
        ),
        "in_scope": len(sureness),
        "out_of_scope": len(outside),
    }


def _learnt(texts: list[str], labels: list[str], known: Floats | None, *, by_name: bool) -> Router:
    """``known``: vectors of the texts, or None where words alone count."""
    named = sorted(set(labels)) if by_name else []
    names = [name.replace("_", " ").lower() for name in named]
    if known is not None and names:
        known = np.concatenate([known, vectors(names)])
    return Router([*texts, *names], [*labels, *named], known)


def _sureness(router: Router, folder: Path, split: str) -> tuple[Any, Any]:
    texts, labels = intents(folder, split)
    routed = router.route(texts, vectors(texts))
    right = np.array([each.label for each in routed]) == np.array(labels)
    return np.array([each.sureness for each in routed]), right


def _threshold(inside: Any, outside: Any) -> float:
    """Where the share kept of the known plus the share refused of the unknown is greatest."""
    candidates = np.unique(np.concatenate([inside, outside]))
    gains = [float((inside >= each).mean() + (outside < each).mean()) for each in candidates]
    return float(candidates[int(np.argmax(gains))])


def airline(data: Path) -> Report:
    """Reasons of complaints: learnt on the first 70 % in time, macro-F1 on the rest."""
    texts, labels = airline_reasons(data)
    cut = int(len(texts) * TRAINED_ON)
    report: Report = {"learnt_from": cut, "asked": len(texts) - cut}
    for used, known in (("both", vectors(texts)), ("words_alone", None)):
        for named, by_name in NAMED.items():
            router = _learnt(
                texts[:cut], labels[:cut], known if known is None else known[:cut], by_name=by_name
            )
            told = router.route(texts[cut:], known if known is None else known[cut:])
            report.setdefault(named, {})[used] = _told_rightly(labels[cut:], [each.label for each in told])
    return report


def _told_rightly(truth: list[str], said: list[str]) -> Report:
    from sklearn.metrics import accuracy_score, f1_score

    return {
        "macro_f1": round(float(f1_score(truth, said, average="macro")), 4),
        "accuracy": round(float(accuracy_score(truth, said)), 4),
    }


def groups(data: Path) -> Report:
    """BANKING77's test texts, grouped without being told how many intents there are."""
    texts, labels = intents(data / "intents" / "BANKING77", "test")
    return {
        "texts": len(texts),
        "labels": len(set(labels)),
        "meaning": _agreement(labels, group_by_meaning(vectors(texts)).tolist()),
        "words_alone": _agreement(labels, group_by_words(texts).tolist()),
    }


def _agreement(labels: Sequence[str], found: Sequence[int]) -> Report:
    """V-measure rises with the number of groups by chance alone; what is adjusted for chance does not."""
    from sklearn.metrics import (
        adjusted_mutual_info_score,
        adjusted_rand_score,
        homogeneity_completeness_v_measure,
    )

    homogeneity, completeness, v_measure = homogeneity_completeness_v_measure(labels, found)
    figures = {
        "homogeneity": homogeneity,
        "completeness": completeness,
        "v_measure": v_measure,
        "adjusted_mutual_information": adjusted_mutual_info_score(labels, found),
        "adjusted_rand": adjusted_rand_score(labels, found),
    }
    return {"groups": len(set(found)), **{name: round(float(figure), 4) for name, figure in figures.items()}}
