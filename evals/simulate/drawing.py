"""Goals drawn by lot from a catalog, so that the same seed draws the same goal whatever the language of the talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from ...tools.constraints import Constraint, Op
from ...tools.errors import SuiteError
from ...tools.items import Facet, FacetRole, Item
from ..generate.conditions import Condition, Form, draw
from ..suite.simulation import Needed
from .describing import Ground, is_not
from .goals import Goal, Kind, Taste, half, meeting, utilities
from .leaking import leaks

_TRIES, _SECOND_TRIES = 400, 20
_MOST_ALIKE = 10
"""An item may be looked for when so many items at most answer to all that can be said of it: two short lists."""
_WIDEST_NEED, _FEW = 0.02, 3
"""At most that share of the catalog meets a need, or a few items of a small catalog."""
_CATEGORY_SHARE = 0.85
_VALUES_TOLD = 2
_COMMON = 0.01
"""Share of the catalog that has a value at least, for somebody to find out that they like it."""
_FORMS: dict[Op, Form] = {
    Op.EQ: "is",
    Op.IN: "one_of",
    Op.NE: "is_not",
    Op.LE: "at_most",
    Op.LT: "at_most",
    Op.GE: "at_least",
    Op.GT: "at_least",
    Op.BETWEEN: "between",
}


def draw_goal(kind: Kind, ground: Ground, rng: Random) -> Goal:
    """A goal that something in the catalog meets. Raises SuiteError for a catalog too poor to talk about."""
    items = ground.available
    for _ in range(_TRIES):
        goal = _DRAWERS[kind](ground, rng.choice(items), rng) if items else None
        if goal is not None:
            return goal
    raise SuiteError(f"no {kind} can be drawn from this catalog.", cure="Give it facets with values that repeat.")


def goal_of_item(ground: Ground, item: Item, rng: Random) -> Goal:
    """Somebody has this item in mind, and knows what its facets and its text say."""
    hard = tuple(one for facet in _ordered(ground.facets, rng) for one in _all_told(ground, item, facet, rng))
    return Goal("item", frozenset({item.id}), hard, target=item.id, clue=ground.clue(item, rng))


def goal_of_need(ground: Ground, need: Needed) -> Goal:
    """The need that a suite states. Raises SuiteError when no item meets it."""
    hard = tuple(condition_of(one, ground) for one in ground.facts.filters(need.must))
    tastes = tuple(Taste(condition_of(one, ground)) for one in ground.facts.filters(need.prefer))
    wanted = meeting(ground, hard, tastes, half(tastes))
    if not wanted:
        raise SuiteError("no item of the catalog meets the need.", cure="Ask for less in `must`.")
    return Goal("need", wanted, hard, tastes, half(tastes))


def condition_of(constraint: Constraint, ground: Ground) -> Condition:
    """The condition that a constraint puts into words."""
    facet = ground.facts.schema.facet(constraint.facet)
    assert facet is not None, "filters are parsed against the schema"
    form = _FORMS.get(constraint.op)
    if form is None:
        raise SuiteError(f"a person cannot say {constraint.op} of {facet.name}.", cure="Use =, !=, <=, >= or between.")
    numbers = tuple(float(one) for one in constraint.values if isinstance(one, float | int))
    return Condition(facet, form, constraint, numbers, tuple(one for one in constraint.values if isinstance(one, str)))


def with_second_thoughts(goal: Goal, ground: Ground, rng: Random) -> Goal:
    """The same goal of somebody who first asks for something else: another value, or a thing that does not matter."""
    asked = {one.facet.name for one in goal.hard}
    offers = [one for one in ground.offers if one.facet.name in asked]
    for _ in range(_SECOND_TRIES if offers else 0):
        condition = draw(rng.choice(offers), rng)
        others = [one.constraint for one in goal.hard if one.facet.name != condition.facet.name]
        replaced = [one for one in goal.hard if one.facet.name == condition.facet.name]
        differs = not replaced or not goal.wanted & ground.facts.admitted((condition.constraint,))
        if differs and ground.facts.admitted((*others, condition.constraint)):
            return replace(goal, first=condition)
    return goal


def liked_before(goal: Goal, ground: Ground, count: int, rng: Random) -> tuple[str, ...]:
    """Ids of items that somebody with these tastes has liked: they meet much of what is wanted, and are not it."""
    conditions = [*goal.hard, *(one.condition for one in goal.tastes if one.weight > 0)]
    admitted = [ground.facts.admitted((one.constraint,)) for one in conditions]
    others = [one for one in ground.facts.items if one not in goal.wanted]
    scored = sorted(((sum(one in ids for ids in admitted), rng.random(), one) for one in others), reverse=True)
    return tuple(one for _, _, one in scored[:count])


def _need(ground: Ground, item: Item, rng: Random) -> Goal | None:
    facets = _ordered(ground.facets, rng)
    told = [one for facet in facets if (one := ground.true_of(item, facet, rng, fewest=ground.fewest))]
    size = rng.choice((2, 2, 3))
    hard, rest = tuple(told[:size]), told[size : size + rng.choice((1, 1, 2))]
    tastes = tuple(map(Taste, rest))
    wanted = meeting(ground, hard, tastes, half(tastes))
    return Goal("need", wanted, hard, tastes, half(tastes)) if hard and _narrow(wanted, ground) else None


def _item(ground: Ground, item: Item, rng: Random) -> Goal | None:
    """None for an item that cannot be told from others, or not without its title."""
    goal = goal_of_item(ground, item, rng)
    alike = ground.facts.admitted(one.constraint for one in goal.hard)
    told = " ".join(value for one in goal.hard for value in one.values)
    fair = len(goal.hard) > 1 and len(alike) <= _MOST_ALIKE and not leaks(told, item)
    return goal if fair else None


def _discovery(ground: Ground, item: Item, rng: Random) -> Goal | None:
    """Tastes that the person does not know of yet: what one item has, and one thing that it has not.

    In the end they are content with the best few of the catalog by these.
    """
    facets = _ordered(ground.facets, rng)
    common = max(ground.fewest, int(_COMMON * len(ground.available)))
    liked = [one for facet in facets if (one := ground.true_of(item, facet, rng, fewest=common))][:4]
    if len(liked) < 2:
        return None
    tastes = [Taste(one, round(rng.uniform(0.5, 1.0), 2)) for one in liked]
    averse = _averse(ground, item, rng)
    tastes += [Taste(averse, -0.5)] if averse else []
    for enough in sorted(set(utilities(ground, tastes).values())):
        wanted = meeting(ground, (), tastes, enough)
        if enough > 0 and _narrow(wanted, ground):
            return Goal("discovery", wanted, tastes=tuple(tastes), enough=enough)
    return None


def _narrow(wanted: frozenset[str], ground: Ground) -> bool:
    return 0 < len(wanted) <= max(_FEW, _WIDEST_NEED * len(ground.available))


def _averse(ground: Ground, item: Item, rng: Random) -> Condition | None:
    category = next((one for one in ground.facets if one.role is FacetRole.CATEGORY), None)
    if category is None:
        return None
    own = set(ground.values_of(item, category))
    counts = ground.counts[category.name]
    others = [one for one, count in sorted(counts.items()) if count >= ground.fewest and one not in own]
    value = rng.choice(others) if others else ""
    condition = is_not(category, value)
    return Condition(category, "is", Constraint(facet=category.name, op=Op.EQ, value=value), values=condition.values)


def _all_told(ground: Ground, item: Item, facet: Facet, rng: Random) -> list[Condition]:
    """One condition on the facet; of a facet with several values, up to two."""
    told = [ground.true_of(item, facet, rng) for _ in range(_VALUES_TOLD)]
    several = {one.constraint: one for one in told if one}
    return list(several.values())[: _VALUES_TOLD if told[0] and told[0].values else 1]


def _ordered(facets: Sequence[Facet], rng: Random) -> list[Facet]:
    """In random order; mostly the kind of thing first, as people do."""
    shuffled = rng.sample(list(facets), len(facets))
    first = rng.random() < _CATEGORY_SHARE
    return sorted(shuffled, key=lambda one: one.role is not FacetRole.CATEGORY) if first else shuffled


_DRAWERS = {"need": _need, "item": _item, "discovery": _discovery}
