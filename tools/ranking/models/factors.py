"""Matrix factorisation whose users are folded in: a history becomes a vector in closed form, no user is kept.

Implicit alternating least squares (Hu, Koren, Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"),
weighed and shrunk as in Rendle et al. 2022, "Revisiting the Performance of iALS on Item Recommendation Benchmarks".
The vector u of a history minimises sum_e w_e (1 - u v_e)^2 + unseen * sum_j (u v_j)^2 over its events e and all items
j, with a ridge. A dislike is folded in alone and subtracted: it lowers what its item would raise when liked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ..data.model import Histories, Interactions, ItemTable
from .leastsquares import System
from .pairs import each_once
from .protocol import ModelState
from .recency import Recency
from .sparse import rounded

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FactorsConfig:
    """Size, shrinkage and rounds."""

    dimensions: int = 32
    unseen: float = 3.0
    """How much all that a person has not taken speaks against it, as a multiple of what people take on average."""
    ridge: float = 0.02
    """Shrinkage, times the weight of what was taken and of what was not."""
    rounds: int = 5
    decay: float = 0.7
    """What an event of the history counts less for each one that came after it."""
    half_life: float = 0.0
    """Days after which an event of the history counts half; 0: its age does not count."""
    last: int = 500
    """Events of a person that count, the last ones."""

    @property
    def recency(self) -> Recency:
        """How a history is read."""
        return Recency(self.decay, self.half_life, self.last)


class Factors:
    """The vector of a history times the vectors of items, about 1 for what it holds."""

    name = "factors"

    def __init__(self, config: FactorsConfig, vectors: np.ndarray, unseen: float) -> None:
        self._config = config
        self._system = System.of(vectors, unseen, config.ridge)

    @property
    def vectors(self) -> np.ndarray:
        """Shape (n, d), float32: 0 for an item without events."""
        return self._system.vectors

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Shape (b, n) or (b, k)."""
        wanted = self.vectors if rows is None else self.vectors[rows]
        return (self.fold(histories) @ wanted.T).astype(np.float32)

    def fold(self, histories: Histories) -> np.ndarray:
        """Vectors of histories, shape (b, d), float32."""
        weights = self._config.recency.weights(histories)
        liked = self._system.rows(histories.starts, histories.rows, np.maximum(weights, 0.0))
        return liked - self._disliked(histories, weights)

    def _disliked(self, histories: Histories, weights: np.ndarray) -> np.ndarray:
        against = np.flatnonzero(weights < 0)
        summed = np.zeros((len(histories), self.vectors.shape[1]), np.float32)
        if len(against):
            alone = self._system.rows(np.arange(len(against) + 1), histories.rows[against], np.ones(len(against)))
            np.add.at(summed, histories.owners()[against], -weights[against, None] * alone)
        return summed

    def state(self) -> ModelState:
        """The vectors of items, and what an item weighs that was not taken."""
        tensors = {"vectors": self.vectors.astype(np.float16), "unseen": np.array([self._system.unseen])}
        return ModelState(asdict(self._config), tensors)

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - vectors are by row
        """The model again."""
        vectors = state.tensors["vectors"].astype(np.float32)
        return cls(FactorsConfig(**state.config), vectors, float(state.tensors["unseen"][0]))


def fit(
    train: Interactions,
    config: FactorsConfig,
    *,
    seed: int,
    start: Factors | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Factors:
    """Alternates between users and items; with `start`, a model of the same items, half as long from its vectors on."""
    taken = each_once(train, config.last)
    n, users = len(train.items), len(train.user_ids)
    order = np.argsort(taken.rows, kind="stable")
    by_user = (_starts(taken.users, users), taken.rows, taken.weights)
    by_item = (_starts(taken.rows[order], n), taken.users[order], taken.weights[order])
    unseen = config.unseen * len(taken) / max(users * n, 1)
    vectors = start.vectors if start else _random(n, config.dimensions, seed)
    rounds = max(1, config.rounds // 2) if start else config.rounds
    for done in range(rounds):
        people = System.of(vectors, unseen, config.ridge).rows(*by_user)
        vectors = System.of(people, unseen, config.ridge).rows(*by_item)
        progress(done + 1, rounds)
    return Factors(config, rounded(vectors), unseen)


def _starts(owners: np.ndarray, count: int) -> np.ndarray:
    """Shape (count + 1,): where the events of each owner begin, owners ascending."""
    return np.searchsorted(owners, np.arange(count + 1))


def _random(n: int, dimensions: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    return (random.standard_normal((n, dimensions)) * 0.1 / np.sqrt(dimensions)).astype(np.float32)
