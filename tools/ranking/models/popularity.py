"""How popular an item is, of late: the same for everybody, and all there is for somebody without a history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ..data.model import Histories, Interactions, ItemTable
from .protocol import ModelState

_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class PopularityConfig:
    """How fast popularity fades."""

    half_life: float = 180.0
    """Days after which an event counts half; 0: it never fades."""


class Popularity:
    """log(1 + decayed count), as a share of the most popular item's: 1 for that one, 0 for an item without events."""

    name = "popularity"

    def __init__(self, config: PopularityConfig, counts: np.ndarray) -> None:
        self._config = config
        self._counts = counts
        highest = np.log1p(counts.max(initial=0.0))
        known = 0 < highest < np.inf
        self._shares = (np.log1p(counts) / highest if known else np.zeros_like(counts)).astype(np.float32)

    @property
    def counts(self) -> np.ndarray:
        """Shape (n,), float64: events of each item, decayed to the moment of the last event."""
        return self._counts

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """The same shares for every history, shape (b, n) or (b, k)."""
        shares = self._shares if rows is None else self._shares[rows]
        return np.repeat(shares[None, :], len(histories), axis=0)

    def state(self) -> ModelState:
        """The decayed counts."""
        return ModelState(asdict(self._config), {"counts": self._counts})

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - counts are by row
        """The model again."""
        return cls(PopularityConfig(**state.config), state.tensors["counts"])


def fit(train: Interactions, config: PopularityConfig) -> Popularity:
    """Counts of positive events; one without a time counts as if it were the oldest."""
    weights = np.maximum(train.weights, 0.0).astype(np.float64)
    timed = np.isfinite(train.times)
    if config.half_life and timed.any():
        first, last = train.times[timed].min(), train.times[timed].max()
        days = (last - np.where(timed, train.times, first)) / _DAY
        weights *= 0.5 ** (days / config.half_life)
    return Popularity(config, np.bincount(train.rows, weights, len(train.items)))
