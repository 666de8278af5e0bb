"""The part of a filter that Chroma can apply itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...constraints.model import Constraint, Op

_COMPARISONS = {Op.EQ: "$eq", Op.LT: "$lt", Op.LE: "$lte", Op.GT: "$gt", Op.GE: "$gte"}


def where(constraints: Sequence[Constraint]) -> dict[str, Any] | None:
    """Hard bounds on numbers and booleans as a Chroma filter, None when there are none.

    It never excludes an item that fits. Words are left out: their spellings differ from item to item.

    >>> where([Constraint(facet="price", op=Op.BETWEEN, value=(1, 2)), Constraint(facet="brand", op=Op.EQ, value="x")])
    {'$and': [{'price': {'$gte': 1.0}}, {'price': {'$lte': 2.0}}]}
    """
    parts = [part for one in constraints if one.hard for part in _parts(one)]
    return {"$and": parts} if len(parts) > 1 else parts[0] if parts else None


def _parts(constraint: Constraint) -> Iterator[dict[str, Any]]:
    """Chroma allows one operator a dictionary, and compares numbers with numbers only."""
    values = constraint.values
    if any(isinstance(value, str) for value in values):
        return
    if constraint.op is Op.BETWEEN:
        low, high = values
        yield {constraint.facet: {"$gte": low}}
        yield {constraint.facet: {"$lte": high}}
    elif constraint.op in _COMPARISONS:
        yield {constraint.facet: {_COMPARISONS[constraint.op]: values[0]}}
