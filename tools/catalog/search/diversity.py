"""Maximal marginal relevance (Carbonell and Goldstein, 1998): results that are good and unlike each other."""

from __future__ import annotations

import numpy as np

from .prior import scaled


def diversified(scores: np.ndarray, vectors: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Positions of k results out of m, best first: (1 - diversity) * score - diversity * likeness to those before it.

    `scores` (m,) descending, `vectors` (m, d) unit rows, `diversity` in [0, 1]; ties go to the earlier position.
    """
    relevance = scaled(scores)
    likeness = np.zeros(len(scores))
    chosen: list[int] = []
    left = np.ones(len(scores), dtype=bool)
    for _ in range(min(k, len(scores))):
        gain = np.where(left, (1 - diversity) * relevance - diversity * likeness, -np.inf)
        best = int(np.argmax(gain))
        chosen.append(best)
        left[best] = False
        likeness = np.maximum(likeness, vectors @ vectors[best])
    return np.array(chosen, dtype=int)
