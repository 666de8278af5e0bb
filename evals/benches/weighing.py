"""Learning how a search weighs words, meaning and feedback, on graded queries: a small grid, and cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from ...tools.catalog import Catalog
from ...tools.catalog.search.blend import QueryKind, Weights, learned_weights
from ...tools.catalog.search.engine import SearchRequest
from ...tools.ranking.metrics import graded_ndcg_of, ndcg_of
from .judged import Judgments

LEXICAL = (0.4, 0.5, 0.6, 0.7)
FEEDBACK = (0.0, 0.5)
ACCESSORY = (0.0, 0.3)
_FOLDS = 7
_DEPTH = 2_000
"""Results of a search that are looked at: hardly any graded product comes later."""


def grid() -> list[Weights]:
    """The weights to choose from. Only keywords are graded, so that those of other kinds of query stay."""
    kept = learned_weights().lexical
    return [
        Weights({**kept, QueryKind.KEYWORDS: lexical, QueryKind.TITLE: lexical}, feedback, accessory)
        for lexical, feedback, accessory in product(LEXICAL, FEEDBACK, ACCESSORY)
    ]


def learnable(catalog: Catalog, judged: Judgments) -> np.ndarray:
    """Shape (weights, queries, 2): NDCG@10 over the graded products and over all, for every choice of `grid`."""
    return np.array([_measured(catalog, judged, weights) for weights in grid()])


def best(scores: np.ndarray) -> int:
    """The choice (of shape (weights, queries, 2)) with the highest sum of both means; of equal ones the first."""
    return int(np.argmax(scores.mean(axis=1).sum(axis=1)))


def cross_validated(scores: np.ndarray, seed: int) -> tuple[float, float]:
    """Means over queries, each scored by the weights chosen on the other folds."""
    order = np.random.default_rng(seed).permutation(scores.shape[1])
    found: list[np.ndarray] = []
    for fold in np.array_split(order, _FOLDS):
        rest = np.setdiff1d(order, fold)
        found.append(scores[best(scores[:, rest]), fold])
    graded, every = np.concatenate(found).mean(axis=0)
    return float(graded), float(every)


def _measured(catalog: Catalog, judged: Judgments, weights: Weights) -> Sequence[tuple[float, float]]:
    weighing, found = catalog.weighing(weights), []
    for query in judged.answerable:
        order = [hit.item_id for hit in weighing(SearchRequest(query, k=_DEPTH)).hits]
        grades = judged.grades[query]
        found.append((graded_ndcg_of(order, grades), ndcg_of(order, grades)))
    return found
