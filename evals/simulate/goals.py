"""What a simulated person has in mind: conditions and tastes, or one item, and which items of the catalog meet it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ...tools.constraints import matches
from ...tools.items import Item
from ..generate.conditions import Condition
from .describing import Ground

Kind = Literal["item", "need", "discovery"]


@dataclass(frozen=True)
class Taste:
    """Something that is good to have, or with a negative weight to be without."""

    condition: Condition
    weight: float = 1.0


@dataclass(frozen=True)
class Goal:
    """What would make the person content. `wanted` holds the ids of the items that do."""

    kind: Kind
    wanted: frozenset[str]
    hard: tuple[Condition, ...] = ()
    tastes: tuple[Taste, ...] = ()
    enough: float = 0.0
    """Least sum of the weights of the tastes that an item meets."""
    target: str = ""
    """Id of the item, when it is one item that they have in mind."""
    clue: tuple[str, ...] = field(default=())
    """Words of the target's text that are not in its title."""
    first: Condition | None = None
    """What they say first and take back later."""

    def without(self, taste: Taste, ground: Ground) -> Goal:
        """The goal of somebody who gave that taste up."""
        left = tuple(one for one in self.tastes if one is not taste)
        enough = min(self.enough, half(left))
        return replace(self, tastes=left, enough=enough, wanted=meeting(ground, self.hard, left, enough))

    def refusing(self, refused: Condition, ground: Ground) -> Goal | None:
        """The goal with that property excluded; None when nothing would be left."""
        left = self.wanted & ground.facts.admitted((refused.constraint,))
        return replace(self, wanted=left) if left else None


def half(tastes: Sequence[Taste]) -> float:
    """Half of what can be had, of whole tastes rounded up."""
    weights = sorted((one.weight for one in tastes if one.weight > 0), reverse=True)
    return sum(weights[: (len(weights) + 1) // 2])


def meeting(ground: Ground, hard: Sequence[Condition], tastes: Sequence[Taste], enough: float) -> frozenset[str]:
    """Ids of the items in stock that meet every hard condition and enough of the tastes."""
    fitting = ground.facts.admitted(one.constraint for one in hard) & ground.available_ids
    worth = utilities(ground, tastes) if tastes else {}
    return frozenset(one for one in fitting if worth.get(one, 0.0) >= enough - 1e-9)


def utilities(ground: Ground, tastes: Sequence[Taste]) -> dict[str, float]:
    """By id, the sum of the weights of the tastes that the item meets, where it meets any."""
    worth = dict[str, float]()
    for one in tastes:
        for item in ground.facts.admitted((one.condition.constraint,)):
            worth[item] = worth.get(item, 0.0) + one.weight
    return worth


def holds(condition: Condition, item: Item) -> bool:
    """Whether the item meets the condition."""
    return matches(condition.constraint, item.facets.get(condition.facet.name))
