"""How unlike each other the items of a list are."""

from __future__ import annotations

import numpy as np

from .relevance import NONE

_BATCH = 512


def intra_list_diversity(lists: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Shape (b,): mean of 1 - cosine over all pairs of a list; NaN for fewer than two items.

    2 / (m (m - 1)) sum over i < j of (1 - v_i v_j) for the m items of a list, `vectors` (n, d) unit rows (Ziegler et
    al. 2005; Zhang & Hurley 2008). An item twice is a pair at distance 0; one without a vector is unlike everything.

    >>> vectors = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    >>> intra_list_diversity(np.array([[0, 0, -1], [0, 1, -1], [0, 1, 2], [0, -1, -1]]), vectors).round(4)
    array([0.    , 1.    , 1.3333,    nan])
    """
    parts = [_of_some(lists[start : start + _BATCH], vectors) for start in range(0, len(lists), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)


def _of_some(lists: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """The sum over pairs is (|sum of vectors|^2 - sum of |vector|^2) / 2: no pair is formed."""
    there = lists != NONE
    shown = vectors[np.where(there, lists, 0)].astype(np.float64) * there[..., None]
    together = np.square(shown.sum(axis=1)).sum(axis=1) - np.square(shown).sum(axis=(1, 2))
    sizes = there.sum(axis=1)
    pairs = sizes * (sizes - 1)
    return 1 - np.divide(together, pairs, out=np.full(len(lists), np.nan), where=pairs > 0)
