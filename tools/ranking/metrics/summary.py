"""All metrics of many lists at once, as training prints them and a benchmark compares them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .accuracy import recall, reciprocal_rank
from .diversity import intra_list_diversity
from .facts import ItemFacts
from .ndcg import ndcg
from .relevance import Relevant
from .spread import average_popularity, coverage, gini, mean_of, novelty
from .tastes import miscalibration, mix_of_lists

Accuracy = Callable[[np.ndarray, Relevant, int], np.ndarray]


@dataclass(frozen=True, slots=True)
class ListSummary:
    """Means over the lists of b people, each at k; None where nothing is known of it."""

    k: int
    ndcg: float | None
    recall: float | None
    mrr: float | None
    coverage: float
    gini: float
    popularity: float
    """Average popularity (ARP)."""
    novelty: float
    """Mean self-information, in bits."""
    diversity: float | None
    """Mean distance within a list, by the vectors of the items."""
    miscalibration: float | None
    """Steck's KL between the taste of a person and the list, in nats."""


def summary(
    lists: np.ndarray, relevant: Relevant | None, facts: ItemFacts, k: int, *, tastes: np.ndarray | None = None
) -> ListSummary:
    """`lists` (b, m) of which the first k count, `tastes` (b, g) as `mix_of_histories` gives them.

    >>> facts = ItemFacts(np.array([8, 4, 4, 0]), 8)
    >>> found = summary(np.array([[0, 1], [1, 2]]), Relevant.of([[1], [1]]), facts, 2)
    >>> round(found.ndcg or 0.0, 4), found.recall, found.mrr, found.coverage, found.popularity, found.novelty
    (0.8155, 1.0, 0.75, 0.75, 5.0, 0.75)
    """
    shown, n = lists[:, :k], len(facts.counts)
    return ListSummary(
        k=k,
        ndcg=_mean(ndcg, shown, relevant, k),
        recall=_mean(recall, shown, relevant, k),
        mrr=_mean(reciprocal_rank, shown, relevant, k),
        coverage=coverage(shown, n),
        gini=gini(shown, n),
        popularity=mean_of(average_popularity(shown, facts.counts)),
        novelty=mean_of(novelty(shown, facts.counts, facts.people)),
        diversity=_diversity(shown, facts),
        miscalibration=_off(shown, facts, tastes),
    )


def _mean(metric: Accuracy, shown: np.ndarray, relevant: Relevant | None, k: int) -> float | None:
    return float(metric(shown, relevant, k).mean()) if relevant and len(shown) else None


def _diversity(shown: np.ndarray, facts: ItemFacts) -> float | None:
    return None if facts.vectors is None else mean_of(intra_list_diversity(shown, facts.vectors))


def _off(shown: np.ndarray, facts: ItemFacts, tastes: np.ndarray | None) -> float | None:
    if facts.shares is None or tastes is None:
        return None
    return mean_of(miscalibration(tastes, mix_of_lists(shown, facts.shares)))
