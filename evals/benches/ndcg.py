"""How good an order of results is against the grades that people gave, and how sure a mean over queries is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

_RESAMPLES = 2_000


def ndcg(order: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin & Kekäläinen 2002), gain 2^grade - 1, ungraded items 0.

    sum over rank i from 1 to k of (2^grade - 1) / log2(i + 1), over the same sum of the best possible order; 0 when
    no item has a grade above 0.

    >>> round(ndcg(["b", "a"], {"a": 3, "b": 0}), 4)
    0.6309
    >>> ndcg(["a", "x"], {"a": 3}), ndcg([], {"a": 3}), ndcg(["a"], {"a": 0})
    (1.0, 0.0, 0.0)
    """
    best = _gain(sorted(grades.values(), reverse=True)[:k])
    return _gain([grades.get(one, 0.0) for one in order[:k]]) / best if best else 0.0


def graded_ndcg(order: Sequence[str], grades: Mapping[str, float], k: int = 10) -> float:
    """The same over the graded items alone: what has no grade is left out of the order (Sakai 2007).

    >>> graded_ndcg(["x", "a"], {"a": 3})
    1.0
    """
    return ndcg([one for one in order if one in grades], grades, k)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds between which it lies with 95%."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} ({self.low:.3f} to {self.high:.3f})"


def mean_with_interval(values: Sequence[float], seed: int) -> Interval:
    """Mean of some queries with the percentile bootstrap interval over queries (Efron 1979)."""
    found = np.asarray(values, dtype=np.float64)
    drawn = np.random.default_rng(seed).choice(found, (_RESAMPLES, len(found))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(float(found.mean()), float(low), float(high))


def _gain(grades: Sequence[float]) -> float:
    return sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(grades))
