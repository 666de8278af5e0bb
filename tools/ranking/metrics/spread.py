"""How widely lists are spread over the items, and how popular what they show is.

`lists` (b, k) are rows of an item table of n items, padded with -1; `counts` (n,) are events of each item in training.
What describes a list is NaN for an empty one: `mean_of` leaves those out.
"""

from __future__ import annotations

import numpy as np

from .relevance import NONE


def mean_of(values: np.ndarray) -> float:
    """The mean of the values that are there; NaN when none is.

    >>> mean_of(np.array([1.0, np.nan, 3.0]))
    2.0
    """
    there = values[~np.isnan(values)]
    return float(there.mean()) if len(there) else float("nan")


def shown(lists: np.ndarray, n: int) -> np.ndarray:
    """Shape (n,): in how many places each item stands.

    >>> shown(np.array([[0, 2], [2, -1]]), 4)
    array([1, 0, 2, 0])
    """
    return np.bincount(lists[lists != NONE].astype(np.int64), minlength=n)


def coverage(lists: np.ndarray, n: int) -> float:
    """Items that stand in any list, over all n: catalog coverage (Ge et al. 2010); 0 without lists.

    >>> coverage(np.array([[0, 2], [2, -1]]), 4)
    0.5
    """
    return float((shown(lists, n) > 0).mean()) if n else 0.0


def gini(lists: np.ndarray, n: int) -> float:
    """How unequally places are shared out: 0 when every item has as many, (n - 1) / n when one has them all.

    sum over i from 1 to n of (2i - n - 1) x_i / (n sum x), x ascending: the places of each item, those of none
    included (Gini 1912; for recommenders Fleder & Hosanagar 2009). 0 without lists.

    >>> gini(np.array([[0, 1], [2, 3]]), 4), gini(np.array([[0], [0]]), 4)
    (0.0, 0.75)
    """
    places = np.sort(shown(lists, n)).astype(np.float64)
    total = places.sum()
    return float((2 * np.arange(1, n + 1) - n - 1) @ places / (n * total)) if total else 0.0


def average_popularity(lists: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Shape (b,): mean count of the items of each list; its mean is ARP (Yin et al. 2012).

    >>> average_popularity(np.array([[0, 1], [1, -1], [-1, -1]]), np.array([10, 4]))
    array([ 7.,  4., nan])
    """
    return _mean(lists, np.asarray(counts, np.float64))


def novelty(lists: np.ndarray, counts: np.ndarray, people: int) -> np.ndarray:
    """Shape (b,): mean self-information of the items, -log2(count / people), in bits (Zhou et al. 2010).

    An item that nobody had is taken as had by one: its surprise would be infinite.

    >>> novelty(np.array([[0, 1], [2, -1]]), np.array([8, 2, 0]), 8)
    array([1., 3.])
    """
    return _mean(lists, -np.log2(np.maximum(counts, 1) / people) + 0.0)


def _mean(lists: np.ndarray, values: np.ndarray) -> np.ndarray:
    there = lists != NONE
    sums = np.where(there, values[np.where(there, lists, 0)], 0.0).sum(axis=1)
    sizes = there.sum(axis=1)
    return np.divide(sums, sizes, out=np.full(len(lists), np.nan), where=sizes > 0)
