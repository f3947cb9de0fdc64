"""The router as this process last learnt it: learnt anew when there are other examples than then."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
from django.db.models import Count, Max

from oneroof.insight.models import Example, Reason
from oneroof.text.embeddings import embed_queries, is_available
from oneroof.text.routing import Floats, Routed, Router

FEWEST_REASONS = 2
MOST_EXAMPLES = 5_000


@dataclass(frozen=True, slots=True)
class Learnt:
    """What was learnt of the examples; of none, nothing is ever placed."""

    version: tuple[object, ...]
    learner: Router | None = None
    knows_meaning: bool = False

    @property
    def knows_anything(self) -> bool:
        return self.learner is not None

    def route(self, texts: Sequence[str], vectors: Floats | None = None) -> Sequence[Routed | None]:
        if self.learner is None:
            return [None] * len(texts)
        return self.learner.route(texts, vectors)


_turn = Lock()
_learnt = Learnt(())


def router() -> Learnt:
    """The one for the examples as they are now."""
    global _learnt  # noqa: PLW0603 - one a process, as the docstring says
    with _turn:
        version = _version()
        if version != _learnt.version:
            _learnt = _learn(version)
        return _learnt


def _version() -> tuple[object, ...]:
    figures = Example.objects.aggregate(Count("pk"), Max("at"), Max("pk"), Count("vector"))
    reasons = Reason.objects.live().aggregate(Count("pk"), Max("pk"))
    return (*figures.values(), *reasons.values())


def _learn(version: tuple[object, ...]) -> Learnt:
    """From the newest examples of live reasons, and from the names of the reasons that have any."""
    rows = list(
        Example.objects.filter(reason__deleted_at=None)
        .order_by("-at", "-pk")
        .values_list("text", "reason_id", "reason__name", "vector")[:MOST_EXAMPLES]
    )
    names = {reason_id: name for _text, reason_id, name, _vector in rows}
    if len(names) < FEWEST_REASONS:
        return Learnt(version)
    texts = [row[0] for row in rows] + list(names.values())
    labels = [row[1] for row in rows] + list(names)
    vectors = _vectors([vector for *_rest, vector in rows])
    if vectors is None:
        return Learnt(version, Router(texts, labels))
    named = np.stack([_vector_of_name(name) for name in names.values()])
    return Learnt(version, Router(texts, labels, np.concatenate([vectors, named])), True)


@lru_cache(maxsize=5_000)
def _vector_of_name(name: str) -> Floats:
    return np.asarray(embed_queries([name])[0], np.float32)


def _vectors(stored: Sequence[Any]) -> Floats | None:
    """None unless all have one: what is half known is learnt from words alone until the rest is embedded."""
    if not is_available() or any(vector is None for vector in stored):
        return None
    return np.stack([np.frombuffer(vector or b"", np.float32) for vector in stored])
