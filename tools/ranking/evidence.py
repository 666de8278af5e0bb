"""Why an item has its score: what each thing the person said is worth, exactly.

"Worth" is the fall of the score if it had not been said: `score(context) - score(without(context, cause))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

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
    return evidence_of(ranker, context, [item_id])[0]


def evidence_of(ranker: Ranker, context: RankingContext, item_ids: Sequence[str]) -> list[Evidence]:
    """The same for several items, for little more than for one."""
    weighed = list(_weighed(ranker, context, item_ids))
    return [_of_place(item_id, place, weighed) for place, item_id in enumerate(item_ids)]


_Weighed = tuple[str, np.ndarray, list[tuple[Cause, np.ndarray]]]
"""A contribution's name, its values (n,), and what each cause is worth in them (n,)."""


def _of_place(item_id: str, place: int, weighed: Sequence[_Weighed]) -> Evidence:
    contributions = {name: float(values[place]) for name, values, _ in weighed}
    drops: dict[Cause, dict[str, float]] = {}
    for name, _, worth in weighed:
        for cause, drop in worth:
            if drop[place]:
                drops.setdefault(cause, {})[name] = float(drop[place])
    because = sorted((Because(*one) for one in drops.items()), key=lambda one: -one.drop)
    return Evidence(item_id, contributions, tuple(because))


def _weighed(ranker: Ranker, context: RankingContext, item_ids: Sequence[str]) -> Iterator[_Weighed]:
    """A pooled part knows what its causes are worth; any other is asked again without each of them."""
    if isinstance(ranker, Mixture):
        for part in ranker.parts:
            yield _as_one(part.name, ranker.weights[part.name], list(_weighed(part, context, item_ids)))
    elif isinstance(ranker, Pooled):
        voices = ranker.pool(context, item_ids)
        yield ranker.name, voices.total(), list(zip(voices.causes, voices.drops(), strict=True))
    else:
        yield from _asked_again(ranker, context, item_ids)


def _as_one(name: str, weight: float, parts: Sequence[_Weighed]) -> _Weighed:
    """A part of a mixture is one contribution, also when it names several of its own."""
    worth: dict[Cause, np.ndarray] = {}
    for cause, drop in (pair for _, _, drops in parts for pair in drops):
        worth[cause] = worth.get(cause, 0.0) + weight * drop
    return name, weight * np.sum([values for _, values, _ in parts], axis=0), list(worth.items())


def _asked_again(ranker: Ranker, context: RankingContext, item_ids: Sequence[str]) -> Iterator[_Weighed]:
    """A ranker may say in `heeds` which kinds of causes it reads; the others need not be tried."""
    heeded = getattr(ranker, "heeds", _ALL_KINDS)
    tried = [cause for cause in causes(context) if isinstance(cause, heeded)]
    after = {cause: ranker.score(without(context, cause), item_ids).contributions for cause in tried}
    for name, values in ranker.score(context, item_ids).contributions.items():
        yield name, values, [(cause, values - left.get(name, 0.0)) for cause, left in after.items()]
