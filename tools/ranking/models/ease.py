"""Each item predicted from all others of the person's history: EASE, with recency.

Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data", over a Gram matrix in which two events of one person
count less the farther they are apart: with `distance_decay` 1 and a window as long as the histories it is EASE as
published. Where the dense matrix does not fit, each item is predicted from its nearest ones only, as in SLIM
(Ning and Karypis 2011).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ...errors import SettingsError
from ..data.model import Histories, Interactions, ItemTable
from .gram import Gram, indefinite
from .pairs import each_once
from .protocol import ModelState
from .recency import Recency
from .ridge import Reach, ridge_weights
from .sparse import ItemWeights


@dataclass(frozen=True, slots=True)
class EaseConfig:
    """What is counted, how it is shrunk, how a history is read."""

    window: int = 40
    """How many events apart two items may be."""
    distance_decay: float = 0.9
    """What a pair one event farther apart counts less."""
    ridge: float = 20.0
    """Added to the diagonal of the Gram matrix, in events."""
    ridge_share: float = 0.5
    """The same as a share of the events of the item, as dropping that share of them at random would
    (Steck 2020, "Autoencoders that don't overfit towards the Identity")."""
    decay: float = 0.9
    """What an event of the history counts less for each one that came after it."""
    half_life: float = 0.0
    """Days after which an event of the history counts half; 0: its age does not count."""
    last: int = 500
    """Events of a person that count, the last ones."""
    gib: float = 0.5
    """Memory for the dense solution, which takes 12 n^2 bytes; a catalog that needs more is solved locally."""
    leading: int = 50
    """How many items each one is predicted from when it is solved locally."""
    neighbours: int = 200
    """How many weights of each item are kept, the largest."""

    @property
    def recency(self) -> Recency:
        """How a history is read."""
        return Recency(self.decay, self.half_life, self.last)

    @property
    def reach(self) -> Reach:
        """How many weights are sought, and how many kept."""
        return Reach(self.gib, self.leading, self.neighbours)


class Ease:
    """The events of a history, weighted by recency, times the weights of each for all others."""

    name = "ease"

    def __init__(self, config: EaseConfig, weights: ItemWeights) -> None:
        self._config = config
        self._weights = weights

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Sums over the history, shape (b, n) or (b, k)."""
        return self._weights.fold(histories, self._config.recency.weights(histories), rows)

    def state(self) -> ModelState:
        """The weights, sparse."""
        return ModelState(asdict(self._config), self._weights.tensors())

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - weights are by row
        """The model again."""
        return cls(EaseConfig(**state.config), ItemWeights.from_tensors(state.tensors))


def fit(train: Interactions, config: EaseConfig) -> Ease:
    """In closed form; a share of the ridge too small for a solution is raised to what is needed.

    Raises SettingsError for a ridge that is not above 0.
    """
    if config.ridge <= 0:
        raise SettingsError(f"The ridge of EASE is {config.ridge:g}.", cure="Give one above 0, in events: 20.")
    taken = each_once(train, config.last)
    gram = Gram.of(taken, config.window, config.distance_decay)
    longest = int(np.bincount(taken.users).max(initial=0))
    share = max(config.ridge_share, indefinite(longest, config.window, config.distance_decay))
    ridge = (config.ridge + share * gram.diagonal).astype(np.float32)
    return Ease(config, ridge_weights(gram, config.reach, ridge))
