"""What goes with a point of loyalty, beside what was known before; pure.

Least squares with errors that hold where the spread is uneven (HC3: MacKinnon and White 1985; Long and Ervin 2000)
and Student's t. It goes with, it does not cause: whoever likes us may buy more for reasons that nobody recorded.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from oneroof.experience.rules.effects import Effect, TooFewError, t_quantile

LEAST_CUSTOMERS = 30


@dataclass(frozen=True, slots=True)
class Band:
    """The mean later spend of those who gave this score."""

    score: int
    customers: int
    spent: float


def slope(later: Any, score: Any, before: Any, level: float = 0.95) -> Effect:
    """How much more later with one point more, a row of ``before`` a customer. Raises TooFewError."""
    later, score, before = (np.asarray(each, float) for each in (later, score, before))
    if len(later) < LEAST_CUSTOMERS or len(np.unique(score)) < 2:
        raise TooFewError("At least thirty customers, and two different scores, are needed.")
    design = np.column_stack([score, np.ones(len(score)), before[:, before.std(axis=0) > 0]])
    inverse = np.linalg.pinv(design.T @ design)
    fitted = inverse @ design.T @ later
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    left = (later - design @ fitted) / np.maximum(1 - leverage, 1e-6)
    spread = float(((design @ inverse[0]) * left) @ ((design @ inverse[0]) * left))
    reach = float(t_quantile(level, len(later) - design.shape[1])) * spread**0.5
    return Effect(float(fitted[0]), float(fitted[0] - reach), float(fitted[0] + reach), len(later))
