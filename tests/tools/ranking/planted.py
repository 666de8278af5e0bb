"""A part that takes long for each item, as a language model does, but knows a planted rule: kinds go by the row."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Self

import numpy as np
from langgraph_recommender.tools.ranking.data.model import Histories, Interactions, ItemTable
from langgraph_recommender.tools.ranking.models.protocol import ModelState


@dataclass(frozen=True)
class PlantedConfig:
    candidates: int = 10
    choices: int = 500
    helpful: float = 1.0
    misleading: bool = False


@dataclass(frozen=True)
class Planted:
    """1 for items of the kind that is liked, -1 where it is disliked, and a little that tells items apart."""

    config: PlantedConfig
    items: ItemTable
    asked: list[int] = field(default_factory=list, compare=False)
    name: str = "planted"

    @property
    def candidates(self) -> int:
        return self.config.candidates

    @property
    def choices(self) -> int:
        return self.config.choices

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        wanted = np.arange(len(self.items)) if rows is None else rows
        return self.score_each(histories, np.tile(wanted, (len(histories), 1)))

    def score_each(self, histories: Histories, rows: np.ndarray) -> np.ndarray:
        self.asked.append(int((rows >= 0).sum()))
        found = np.zeros(rows.shape, np.float32)
        for i, (start, stop) in enumerate(pairwise(histories.starts.tolist())):
            for row, weight in zip(histories.rows[start:stop], histories.weights[start:stop], strict=True):
                sign = -1 if self.config.misleading else 1
                found[i] += (
                    sign * self.config.helpful * weight * (rows[i] % 2 == row % 2) / (stop - start) if row >= 0 else 0
                )
        noise = np.sin(rows * 12.9898 + 3)
        return np.where(rows < 0, 0.0, found + 0.1 * noise).astype(np.float32)

    def over(self, items: ItemTable) -> Planted:
        return Planted(self.config, items, self.asked)

    def state(self) -> ModelState:
        return ModelState(
            asdict(self.config),
            {"nothing": np.zeros(1, np.float32)},
        )

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        return cls(PlantedConfig(**state.config), items)


def fit(train: Interactions, config: PlantedConfig) -> Planted:
    return Planted(config, train.items)


def readers(users: int = 160, items: int = 60, seed: int = 3) -> Interactions:
    """Everybody takes eight items of one kind, the even or the odd ones, in any order."""
    random = np.random.default_rng(seed)
    rows = [random.permutation(np.arange(user % 2, items, 2))[:8] for user in range(users)]
    table = ItemTable(tuple(f"{row}" for row in range(items)), None, tuple(f"Thing {row}" for row in range(items)))
    owners, events = np.repeat(np.arange(users), 8).astype(np.int32), np.concatenate(rows).astype(np.int32)
    times = np.tile(np.arange(8) * 86400.0, users)
    return Interactions(
        tuple(f"u{user}" for user in range(users)), table, owners, events, np.ones(len(events), np.float32), times
    )
