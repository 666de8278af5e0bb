"""Normalised discounted cumulative gain: of a rank, of lists of rows, and of an order of graded ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .relevance import Relevant, gains


def discount(ranks: np.ndarray) -> np.ndarray:
    """1 / log2(rank + 1): what a place is worth; 1 for the first (Järvelin & Kekäläinen 2002).

    >>> discount(np.array([1, 3]))
    array([1. , 0.5])
    """
    return 1 / np.log2(np.asarray(ranks, np.float64) + 1)


def ndcg_at(ranks: np.ndarray, k: int = 10) -> np.ndarray:
    """Shape (b,): NDCG of one relevant item at each rank, 1 / log2(rank + 1) within the first k, else 0.

    A rank may lie between two places (equal scores that share their mean rank): one of 10.5 is not within the first 10.

    >>> ndcg_at(np.array([1.0, 3.0, 10.5]))
    array([1. , 0.5, 0. ])
    """
    found = np.asarray(ranks, np.float64)
    return np.where(found <= k, discount(found), 0.0)


def ndcg(lists: np.ndarray, relevant: Relevant, k: int = 10, *, exponential: bool = True) -> np.ndarray:
    """Shape (b,): sum over place i to k of gain_i / log2(i + 1), over that of the best possible list.

    The gain is 2^grade - 1 (Burges et al. 2005), or without `exponential` the grade itself (Järvelin & Kekäläinen
    2002): the same where everything relevant has grade 1. 0 for nobody's taste and for an empty list.

    >>> lists = np.array([[5, 3, -1], [3, -1, -1], [-1, -1, -1]])
    >>> ndcg(lists, Relevant.of([[3], [3, 9], [3]])).round(4)
    array([0.6309, 0.6131, 0.    ])
    """
    return _normalised(gains(lists, relevant, k), relevant.best(k), exponential)


def ndcg_of(order: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """NDCG of one order of ids with gain 2^grade - 1; what has no grade counts as 0.

    >>> round(ndcg_of(["b", "a"], {"a": 3, "b": 0}), 4)
    0.6309
    >>> ndcg_of(["a", "x"], {"a": 3}), ndcg_of([], {"a": 3}), ndcg_of(["a"], {"a": 0})
    (1.0, 0.0, 0.0)
    """
    rows = {one: row for row, one in enumerate(grades)}
    found = np.array([[rows.get(one, -1) for one in order]], dtype=np.int64).reshape(1, -1)
    return float(ndcg(found, Relevant.of([{rows[one]: grade for one, grade in grades.items()}]), k)[0])


def graded_ndcg_of(order: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """The same over the graded ids alone: what has no grade is left out of the order (Sakai 2007).

    >>> graded_ndcg_of(["x", "a"], {"a": 3})
    1.0
    """
    return ndcg_of([one for one in order if one in grades], grades, k)


def _normalised(found: np.ndarray, best: np.ndarray, exponential: bool) -> np.ndarray:
    worth = discount(np.arange(1, found.shape[1] + 1))
    got, ideal = ((np.exp2(one) - 1 if exponential else one) @ worth for one in (found, best))
    return np.divide(got, ideal, out=np.zeros(len(got)), where=ideal > 0)
