"""A sparse symmetric item-by-item matrix of counts, looked up by pairs or written out where that fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..data.model import Interactions
from .pairs import followers


@dataclass(frozen=True, slots=True)
class Gram:
    """Entries by key source * n + column, ascending; everything else is 0."""

    n: int
    keys: np.ndarray
    """Shape (z,), int64."""
    values: np.ndarray
    """Shape (z,), float32."""
    diagonal: np.ndarray
    """Shape (n,), float32: the squared weights of the events of each item, summed."""

    @classmethod
    def of(cls, train: Interactions, window: int, decay: float) -> Self:
        """Decayed counts of pairs at most `window` apart, see `followers`; all weights positive."""
        n = len(train.items)
        keys, values = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for sources, others, counts in followers(train, window, decay, backward=1.0):
            keys.append(sources * n + others)
            values.append(counts.astype(np.float32))
        diagonal = np.bincount(train.rows, train.weights.astype(np.float64) ** 2, n).astype(np.float32)
        return cls(n, np.concatenate(keys), np.concatenate(values), diagonal)

    @property
    def sources(self) -> np.ndarray:
        """Shape (z,): the row of each entry."""
        return self.keys // self.n

    @property
    def columns(self) -> np.ndarray:
        """Shape (z,): the column of each entry."""
        return self.keys % self.n

    def dense(self) -> np.ndarray:
        """Shape (n, n), float32, without the diagonal."""
        written = np.zeros(self.n * self.n, np.float32)
        written[self.keys] = self.values
        return written.reshape(self.n, self.n)

    def at(self, sources: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Values at pairs of any shape, off the diagonal; row -1 has 0."""
        wanted = sources.astype(np.int64) * self.n + columns
        places = np.minimum(np.searchsorted(self.keys, wanted), max(len(self.keys) - 1, 0))
        if not len(self.keys):
            return np.zeros(wanted.shape, np.float32)
        hit = (self.keys[places] == wanted) & (sources >= 0) & (columns >= 0)
        return np.where(hit, self.values[places], np.float32(0.0))


def indefinite(longest: int, window: int, decay: float) -> float:
    """Which share of its diagonal a Gram matrix of these settings can lack of being positive definite; 0 when none.

    It is a sum, over users, of parts of the matrix of weights by distance, whose least eigenvalue bounds it from below;
    the one of the `longest` history is the least of all.
    """
    apart = np.abs(np.subtract.outer(np.arange(longest), np.arange(longest)))
    weights = np.where(apart <= window, float(decay) ** np.maximum(apart - 1, 0), 0.0)
    return max(0.0, -float(np.linalg.eigvalsh(weights).min(initial=0.0)))
