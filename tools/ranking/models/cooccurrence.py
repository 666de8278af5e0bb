"""What usually stands near an item in the histories of others, and rather after it: co-occurrence with direction.

The weight of j after i is c(i, j) / ((n(i) + s)^a (n(j) + s)^b): c counts the pairs of events in which j stands at most
`window` events after i, each decayed by its distance, and for a part those in which it stands before; n the events of
an item; s shrinks what was seen seldom.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ..data.model import Histories, Interactions, ItemTable
from .pairs import followers, positive
from .protocol import ModelState
from .recency import Recency
from .sparse import ItemWeights, largest


@dataclass(frozen=True, slots=True)
class CooccurrenceConfig:
    """What counts as together, and how a history is read."""

    window: int = 10
    """How many events apart two items may be."""
    distance_decay: float = 0.8
    """What a pair one event farther apart counts less."""
    backward: float = 0.5
    """What counts for the item that stood before: 0 only what follows counts, 1 the order of events means nothing."""
    source_power: float = 1.0
    target_power: float = 0.25
    """How much the frequency of an item takes from its weights; 0.5 and 0.5 is the cosine."""
    shrinkage: float = 10.0
    neighbours: int = 200
    """How many items are kept for each, the strongest."""
    decay: float = 0.7
    """What an event counts less for each one that came after it."""
    half_life: float = 0.0
    """Days after which an event of the history counts half; 0: its age does not count."""

    @property
    def recency(self) -> Recency:
        """How a history is read."""
        return Recency(self.decay, self.half_life)


class Cooccurrence:
    """The events of a history, weighted by recency, times what follows them. 1 is what a strongest neighbour has."""

    name = "cooccurrence"

    def __init__(self, config: CooccurrenceConfig, weights: ItemWeights) -> None:
        self._config = config
        self._weights = weights

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Sums over the history, shape (b, n) or (b, k); 0 for what never followed any of it."""
        return self._weights.fold(histories, self._config.recency.weights(histories), rows)

    def state(self) -> ModelState:
        """The weights, sparse."""
        return ModelState(asdict(self._config), self._weights.tensors())

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - weights are by row
        """The model again."""
        return cls(CooccurrenceConfig(**state.config), ItemWeights.from_tensors(state.tensors))


def fit(train: Interactions, config: CooccurrenceConfig) -> Cooccurrence:
    """Counted, a block of items at a time; only the strongest neighbours are kept."""
    liked = positive(train)
    n = len(train.items)
    frequency = np.bincount(liked.rows, minlength=n) + config.shrinkage
    kept = [np.zeros((3, 0))]
    for sources, others, counts in followers(liked, config.window, config.distance_decay, config.backward):
        strengths = counts / (frequency[sources] ** config.source_power * frequency[others] ** config.target_power)
        best = largest(sources, strengths, config.neighbours)
        kept.append(np.stack([sources[best], others[best], strengths[best]]))
    sources, others, strengths = np.concatenate(kept, axis=1)
    return Cooccurrence(
        config, ItemWeights.of(sources.astype(np.int64), others, strengths / _usual(sources, strengths), n)
    )


def _usual(sources: np.ndarray, strengths: np.ndarray) -> float:
    """The mean strength of a strongest neighbour; 1 when there is none."""
    first = np.flatnonzero(np.diff(sources, prepend=-1))
    return float(np.maximum.reduceat(strengths, first).mean()) if len(first) else 1.0
