"""What a person would think of an item: factorised ratings with biases, the person folded in.

The weight of an event, -1 to 1 as its rating says, is mean + b_i + c_u + v_i u (Koren, Bell, Volinsky 2009, "Matrix
Factorization Techniques for Recommender Systems"), fitted by alternating least squares; u of a history is its ridge
regression on v. A history has no c: a first dislike would make a harsh judge, whose likes count for more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Self

import numpy as np

from ..data.model import Histories, Interactions, ItemTable
from .leastsquares import System
from .protocol import ModelState
from .sparse import rounded

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RatingsConfig:
    """Size, shrinkage and rounds."""

    dimensions: int = 16
    ridge: float = 0.03
    """Shrinkage, times the events of a person or item."""
    least: float = 2.0
    """Shrinkage of those with few events, in events."""
    rounds: int = 10


class Ratings:
    """The predicted weight of an item above that of an average one: for a stranger its bias alone."""

    name = "ratings"

    def __init__(self, config: RatingsConfig, items: np.ndarray, mean: float) -> None:
        self._config = config
        self._items = items
        self._mean = mean
        self._system = System.of(items[:, 1:], 0.0, config.ridge, config.least)

    @property
    def items(self) -> np.ndarray:
        """Shape (n, 1 + d), float32: bias and vector; 0 for an item without ratings."""
        return self._items

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Shape (b, n) or (b, k)."""
        wanted = self._items if rows is None else self._items[rows]
        targets = histories.weights - self._mean - self._items[histories.rows, 0]
        people = self._system.rows(histories.starts, histories.rows, (histories.rows >= 0) * 1.0, targets)
        return (wanted[:, 0] + people @ wanted[:, 1:].T).astype(np.float32)

    def state(self) -> ModelState:
        """Biases and vectors of items."""
        tensors = {"items": self._items.astype(np.float16), "mean": np.array([self._mean])}
        return ModelState(asdict(self._config), tensors)

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:  # noqa: ARG003 - vectors are by row
        """The model again."""
        vectors = state.tensors["items"].astype(np.float32)
        return cls(RatingsConfig(**state.config), vectors, float(state.tensors["mean"][0]))


def fit(
    train: Interactions,
    config: RatingsConfig,
    *,
    seed: int,
    start: Ratings | None = None,
    progress: Progress = lambda _done, _total: None,
) -> Ratings:
    """Alternates between users and items; with `start`, a model of the same items, half as long from its vectors on."""
    mean = float(train.weights.mean()) if len(train) else 0.0
    order = np.argsort(train.rows, kind="stable")
    by_user = np.searchsorted(train.users, np.arange(len(train.user_ids) + 1))
    by_item = np.searchsorted(train.rows[order], np.arange(len(train.items) + 1))
    items = start.items if start else _random(len(train.items), config.dimensions, seed)
    rounds, ones = (max(1, config.rounds // 2) if start else config.rounds), np.ones(len(train))
    for done in range(rounds):
        people = _side(items, config).rows(by_user, train.rows, ones, train.weights - mean - items[train.rows, 0])
        targets = train.weights - mean - people[train.users, 0]
        items = _side(people, config).rows(by_item, train.users[order], ones, targets[order])
        progress(done + 1, rounds)
    return Ratings(config, rounded(items), mean)


def _side(rows: np.ndarray, config: RatingsConfig) -> System:
    return System.of(_beside_one(rows), 0.0, config.ridge, config.least)


def _beside_one(rows: np.ndarray) -> np.ndarray:
    """[bias, vector] -> [1, vector]: what the bias and the vector of the other side are multiplied with."""
    return np.concatenate([np.ones((len(rows), 1), np.float32), rows[:, 1:]], axis=1)


def _random(n: int, dimensions: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((n, dimensions)) * 0.1
    return np.concatenate([np.zeros((n, 1)), vectors], axis=1).astype(np.float32)
