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

    half_life: float = 0.0
    """Days after which an event counts half; 0: it never fades."""


class Popularity:
    """log(1 + decayed count), as a share of the most popular item's: 1 for that one, 0 for an item without events."""

    name = "popularity"

    def __init__(self, config: PopularityConfig, counts: np.ndarray, latest: float) -> None:
        self._config = config
        self._counts = counts
        self._latest = latest
        highest = np.log1p(counts.max(initial=0.0))
        self._shares = (np.log1p(counts) / highest if highest > 0 else counts).astype(np.float32)

    @property
    def counts(self) -> np.ndarray:
        """Shape (n,), float64: events of each item, decayed to the moment of the last event."""
        return self._counts

    @property
    def latest(self) -> float:
        """Seconds since 1970: the last event of all; 0 without times."""
        return self._latest

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """The same shares for every history, shape (b, n) or (b, k)."""
        shares = self._shares if rows is None else self._shares[rows]
        return np.repeat(shares[None, :], len(histories), axis=0)

    def state(self) -> ModelState:
        """The decayed counts."""
        return ModelState(asdict(self._config), {"counts": self._counts, "latest": np.array([self._latest])})

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - counts are by row
        """The model again."""
        tensors = state.tensors
        return cls(PopularityConfig(**state.config), tensors["counts"], float(tensors["latest"][0]))


def fit(train: Interactions, config: PopularityConfig, *, start: Popularity | None = None) -> Popularity:
    """Counts of positive events; with `start`, a model of the same items, events are added to those it has counted."""
    times = np.where(np.isfinite(train.times), train.times, 0.0)
    before = start.latest if start else 0.0
    latest = max(float(times.max(initial=0.0)), before)
    weights = np.maximum(train.weights, 0.0) * _faded(latest - times, config)
    counts = np.bincount(train.rows, weights, len(train.items))
    if start:
        counts += start.counts * _faded(np.array(latest - before), config)
    return Popularity(config, counts, latest)


def _faded(seconds: np.ndarray, config: PopularityConfig) -> np.ndarray:
    return 0.5 ** (seconds / _DAY / config.half_life) if config.half_life else np.ones_like(seconds)
