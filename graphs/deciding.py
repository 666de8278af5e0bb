"""Which likes a recommendation hinges on: without them, the list chosen from the same candidates would not hold it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from ..tools.ranking.alternatives import alternatives
from ..tools.ranking.causes import Cause, FeedbackOn
from ..tools.ranking.counterfactual import search
from ..tools.ranking.evidence import Because
from ..tools.ranking.protocol import Ranker, RankingContext
from .state import Candidate

MOST_TRIED = 4
"""Likes that may be thought away, the weightiest ones: all, each alone and two together are eleven lists."""
_BUDGET = 10
_A_LIKE = 0.5
"""Weight from which feedback says that the person liked the item, or chose it."""

Choose = Callable[[list[Candidate]], list[Candidate]]
"""The list that is shown of some candidates, the best first."""


def liked_ids(context: RankingContext) -> frozenset[str]:
    """Items whose newest feedback is a like."""
    newest = {one.item_id: one.weight for one in context.history}
    return frozenset(item_id for item_id, weight in newest.items() if weight >= _A_LIKE)


def known_ids(context: RankingContext) -> frozenset[str]:
    """Items whose newest feedback says that the person has seen or looked at it, and nothing on how it was."""
    newest = {one.item_id: one.weight for one in context.history}
    return frozenset(item_id for item_id, weight in newest.items() if 0 < weight < _A_LIKE)


def hinges(
    ranker: Ranker,
    context: RankingContext,
    pool: Sequence[Candidate],
    because: Mapping[str, Sequence[Because]],
    choose: Choose,
) -> dict[str, tuple[str, ...]]:
    """For items of `because`, the fewest likes without which each would not be chosen, where there are any such.

    All items ask for the same alternatives: each is scored once.
    """
    causes = _weightiest(because, liked_ids(context))
    if not causes:
        return {}
    ids = [one.item_id for one in pool]
    alternative = alternatives(ranker, context, ids, causes)

    @cache
    def asked(kept: bytes) -> np.ndarray:
        return alternative(np.frombuffer(kept, dtype=bool).reshape(-1, len(causes)))

    @cache
    def chosen(totals: bytes) -> frozenset[str]:
        return frozenset(one.item_id for one in choose(_rescored(pool, np.frombuffer(totals))))

    found: dict[str, tuple[str, ...]] = {}
    for item_id in because:
        change = search(
            lambda kept: asked(kept.tobytes()),
            causes,
            ids.index(item_id),
            lambda values, item_id=item_id: item_id in chosen(np.ascontiguousarray(values).tobytes()),
            item_id,
            budget=_BUDGET,
        )
        if change is not None:
            found[item_id] = change.without
    return found


def _weightiest(because: Mapping[str, Sequence[Because]], liked: frozenset[str]) -> list[Cause]:
    """Likes by what they are worth to any of the items."""
    worth: dict[Cause, float] = {}
    for one in (each for reasons in because.values() for each in reasons):
        if isinstance(one.cause, FeedbackOn) and one.cause.item_id in liked and one.drop > 0:
            worth[one.cause] = max(one.drop, worth.get(one.cause, 0.0))
    return sorted(worth, key=lambda cause: -worth[cause])[:MOST_TRIED]


def _rescored(pool: Sequence[Candidate], totals: np.ndarray) -> list[Candidate]:
    """With those totals instead, the best first."""
    order = np.argsort(-totals, kind="stable").tolist()
    return [_with_total(pool[row], float(totals[row])) for row in order]


def _with_total(one: Candidate, total: float) -> Candidate:
    changed = {**one.contributions, "unsaid": total - sum(one.contributions.values())}
    return Candidate(one.item_id, one.score, one.provenance, changed)
