"""Several causes speak for or against each candidate: how their voices add up, and what each one alone is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from .causes import Cause
from .protocol import RankingContext


@dataclass(frozen=True, slots=True)
class Pool:
    """`values[h, i]` is what cause h says of candidate i (about 1 when it speaks strongly), `weights` (h,) in [-1, 1].

    The total is the weighted sum over the length of the weights, so that many causes do not drown the rest of the
    mixture, and one weak cause stays weak: sum(w v) / sqrt(max(1, sum(w w))).
    """

    causes: tuple[Cause, ...]
    weights: np.ndarray
    values: np.ndarray

    def total(self) -> np.ndarray:
        """Shape (n,)."""
        return self.weights @ self.values / np.sqrt(max(1.0, float(self.weights @ self.weights)))

    def drops(self) -> np.ndarray:
        """Shape (h, n): by how much the total falls when a cause is taken away."""
        parts = self.weights[:, None] * self.values
        length = np.sqrt(np.maximum(1.0, np.sum(self.weights**2) - self.weights**2))
        return self.total() - (parts.sum(axis=0) - parts) / length[:, None]


@runtime_checkable
class Pooled(Protocol):
    """A ranker that can say what each cause is worth, exactly."""

    @property
    def name(self) -> str:
        """The name of its contribution in a mixture."""
        ...

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """The causes in the context and what they say of the candidates."""
        ...
