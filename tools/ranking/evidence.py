"""Why an item has its score: what each thing the person said is worth, exactly.

"Worth" is the fall of the score if it had not been said: `score(context) - score(without(context, cause))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..constraints import Constraint
from ..profile.model import Preference
from .causes import AskedLike, Cause, FeedbackOn, causes, without
from .mixture import Mixture
from .pool import Pooled
from .protocol import Ranker, RankingContext

_ALL_KINDS = (AskedLike, FeedbackOn, Preference, Constraint)


@dataclass(frozen=True, slots=True)
class Because:
    """One cause, and by how much each contribution of the item's score would fall without it."""

    cause: Cause
    drops: dict[str, float]

    @property
    def drop(self) -> float:
        """By how much the score would fall; negative when the cause speaks against the item."""
        return sum(self.drops.values())


@dataclass(frozen=True, slots=True)
class Evidence:
    """The facts behind one score: contributions that add up to it, and causes, the weightiest first."""

    item_id: str
    contributions: dict[str, float]
    because: tuple[Because, ...] = field(default=())

    @property
    def score(self) -> float:
        """The item's score."""
        return sum(self.contributions.values())


def evidence(ranker: Ranker, context: RankingContext, item_id: str) -> Evidence:
    """What the score of the item rests on. Causes that do not move it are left out. Raises UnknownItemError."""
    contributions = _contributions(ranker, context, item_id)
    drops: dict[Cause, dict[str, float]] = {}
    for name, cause, drop in _drops(ranker, context, item_id):
        if drop:
            drops.setdefault(cause, {})[name] = drop
    because = sorted((Because(*one) for one in drops.items()), key=lambda one: -one.drop)
    return Evidence(item_id, contributions, tuple(because))


def _drops(ranker: Ranker, context: RankingContext, item_id: str) -> Iterator[tuple[str, Cause, float]]:
    """(contribution, cause, drop). A pooled part knows its drops; any other is asked again without each cause."""
    if isinstance(ranker, Mixture):
        for part in ranker.parts:
            weight = ranker.weights[part.name]
            yield from ((part.name, cause, weight * drop) for _, cause, drop in _drops(part, context, item_id))
    elif isinstance(ranker, Pooled):
        pool = ranker.pool(context, [item_id])
        drops = pool.drops()[:, 0].tolist()
        yield from ((ranker.name, cause, drop) for cause, drop in zip(pool.causes, drops, strict=True))
    else:
        yield from _asked_again(ranker, context, item_id)


def _asked_again(ranker: Ranker, context: RankingContext, item_id: str) -> Iterator[tuple[str, Cause, float]]:
    """A ranker may say in `heeds` which kinds of causes it reads; the others need not be tried."""
    heeded = getattr(ranker, "heeds", _ALL_KINDS)
    before = _contributions(ranker, context, item_id)
    for cause in (one for one in causes(context) if isinstance(one, heeded)):
        after = _contributions(ranker, without(context, cause), item_id)
        yield from ((name, cause, before[name] - after.get(name, 0.0)) for name in before)


def _contributions(ranker: Ranker, context: RankingContext, item_id: str) -> dict[str, float]:
    scores = ranker.score(context, [item_id])
    return {name: float(values[0]) for name, values in scores.contributions.items()}
