"""From rough cosines to exact results: only items that can be among the best are compared in full precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .vectors import Vectors

Parts = dict[str, np.ndarray]
"""Named parts of the scores of m rows, each of shape (m,)."""


class Cosines:
    """Cosines of a vector (d,) and the m rows at ascending positions: `values`, none off by more than `error`."""

    def __init__(self, vectors: Vectors, vector: np.ndarray, at: np.ndarray, *, rough: bool) -> None:
        self._vectors, self._vector, self._at = vectors, vector, at
        self.values, self.error = vectors.codes.near(vector, at) if rough else (vectors.exact(vector, at), 0.0)

    def sharpen(self, positions: np.ndarray) -> None:
        """Makes the values of some rows exact."""
        self.values[positions] = self._vectors.exact(self._vector, self._at[positions])

    def sharpen_best(self) -> None:
        """Makes the highest value exact, whichever it is."""
        self.sharpen(np.flatnonzero(self.values >= self.values.max() - 2 * self.error))

    def steepness(self, part: np.ndarray) -> float:
        """How much a part of the score, 0 for the average row and linear above it, grows with the cosine."""
        above = float(self.values.max() - self.values.mean())
        return float(part.max()) / above if above > 0 else 0.0


def settled(cosines: Mapping[str, Cosines], parts: Callable[[], Parts], k: int) -> tuple[Parts, int]:
    """The parts, exact for every row that can be among the k best, and how many rows were compared in full.

    `cosines` go by the part that each makes; `parts` reads their values. A row is off by at most `slack`, so that one
    that lies more than twice that below the k-th best cannot be among them.
    """
    rough = {name: one for name, one in cosines.items() if one.error}
    if not rough:
        return parts(), max((len(one.values) for one in cosines.values()), default=0)
    for one in rough.values():
        one.sharpen_best()
    found = parts()
    slack = sum(one.error * one.steepness(found[name]) for name, one in rough.items())
    able = _able(np.sum(list(found.values()), axis=0), k, 2 * slack)
    for one in rough.values():
        one.sharpen(able)
    return parts(), len(able)


def _able(scores: np.ndarray, k: int, slack: float) -> np.ndarray:
    """Ascending positions of the scores that are less than `slack` below the k-th best."""
    if k >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k] - slack)
