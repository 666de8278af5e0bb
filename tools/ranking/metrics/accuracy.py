"""How much of what was relevant stands in a list, and how early. All have shape (b,) and lie in [0, 1].

`lists` (b, m) are rows of an item table, best first, padded with -1; an item that stands twice counts once. Nothing
relevant, or an empty list, has 0.
"""

from __future__ import annotations

import numpy as np

from .relevance import Relevant, gains


def precision(lists: np.ndarray, relevant: Relevant, k: int = 10) -> np.ndarray:
    """Relevant items among the first k, over k; a list shorter than k is not rewarded for it.

    >>> precision(np.array([[3, 5, 9, -1]]), Relevant.of([[3, 9]]), 4)
    array([0.5])
    """
    return _found(lists, relevant, k).sum(axis=1) / k


def recall(lists: np.ndarray, relevant: Relevant, k: int = 10) -> np.ndarray:
    """Relevant items among the first k, over all that are relevant.

    >>> recall(np.array([[3, 5, 9]]), Relevant.of([[3, 4, 9, 2]]), 2)
    array([0.25])
    """
    return _over(_found(lists, relevant, k).sum(axis=1), relevant.counts)


def hit_rate(lists: np.ndarray, relevant: Relevant, k: int = 10) -> np.ndarray:
    """1 when anything relevant is among the first k, else 0.

    >>> hit_rate(np.array([[3, 5], [3, 5]]), Relevant.of([[5, 7], [7]]), 2)
    array([1., 0.])
    """
    return (_found(lists, relevant, k).sum(axis=1) > 0).astype(np.float64)


def reciprocal_rank(lists: np.ndarray, relevant: Relevant, k: int = 10) -> np.ndarray:
    """1 / rank of the first relevant item within k, else 0; its mean is MRR (Voorhees 1999).

    >>> reciprocal_rank(np.array([[3, 5, 9]]), Relevant.of([[9, 5]]), 3)
    array([0.5])
    """
    return np.asarray(np.max(_found(lists, relevant, k) / np.arange(1, k + 1), axis=1, initial=0.0))


def average_precision(lists: np.ndarray, relevant: Relevant, k: int = 10) -> np.ndarray:
    """Sum of the precision at each relevant place within k, over min(k, how many are relevant); its mean is MAP.

    (Buckley & Voorhees 2000; cut at k so that a perfect list has 1.)

    >>> average_precision(np.array([[3, 5, 9]]), Relevant.of([[3, 9]]), 3).round(4)
    array([0.8333])
    """
    found = _found(lists, relevant, k)
    precisions = found.cumsum(axis=1) / np.arange(1, k + 1)
    return _over((precisions * found).sum(axis=1), np.minimum(relevant.counts, k))


def _found(lists: np.ndarray, relevant: Relevant, k: int) -> np.ndarray:
    return gains(lists, relevant, k) > 0


def _over(counts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    return np.divide(counts, totals, out=np.zeros(len(counts)), where=totals > 0)
