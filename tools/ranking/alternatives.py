"""What the candidates would score had some of it not been said: many such alternatives at once, each exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from .causes import Cause, without
from .mixture import Mixture, reread_best
from .pool import Pooled
from .protocol import Ranker, RankingContext, Scores

Alternatives = Callable[[np.ndarray], np.ndarray]
"""Of h causes, those that are kept, shape (b, h), bool, to scores of n candidates, shape (b, n)."""


def alternatives(
    ranker: Ranker, context: RankingContext, candidates: Sequence[str], causes: Sequence[Cause]
) -> Alternatives:
    """Scores by which of the causes had been said; everything else in the context stays. Raises UnknownItemError."""
    if isinstance(ranker, Mixture):
        parts = [(ranker.weights[one.name], alternatives(one, context, candidates, causes)) for one in ranker.whole]
        told = partial(_reread, ranker, context, candidates, causes)
        return lambda kept: told(kept, np.sum([weight * part(kept) for weight, part in parts], axis=0))
    if isinstance(ranker, Pooled):
        return _pooled(ranker, context, candidates, causes)
    heeded = getattr(ranker, "heeds", None)
    if heeded is not None and not any(isinstance(one, heeded) for one in causes):
        same = ranker.score(context, candidates).total
        return lambda kept: np.broadcast_to(same, (len(kept), len(same)))
    return lambda kept: np.array([_asked_again(ranker, context, candidates, causes, row) for row in kept])


def _reread(
    ranker: Mixture,
    context: RankingContext,
    candidates: Sequence[str],
    causes: Sequence[Cause],
    kept: np.ndarray,
    scores: np.ndarray,
) -> np.ndarray:
    """With what parts say that are asked about the best by the scores (b, n) of the others only."""
    if not ranker.rereading:
        return scores
    found = scores.copy()
    for row, values, total in zip(kept, scores, found, strict=True):
        then, others = _left(context, causes, row), Scores(tuple(candidates), {"": values})
        for part in ranker.rereading:
            total += ranker.weights[part.name] * reread_best(part, then, others)
    return found


def _pooled(
    ranker: Pooled, context: RankingContext, candidates: Sequence[str], causes: Sequence[Cause]
) -> Alternatives:
    """Alternatives that leave this part the same are asked once."""
    voices, places = ranker.pool(context, candidates), {cause: place for place, cause in enumerate(causes)}
    own = [(column, places[cause]) for column, cause in enumerate(voices.causes) if cause in places]
    columns, chosen = [column for column, _ in own], [place for _, place in own]

    def totals(kept: np.ndarray) -> np.ndarray:
        said, of = np.unique(kept[:, chosen], axis=0, return_inverse=True)
        heard = np.ones((len(said), len(voices.causes)), dtype=bool)
        heard[:, columns] = said
        return voices.kept(heard)[of]

    return totals


def _asked_again(
    ranker: Ranker, context: RankingContext, candidates: Sequence[str], causes: Sequence[Cause], kept: np.ndarray
) -> np.ndarray:
    return ranker.score(_left(context, causes, kept), candidates).total


def _left(context: RankingContext, causes: Sequence[Cause], kept: np.ndarray) -> RankingContext:
    """The context without the causes that are not kept."""
    for cause, is_kept in zip(causes, kept, strict=True):
        context = context if is_kept else without(context, cause)
    return context
