"""The metrics of accuracy where one item is relevant, from its rank alone: what full ranking returns.

With one relevant item recall is the hit rate, precision that over k, and average precision the reciprocal rank.
A rank may lie between two places: equal scores share their mean rank.
"""

from __future__ import annotations

import numpy as np


def hit_at(ranks: np.ndarray, k: int = 10) -> np.ndarray:
    """Shape (b,): 1 for a rank within the first k, else 0.

    >>> hit_at(np.array([1.0, 10.0, 10.5]))
    array([1., 1., 0.])
    """
    return (np.asarray(ranks) <= k).astype(np.float64)


def reciprocal_at(ranks: np.ndarray, k: int | None = None) -> np.ndarray:
    """Shape (b,): 1 / rank, 0 past the first k where a k is given; its mean is MRR (Voorhees 1999).

    >>> reciprocal_at(np.array([1.0, 2.0, 40.0]), 10)
    array([1. , 0.5, 0. ])
    """
    found = np.asarray(ranks, np.float64)
    return np.where(found <= (np.inf if k is None else k), 1 / found, 0.0)
