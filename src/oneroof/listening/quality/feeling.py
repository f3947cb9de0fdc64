"""Feeling: VADER's three classes against people's, and its score against their mean rating."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from oneroof.listening.quality import sets
from oneroof.listening.quality.measures import area_under_roc
from oneroof.text.feeling import NEGATIVE, POSITIVE, judge


def run(data: Path) -> dict[str, object]:
    return {
        "umsab_english_train": _three_classes(sets.labelled(data / "umsab" / "english", "train")),
        "umsab_english_val": _three_classes(sets.labelled(data / "umsab" / "english", "val")),
        "tweeteval_val": _three_classes(sets.labelled(data / "tweeteval" / "sentiment", "val")),
        "vader": _against_ratings(sets.rated(data)),
    }


def _three_classes(posts: Sequence[tuple[str, int]]) -> dict[str, float | int]:
    """Labels: 0 negative, 1 neutral, 2 positive. Random guesses have a mean recall of one third."""
    scores = np.array([judge(text, "en") or 0.0 for text, _ in posts])
    found = np.where(scores <= NEGATIVE, 0, np.where(scores >= POSITIVE, 2, 1))
    truth = np.array([label for _, label in posts])
    recalls = [float((found[truth == label] == label).mean()) for label in range(3)]
    return {
        "posts": len(posts),
        "accuracy": round(float((found == truth).mean()), 4),
        "mean_recall": round(float(np.mean(recalls)), 4),
        "area_under_roc_negative": round(area_under_roc(-scores, truth == 0), 4),
    }


def _against_ratings(posts: Sequence[tuple[str, float]]) -> dict[str, float | int]:
    scores = [judge(text, "en") or 0.0 for text, _ in posts]
    correlation = float(np.corrcoef(scores, [rating for _, rating in posts])[0, 1])
    return {"posts": len(posts), "correlation": round(correlation, 4)}
