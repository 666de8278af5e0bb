"""What a correction of lists costs in accuracy, and what it wins: measured where models are chosen, on validation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from .data.model import Histories
from .data.splits import Held
from .metrics.facts import ItemFacts
from .metrics.intervals import Interval, paired_difference
from .metrics.ndcg import ndcg
from .metrics.relevance import Relevant, top
from .metrics.summary import ListSummary, summary
from .metrics.tastes import mix_of_histories
from .rerank import Rerank, reranked_lists

_LINES = {
    "ndcg": ("NDCG@{k}", "higher"),
    "recall": ("Recall@{k}", "higher"),
    "mrr": ("MRR@{k}", "higher"),
    "coverage": ("coverage", "higher"),
    "gini": ("Gini", "lower"),
    "popularity": ("average popularity", "lower"),
    "novelty": ("novelty, bits", "higher"),
    "diversity": ("diversity within a list", "higher"),
    "miscalibration": ("distance from the taste, nats", "lower"),
}


@dataclass(frozen=True, slots=True)
class CostLine:
    """One metric before and after."""

    metric: str
    before: float
    after: float
    better: str
    """Whether `higher` or `lower` is better."""

    @staticmethod
    def head(what: str) -> str:
        """What stands above such lines."""
        return f"{what:<30}{'before':>12}{'after':>12}{'change':>12}"

    def __str__(self) -> str:
        change = f"{self.after - self.before:+.4f}"
        return f"{self.metric:<30}{self.before:>12.4f}{self.after:>12.4f}{change:>12}  ({self.better} is better)"


@dataclass(frozen=True, slots=True)
class Cost:
    """Lists without and with a correction, for the same people."""

    options: Rerank
    people: int
    before: ListSummary
    after: ListSummary
    ndcg_change: Interval
    """After - before, paired by person: what the correction costs where it is below 0."""

    @property
    def lines(self) -> tuple[CostLine, ...]:
        """A line for every metric that the facts allow."""
        return tuple(lines_of(self.before, self.after))

    def __str__(self) -> str:
        last = f"change of NDCG with its 95% interval: {self.ndcg_change:+.4f}"
        return "\n".join([CostLine.head(f"{self.people:,} people"), *map(str, self.lines), last])


def cost(
    score: Callable[[Histories], np.ndarray],
    held: Held,
    options: Rerank,
    facts: ItemFacts,
    *,
    seed: int,
    k: int = 10,
    batch: int = 256,
) -> Cost:
    """Scores what is held out, once, and lists it with and without the correction; what a person had is left out.

    Raises InputError when nothing is held out, SettingsError when a fact that the correction needs is missing.
    """
    parts = [
        _corrected(score, held.histories.slice(start, start + batch), options, facts, k)
        for start in range(0, len(held.targets), batch)
    ]
    plain, corrected = (_stacked([part[at] for part in parts], k) for at in (0, 1))
    tastes = None if facts.shares is None else mix_of_histories(held.histories, facts.shares)
    relevant = Relevant.one_each(held.targets)
    before, after = (summary(lists, relevant, facts, k, tastes=tastes) for lists in (plain, corrected))
    change = paired_difference(ndcg(corrected, relevant, k), ndcg(plain, relevant, k), seed)
    return Cost(options, len(held.targets), before, after, change)


def _corrected(
    score: Callable[[Histories], np.ndarray], histories: Histories, options: Rerank, facts: ItemFacts, k: int
) -> tuple[np.ndarray, np.ndarray]:
    scores = np.array(score(histories), np.float64)
    known = histories.rows >= 0
    scores[histories.owners()[known], histories.rows[known]] = -np.inf
    pool = top(scores, max(options.pool, k))
    values = np.take_along_axis(scores, np.maximum(pool, 0), axis=1)
    tastes = None if facts.shares is None else mix_of_histories(histories, facts.shares)
    return pool[:, :k], reranked_lists(pool, values, k, options, facts, tastes)


def _stacked(parts: list[np.ndarray], k: int) -> np.ndarray:
    return np.concatenate(parts) if parts else np.zeros((0, k), np.int64)


def lines_of(before: ListSummary, after: ListSummary) -> Iterator[CostLine]:
    """A line for every metric that is known of both."""
    for name, (title, better) in _LINES.items():
        one, other = getattr(before, name), getattr(after, name)
        if one is not None and other is not None:
            yield CostLine(title.format(k=before.k), one, other, better)
