"""Filling a list place by place: each item weighed for itself and beside those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import numpy as np

from .prior import scaled


class Beside(Protocol):
    """What candidates cost beside those that were chosen before them; one such value belongs to one list."""

    def costs(self) -> np.ndarray:
        """What each candidate would cost in the next place, shape (m,), or () when they all cost the same."""
        ...

    def chose(self, place: int) -> None:
        """Takes note of the candidate in the next place."""
        ...


class Likeness:
    """weight * the highest likeness to an item before it: the penalty of maximal marginal relevance."""

    def __init__(self, to: Callable[[int], np.ndarray], weight: float) -> None:
        """`to` gives the likeness of all candidates, shape (m,), to one of them."""
        self._to, self._weight = to, weight
        self._nearest: np.ndarray | float = 0.0

    def costs(self) -> np.ndarray:
        """Shape (m,), or () while nothing is chosen."""
        return np.asarray(self._weight * self._nearest)

    def chose(self, place: int) -> None:
        """Compares all candidates with the one chosen."""
        self._nearest = np.maximum(self._nearest, self._to(place))


def greedy(worth: np.ndarray, k: int, beside: Sequence[Beside] = ()) -> Iterator[int]:
    """Places of min(k, m) of m candidates: the highest `worth` (m,) less all costs each time; ties to the earlier."""
    left = np.ones(len(worth), dtype=bool)
    for _ in range(min(k, len(worth))):
        value = worth - sum(one.costs() for one in beside)
        best = int(np.argmax(np.where(left, value, -np.inf)))
        yield best
        left[best] = False
        for one in beside:
            one.chose(best)


def diversified(scores: np.ndarray, vectors: np.ndarray, k: int, diversity: float) -> np.ndarray:
    """Positions of k results out of m, best first: (1 - diversity) * score - diversity * likeness to those before it.

    Maximal marginal relevance (Carbonell & Goldstein 1998). `scores` (m,) descending, `vectors` (m, d) unit rows,
    `diversity` in [0, 1]; ties go to the earlier position.
    """
    likeness = Likeness(lambda place: vectors @ vectors[place], diversity)
    return np.array([*greedy((1 - diversity) * scaled(scores), k, [likeness])], dtype=int)
