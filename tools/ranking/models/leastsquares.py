"""Weighted least squares of many rows over the same vectors, each over few of them, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

_ENTRIES = 4_000_000
"""Of the matrices that stand in memory at a time."""


@dataclass(frozen=True, slots=True)
class System:
    """What all rows share: the vectors (m, d) that they are built from, and what speaks against large ones."""

    vectors: np.ndarray
    unseen: float
    """How much each of the m vectors speaks for 0, beside the weight of an event for 1."""
    ridge: float
    """Shrinkage, times the weight of the events of a row and of all m vectors unseen."""
    least: float
    """Shrinkage of a row without events, above 0."""
    gram: np.ndarray
    """Shape (d, d): unseen times the Gram matrix of the vectors."""

    @classmethod
    def of(cls, vectors: np.ndarray, unseen: float, ridge: float, least: float = 1e-6) -> Self:
        """With its Gram matrix."""
        return cls(vectors, unseen, ridge, least, unseen * (vectors.T @ vectors))

    def rows(
        self, starts: np.ndarray, others: np.ndarray, weights: np.ndarray, targets: np.ndarray | None = None
    ) -> np.ndarray:
        """Shape (b, d), float32: row i minimises, over its events starts[i] to starts[i + 1] and m vectors,

        sum_e w_e (t_e - x v_e)^2 + unseen * sum_j (x v_j)^2 + (ridge * (sum_e w_e + unseen * m) + least) |x|^2.
        Targets t are 1 unless given.
        """
        b, d = len(starts) - 1, self.vectors.shape[1]
        solved = np.zeros((b, d), np.float32)
        sought = weights if targets is None else weights * targets
        size = max(1, _ENTRIES // (d * d))
        for first in range(0, b, size):
            last = min(first + size, b)
            solved[first:last] = self._batch(starts[first : last + 1], others, weights, sought)
        return solved

    def _batch(self, starts: np.ndarray, others: np.ndarray, weights: np.ndarray, sought: np.ndarray) -> np.ndarray:
        b, d = len(starts) - 1, self.vectors.shape[1]
        matrices, sides = np.repeat(self.gram[None], b, axis=0), np.zeros((b, d), np.float32)
        for i, (start, stop) in enumerate(pairwise(starts.tolist())):
            own, weight = self.vectors[others[start:stop]], weights[start:stop].astype(np.float32)
            matrices[i] += (weight[:, None] * own).T @ own
            matrices[i].flat[:: d + 1] += self.ridge * (weight.sum() + self.unseen * len(self.vectors)) + self.least
            sides[i] = sought[start:stop].astype(np.float32) @ own
        return np.linalg.solve(matrices, sides[:, :, None])[:, :, 0]
