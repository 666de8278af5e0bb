"""Full ranking: where each held-out item stands among all items that its person has not had yet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..data.model import Histories
from ..data.splits import Held

Score = Callable[[Histories], np.ndarray]
"""Histories (b) to scores (b, n)."""


def ranks(score: Score, held: Held, *, batch: int = 256) -> np.ndarray:
    """Shape (b,), float: 1 for the top. Items of the history are left out; equal scores share their mean rank."""
    found = []
    for start in range(0, len(held.targets), batch):
        histories = held.histories.slice(start, start + batch)
        found.append(_ranks(np.array(score(histories), np.float64), histories, held.targets[start : start + batch]))
    return np.concatenate(found) if found else np.zeros(0)


def _ranks(scores: np.ndarray, histories: Histories, targets: np.ndarray) -> np.ndarray:
    everyone = np.arange(len(targets))
    own = scores[everyone, targets].copy()
    known = histories.rows >= 0
    scores[histories.owners()[known], histories.rows[known]] = -np.inf
    scores[everyone, targets] = own
    return 1 + (scores > own[:, None]).sum(axis=1) + ((scores == own[:, None]).sum(axis=1) - 1) / 2


def ndcg_at(found: np.ndarray, k: int = 10) -> np.ndarray:
    """Shape (b,): 1 / log2(rank + 1) within the first k, else 0."""
    return np.where(found <= k, 1 / np.log2(found + 1), 0.0)
