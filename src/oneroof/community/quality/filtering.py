"""How well the learning filter tells spam and offensive language apart, beside naive Bayes over words."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from oneroof.community.quality.sets import SetMissingError
from oneroof.text.spam import Filter

SPAM = Path("sms_spam") / "SMSSpamCollection.tsv"
OFFENSIVE = Path("tweeteval") / "offensive"
AT = 0.5
type Labelled = Sequence[tuple[str, bool]]
type Chances = Sequence[tuple[float, bool]]


def run(data: Path) -> dict[str, Any]:
    """SMS: the first half trains, the second is reported. Tweets: the set's own training and test parts."""
    messages = _messages(data)
    first, second = messages[: len(messages) // 2], messages[len(messages) // 2 :]
    training, tested = _tweets(data, "train"), _tweets(data, "test")
    return {
        "spam": {"texts": len(second), "unwanted": sum(bad for _text, bad in second), **_each(first, second)},
        "offensive": {
            "texts": len(tested),
            "unwanted": sum(bad for _text, bad in tested),
            **_each(training, tested),
        },
    }


def _each(training: Labelled, tested: Labelled) -> dict[str, Any]:
    ways: dict[str, Callable[[Labelled, Labelled], Chances]] = {
        "learned_then_frozen": _frozen,
        "learning_on": _learning_on,
        "naive_bayes": _naive_bayes,
    }
    return {name: scores(way(training, tested)) for name, way in ways.items()}


def scores(chances: Chances) -> dict[str, float]:
    """Of the unwanted, at one half; ``macro_f1`` is the mean of both kinds."""
    unwanted = _of([(chance >= AT, bad) for chance, bad in chances])
    wanted = _of([(chance < AT, not bad) for chance, bad in chances])
    macro = (unwanted["f1"] + wanted["f1"]) / 2
    return {**unwanted, "macro_f1": round(macro, 3)}


def _of(told: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    right = sum(said and true for said, true in told)
    said, true = sum(each for each, _true in told), sum(each for _said, each in told)
    return {
        "precision": round(right / max(said, 1), 3),
        "recall": round(right / max(true, 1), 3),
        "f1": round(2 * right / max(said + true, 1), 3),
    }


def _taught(training: Labelled) -> Filter:
    learner = Filter()
    for text, bad in training:
        learner.learn(text, unwanted=bad)
    return learner


def _frozen(training: Labelled, tested: Labelled) -> Chances:
    learner = _taught(training)
    return [(learner.judge(text).chance, bad) for text, bad in tested]


def _learning_on(training: Labelled, tested: Labelled) -> Chances:
    """As in use: a text is judged, then somebody decides and it learns."""
    learner, chances = _taught(training), []
    for text, bad in tested:
        chances.append((learner.judge(text).chance, bad))
        learner.learn(text, unwanted=bad)
    return chances


def _naive_bayes(training: Labelled, tested: Labelled) -> Chances:
    model = make_pipeline(CountVectorizer(), MultinomialNB())
    model.fit([text for text, _bad in training], [bad for _text, bad in training])
    chances = model.predict_proba([text for text, _bad in tested])[:, 1]
    return [(float(chance), bad) for chance, (_text, bad) in zip(chances, tested, strict=True)]


def _messages(data: Path) -> Labelled:
    rows = [line.split("\t", 1) for line in _lines(data / SPAM)]
    return [(row[1], row[0] == "spam") for row in rows if len(row) > 1]


def _tweets(data: Path, part: str) -> Labelled:
    texts, labels = (_lines(data / OFFENSIVE / f"{part}_{what}.txt") for what in ("text", "labels"))
    return [(text, label.strip() == "1") for text, label in zip(texts, labels, strict=True)]


def _lines(path: Path) -> list[str]:
    """Split at line feeds alone: some texts hold other separators."""
    if not path.is_file():
        raise SetMissingError(f"{path.parent.name}/{path.name} is not in the folder of the public sets.")
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")
