"""How much an event of a history still says: less the more came after it, less the older it is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..data.model import Histories


@dataclass(frozen=True, slots=True)
class Recency:
    """`decay` for each positive event that came after, a half after `half_life` days, nothing beyond the last `last`.

    Only positive events make others older, so that a dislike takes nothing from what is liked.
    """

    decay: float = 1.0
    half_life: float = 0.0
    """Days; 0: age does not count."""
    last: int = 0
    """Events with so many positive ones after them are forgotten; 0: none is."""

    def weights(self, histories: Histories) -> np.ndarray:
        """Shape (e,), float64: the weight of each event by its place and age; 0 for items that no table knows."""
        known = histories.rows >= 0
        weights = np.where(known, histories.weights, 0.0).astype(np.float64)
        if self.decay < 1.0 or self.last:
            places = places_from_the_end(histories, known & (histories.weights > 0))
            weights *= self.decay**places
            if self.last:
                weights[places >= self.last] = 0.0
        if self.half_life:
            weights *= 0.5 ** (np.maximum(histories.ages, 0.0) / self.half_life)
        return weights


def places_from_the_end(histories: Histories, counted: np.ndarray) -> np.ndarray:
    """Shape (e,), int: how many counted events, a mask (e,), come after each one in its history."""
    upto = np.concatenate([[0], np.cumsum(counted)])
    ends = np.repeat(upto[histories.starts[1:]], np.diff(histories.starts))
    return ends - upto[1:]
