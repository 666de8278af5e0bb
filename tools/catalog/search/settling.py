"""From rough cosines to exact results: only items that can be among the best are compared in full precision."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from .fusion import average, sampled
from .planner import Strategy
from .vectors import Vectors

Parts = dict[str, np.ndarray]
"""Named parts of the scores of m rows, each of shape (m,)."""


class Cosines:
    """Cosines of a vector (d,) and the m rows at ascending positions: `values`, none off by more than `error`.

    The highest is exact, and so are those that the average is that of. A part of the score made from them is 0 for the
    average and below, and grows linearly above it.
    """

    def __init__(self, vectors: Vectors, vector: np.ndarray, at: np.ndarray, strategy: Strategy) -> None:
        self._vectors, self._vector, self._at = vectors, vector, at
        self.values, self.error = _compared(vectors, vector, at, strategy)
        if self.error:
            known = self.values >= self.values.max() - 2 * self.error
            known[sampled(len(known))] = True
            self.values[known] = self._exact(np.flatnonzero(known))

    def slack(self, part: np.ndarray) -> float:
        """By how much the part (m,) of the score that was made from the values may be off."""
        return self.error * self._steepness(part)

    def settled(self, part: np.ndarray, positions: np.ndarray) -> np.ndarray:
        """What the part is at some positions, exactly."""
        return self._steepness(part) * (self._exact(positions) - average(self.values)).clip(min=0.0)

    def _exact(self, positions: np.ndarray) -> np.ndarray:
        return self._vectors.exact(self._vector, self._at[positions])

    def _steepness(self, part: np.ndarray) -> float:
        above = float(self.values.max()) - average(self.values)
        return float(part.max()) / above if above > 0 else 0.0


def _compared(vectors: Vectors, vector: np.ndarray, at: np.ndarray, strategy: Strategy) -> tuple[np.ndarray, float]:
    """Dot products (m,), and the most that one is off."""
    if strategy in (Strategy.CODES, Strategy.SCAN):
        return vectors.codes.near(vector, at, in_place=strategy is Strategy.SCAN)
    return vectors.exact(vector, at), 0.0


def settled(parts: Parts, cosines: Mapping[str, Cosines], k: int) -> tuple[np.ndarray, Parts]:
    """Ascending positions of the rows that can be among the k best, and their parts, exactly.

    `cosines` go by the part that each made. A score is off by at most `slack`, so that a row twice that below the k-th
    best cannot be among them.
    """
    rough = {name: one for name, one in cosines.items() if one.error}
    slack = sum(one.slack(parts[name]) for name, one in rough.items())
    able = _above(reduce(np.add, parts.values()), k, 2 * slack)
    exact = {name: one.settled(parts[name], able) for name, one in rough.items()}
    return able, {name: exact[name] if name in exact else part[able] for name, part in parts.items()}


def _above(scores: np.ndarray, k: int, slack: float) -> np.ndarray:
    """Ascending positions of the k highest scores and of those that are at most `slack` below them."""
    if k >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k] - slack)
