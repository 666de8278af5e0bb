"""Several causes speak for or against each candidate: how their voices add up, and what each one alone is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from .causes import Cause
from .protocol import RankingContext


@dataclass(frozen=True, slots=True)
class Pool:
    """`values[h, i]` is what cause h says of candidate i (about 1 when it speaks strongly), `weights` (h,) in [-1, 1].

    The total is the weighted sum over the norm of the weights, though never over less than 1, so that one weak cause
    stays weak and many causes do not drown the rest of the mixture. Order 1 is a mean, for causes that all say
    something of every candidate; order 2 lets agreement grow, for causes that are mostly silent.
    """

    causes: tuple[Cause, ...]
    weights: np.ndarray
    values: np.ndarray
    order: Literal[1, 2] = 2

    def total(self) -> np.ndarray:
        """Shape (n,)."""
        powers = np.abs(self.weights) ** self.order
        return self.weights @ self.values / self._norm(powers.sum())

    def drops(self) -> np.ndarray:
        """Shape (h, n): by how much the total falls when a cause is taken away."""
        parts, powers = self.weights[:, None] * self.values, np.abs(self.weights) ** self.order
        return self.total() - (parts.sum(axis=0) - parts) / self._norm(powers.sum() - powers)[:, None]

    def _norm(self, sum_of_powers: np.ndarray) -> np.ndarray:
        return np.maximum(1.0, sum_of_powers ** (1 / self.order))


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
