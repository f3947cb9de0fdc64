"""Need for an answer: how likely the team wants to answer a post, learnt from what it claims and dismisses.

Logistic regression whose weights each have a mean and a variance. The means start at the rules' weights, the
variances say how far experience may move them. One decision is one step of the extended Kalman filter with a
diagonal covariance (the on-line form of Spiegelhalter and Lauritzen 1990; no learning rate to choose, and no
step can overshoot). The plain features' variances grow back slowly, so that a team that changes its mind is
followed. Hashed words and pairs of words (Weinberger et al. 2009) learn what the plain features cannot see.
"""

from array import array
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Self
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from oneroof.listening.need.facts import PostFacts
from oneroof.listening.need.plain import Features, features_in_place
from oneroof.listening.need.reasons import Need, explain, ours
from oneroof.listening.need.rules import START, WEIGHTS, sigmoid
from oneroof.listening.need.told import Told, told_by
from oneroof.listening.need.words import BUCKETS, read_words

VERSION = 1
START_VARIANCE = 1.0
FEATURE_VARIANCE = 0.5
WORD_VARIANCE = 0.06
FORGETTING = 0.005
SURPRISE_FLOOR = 1e-3

_NAMES = ("", *WEIGHTS)  # the first place is the start's
_PLACE = {name: place for place, name in enumerate(_NAMES)}
_PLAIN = len(_NAMES)
_FIRST_MEANS = (START, *WEIGHTS.values())
_FIRST_VARIANCES = (START_VARIANCE, *(FEATURE_VARIANCE for _ in WEIGHTS))


class Signs:
    """A post as the model sees it: what speaks for or against an answer, by name, place and amount."""

    __slots__ = ("features", "told", "words")

    def __init__(self, facts: PostFacts, told: Told | None = None) -> None:
        self.told = told or told_by(facts, read_words(facts.text))
        self.features: Features = features_in_place(facts, self.told.own)
        self.words: NDArray[np.uint32] = np.frombuffer(self.told.places, np.uint32)

    @property
    def places(self) -> list[int]:
        return [0, *[_PLACE[name] for name in self.features], *(self.words + _PLAIN).tolist()]

    @property
    def amounts(self) -> list[float]:
        return [1.0, *self.features.values(), *[1.0] * len(self.words)]


class NeedModel:
    """Not safe to share between threads that learn: the caller serialises `learn` and stores the bytes."""

    def __init__(self) -> None:
        self.learned = 0
        self._means = array("d", _FIRST_MEANS) + array("d", bytes(8 * BUCKETS))
        self._variances = array("d", _FIRST_VARIANCES) + array("d", [WORD_VARIANCE]) * BUCKETS
        self._words: NDArray[np.float64] = np.frombuffer(self._means, np.float64)[_PLAIN:]

    def score(self, facts: PostFacts, told: Told | None = None) -> Need:
        """`told` is the text's, where one has it already."""
        if facts.is_ours:
            return ours()
        signs = Signs(facts, told)
        plain = self._plain_shares(signs)
        said = self._words[signs.words]
        if not said.any():  # none of the words has taught anything yet
            return explain(signs.features, [], plain)
        return explain(signs.features, signs.told.names(), plain + said.tolist())

    def score_all(self, posts: Iterable[PostFacts]) -> list[Need]:
        return [self.score(facts) for facts in posts]

    def probability(self, facts: PostFacts) -> float:
        """What `score` shows as 0 to 100, without the rounding and the reasons."""
        return 0.0 if facts.is_ours else sigmoid(sum(self._shares(Signs(facts))))

    def learn(self, facts: PostFacts, needed: bool, weight: float = 1.0) -> None:
        """One decision of the team: claimed or answered is needed, dismissed is not; `weight` says how sure.

        `facts` are those of the post's arrival, so that nothing is learnt from what came after.
        """
        if facts.is_ours or weight <= 0:
            return
        signs = Signs(facts)
        chance = sigmoid(sum(self._shares(signs)))
        curve = max(chance * (1 - chance), SURPRISE_FLOOR) * weight
        self._move(signs, weight * (needed - chance), curve)
        self._forget()
        self.learned += 1

    def to_bytes(self) -> bytes:
        means = np.array(self._means, dtype=np.float32)
        variances = np.array(self._variances, dtype=np.float32)
        touched = _PLAIN + np.flatnonzero(variances[_PLAIN:] != np.float32(WORD_VARIANCE))
        stored = BytesIO()
        np.savez_compressed(
            stored,
            version=np.array([VERSION, BUCKETS, self.learned]),
            names=np.array(_NAMES),
            plain=np.stack((means[:_PLAIN], variances[:_PLAIN])),
            touched=(touched - _PLAIN).astype(np.uint32),
            words=np.stack((means[touched], variances[touched])),
        )
        return stored.getvalue()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Features that the stored state lacks keep the rules' weight. ValueError if it cannot be read."""
        try:
            with np.load(BytesIO(stored), allow_pickle=False) as archive:
                parts = dict(archive)
        except (BadZipFile, EOFError, OSError, ValueError, AttributeError, TypeError) as broken:
            raise ValueError("This is not the stored state of a need model.") from broken
        return cls._restored(parts)

    @classmethod
    def _restored(cls, parts: Mapping[str, NDArray[np.generic]]) -> Self:
        version, buckets, learned = parts["version"].tolist()
        if (version, buckets) != (VERSION, BUCKETS):
            raise ValueError(f"A need model of version {version} cannot be read by version {VERSION}.")
        model = cls()
        model.learned = learned
        for name, mean, variance in zip(parts["names"].tolist(), *parts["plain"].tolist(), strict=True):
            if name in _PLACE:
                model._put(_PLACE[name], mean, variance)
        for at, mean, variance in zip(parts["touched"].tolist(), *parts["words"].tolist(), strict=True):
            model._put(_PLAIN + at, mean, variance)
        return model

    def _put(self, place: int, mean: float, variance: float) -> None:
        self._means[place], self._variances[place] = mean, variance

    def _plain_shares(self, signs: Signs) -> list[float]:
        means = self._means
        return [means[0], *[means[_PLACE[name]] * value for name, value in signs.features.items()]]

    def _shares(self, signs: Signs) -> list[float]:
        said: list[float] = self._words[signs.words].tolist()
        return self._plain_shares(signs) + said

    def _move(self, signs: Signs, surprise: float, curve: float) -> None:
        means, variances = self._means, self._variances
        places, amounts = signs.places, signs.amounts
        pulls = [variances[place] * amount for place, amount in zip(places, amounts, strict=True)]
        spread = 1 + curve * sum(pull * amount for pull, amount in zip(pulls, amounts, strict=True))
        step, shrink = surprise / spread, curve / spread
        for place, pull in zip(places, pulls, strict=True):
            means[place] += step * pull
            # Two words in one bucket may take away its variance twice; never below nothing.
            variances[place] = max(variances[place] - shrink * pull * pull, 0.0)

    def _forget(self) -> None:
        for place, first in enumerate(_FIRST_VARIANCES):
            self._variances[place] = min(self._variances[place] * (1 + FORGETTING), first)
