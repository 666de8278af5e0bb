"""Several causes speak for or against each candidate: how their voices add up, and what each one alone is worth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from .causes import Cause
from .protocol import RankingContext


class Voices(ABC):
    """What some causes, h of them, say together of n candidates, also had only some of them been said."""

    causes: tuple[Cause, ...]

    @abstractmethod
    def kept(self, kept: np.ndarray) -> np.ndarray:
        """Totals, shape (b, n), had only those causes been said that `kept` (b, h), bool, has a True for."""

    def total(self) -> np.ndarray:
        """Shape (n,): of all causes."""
        return self.kept(np.ones((1, len(self.causes)), dtype=bool))[0]

    def drops(self) -> np.ndarray:
        """Shape (h, n): by how much the total falls when a cause is taken away."""
        all_, each = np.ones((1, len(self.causes)), dtype=bool), ~np.eye(len(self.causes), dtype=bool)
        totals = self.kept(np.concatenate([all_, each]))
        return totals[0] - totals[1:]


@dataclass(frozen=True)
class Pool(Voices):
    """`values[h, i]` is what cause h says of candidate i (about 1 when it speaks strongly), `weights` (h,) in [-1, 1].

    The total is the weighted sum over the norm of the weights, though never over less than 1, so that one weak cause
    stays weak and many causes do not drown the rest of the mixture. Order 1 is a mean, for causes that all say
    something of every candidate; order 2 lets agreement grow, for causes that are mostly silent.
    """

    causes: tuple[Cause, ...]
    weights: np.ndarray
    values: np.ndarray
    order: Literal[1, 2] = 2

    def kept(self, kept: np.ndarray) -> np.ndarray:
        """See `Voices`."""
        weights = kept * self.weights
        norm = (np.abs(weights) ** self.order).sum(axis=1) ** (1 / self.order)
        return weights @ self.values / np.maximum(1.0, norm)[:, None]


@dataclass(frozen=True)
class Asked(Voices):
    """The voices of causes that do not simply add up: every selection of them is `asked` anew."""

    causes: tuple[Cause, ...]
    asked: Callable[[np.ndarray], np.ndarray]

    def kept(self, kept: np.ndarray) -> np.ndarray:
        """See `Voices`."""
        return self.asked(kept)


@runtime_checkable
class Pooled(Protocol):
    """A ranker that can say what each cause is worth, exactly."""

    @property
    def name(self) -> str:
        """The name of its contribution in a mixture."""
        ...

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Voices:
        """The causes in the context and what they say of the candidates."""
        ...
