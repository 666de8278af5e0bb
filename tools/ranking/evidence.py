"""Why an item has its score: what each thing the person said is worth, exactly.

"Worth" is the fall of the score if it had not been said: `score(context) - score(without(context, cause))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..constraints import Constraint
from ..profile.model import Preference
from .causes import AskedLike, Cause, FeedbackOn, ShownPicture, causes, without
from .mixture import Mixture
from .pool import Pooled
from .protocol import Ranker, RankingContext

_ALL_KINDS = (AskedLike, ShownPicture, FeedbackOn, Preference, Constraint)


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
    contributions: dict[str, float] = {}
    drops: dict[Cause, dict[str, float]] = {}
    for name, contribution, worth in _weighed(ranker, context, item_id):
        contributions[name] = contribution
        for cause, drop in worth:
            if drop:
                drops.setdefault(cause, {})[name] = drop
    because = sorted((Because(*one) for one in drops.items()), key=lambda one: -one.drop)
    return Evidence(item_id, contributions, tuple(because))


_Weighed = tuple[str, float, list[tuple[Cause, float]]]
"""A contribution's name, its value, and what each cause is worth in it."""


def _weighed(ranker: Ranker, context: RankingContext, item_id: str) -> Iterator[_Weighed]:
    """A pooled part knows what its causes are worth; any other is asked again without each of them."""
    if isinstance(ranker, Mixture):
        for part in ranker.parts:
            yield _as_one(part.name, ranker.weights[part.name], _weighed(part, context, item_id))
    elif isinstance(ranker, Pooled):
        pool = ranker.pool(context, [item_id])
        drops = zip(pool.causes, pool.drops()[:, 0].tolist(), strict=True)
        yield ranker.name, float(pool.total()[0]), list(drops)
    else:
        yield from _asked_again(ranker, context, item_id)


def _as_one(name: str, weight: float, weighed: Iterable[_Weighed]) -> _Weighed:
    """A part of a mixture is one contribution, also when it names several of its own."""
    parts = list(weighed)
    worth: dict[Cause, float] = {}
    for cause, drop in (pair for _, _, drops in parts for pair in drops):
        worth[cause] = worth.get(cause, 0.0) + weight * drop
    return name, weight * sum(value for _, value, _ in parts), list(worth.items())


def _asked_again(ranker: Ranker, context: RankingContext, item_id: str) -> Iterator[_Weighed]:
    """A ranker may say in `heeds` which kinds of causes it reads; the others need not be tried."""
    heeded = getattr(ranker, "heeds", _ALL_KINDS)
    tried = [cause for cause in causes(context) if isinstance(cause, heeded)]
    after = {cause: _contributions(ranker, without(context, cause), item_id) for cause in tried}
    for name, value in _contributions(ranker, context, item_id).items():
        yield name, value, [(cause, value - left.get(name, 0.0)) for cause, left in after.items()]


def _contributions(ranker: Ranker, context: RankingContext, item_id: str) -> dict[str, float]:
    scores = ranker.score(context, [item_id])
    return {name: float(values[0]) for name, values in scores.contributions.items()}
