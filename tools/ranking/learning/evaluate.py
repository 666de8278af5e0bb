"""Full ranking: where each held-out item stands among all items that its person has not had yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ..data.model import Histories
from ..data.splits import Held
from ..metrics.intervals import mean_with_interval
from ..metrics.ndcg import ndcg_at as ndcg_at
from ..metrics.ranks import hit_at, reciprocal_at
from .card import Measured

Score = Callable[[Histories], np.ndarray]
"""Histories (b) to scores (b, n)."""
SeveralScores = Callable[[Histories], Mapping[str, np.ndarray]]
Progress = Callable[[int, int], None]

METRICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "NDCG@10": ndcg_at,
    "Recall@10": hit_at,
    "MRR": reciprocal_at,
}
"""Ranks (b,) to a value for each; with one held-out item Recall@10 is the hit rate too."""


def ranks(score: Score, held: Held, *, batch: int = 256) -> np.ndarray:
    """Shape (b,), float: 1 for the top. Items of the history are left out; equal scores share their mean rank."""
    found = ranks_of_several(lambda histories: {"": score(histories)}, held, batch=batch)
    return found.get("", np.zeros(0))


def ranks_of_several(
    score: SeveralScores, held: Held, *, batch: int = 256, progress: Progress | None = None
) -> dict[str, np.ndarray]:
    """As `ranks`, of several models that are asked together, by their names."""
    found: dict[str, list[np.ndarray]] = {}
    for start in range(0, len(held.targets), batch):
        histories, targets = held.histories.slice(start, start + batch), held.targets[start : start + batch]
        for name, scores in score(histories).items():
            found.setdefault(name, []).append(_ranks(scores, histories, targets))
        if progress:
            progress(start + len(targets), len(held.targets))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _ranks(scores: np.ndarray, histories: Histories, targets: np.ndarray) -> np.ndarray:
    everyone = np.arange(len(targets))
    own = scores[everyone, targets].copy()
    known = histories.rows >= 0
    competing = scores.copy()
    competing[histories.owners()[known], histories.rows[known]] = -np.inf
    competing[everyone, targets] = own
    above = np.count_nonzero(competing > own[:, None], axis=1)
    level = np.count_nonzero(competing == own[:, None], axis=1)
    return 1 + above + (level - 1) / 2


def measure(what: str, split: str, found: np.ndarray, seed: int) -> tuple[Measured, ...]:
    """All metrics over ranks (b,), each with a 95% bootstrap interval over the choices."""
    rows = []
    for name, metric in METRICS.items():
        one = mean_with_interval(metric(found), seed)
        rows.append(Measured(what, split, name, one.mean, one.low, one.high, len(found)))
    return tuple(rows)
