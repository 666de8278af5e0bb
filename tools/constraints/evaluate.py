"""The one evaluator of constraints: search, ranking, grounding and evaluation all call `matches` or `admits`."""

from __future__ import annotations

import operator
from collections.abc import Iterable
from functools import lru_cache

from ..items import FacetValue, Item
from ..normalize import normalize
from .model import NEGATIVE, Constraint, Op, Scalar

_REMEMBERED = 20_000
"""Facet values are compared over and over."""
_ORDER = {Op.LT: operator.lt, Op.LE: operator.le, Op.GT: operator.gt, Op.GE: operator.ge}


def matches(constraint: Constraint, value: FacetValue | None) -> bool:
    """Whether a facet value meets the constraint. A missing value meets only `!=` and `not in`."""
    if value is None or value == ():
        return constraint.op in NEGATIVE
    if constraint.op in NEGATIVE:
        return not _has_any(value, constraint.values)
    if constraint.op in (Op.EQ, Op.IN):
        return _has_any(value, constraint.values)
    if constraint.op is Op.ALL:
        return all(_has_any(value, (wanted,)) for wanted in constraint.values)
    if constraint.op is Op.CONTAINS:
        return any(normalize(str(constraint.value)) in normalize(str(part)) for part in _parts(value))
    if constraint.op is Op.BETWEEN:
        low, high = constraint.values
        return any(_compare(Op.GE, part, low) and _compare(Op.LE, part, high) for part in _parts(value))
    return any(_compare(constraint.op, part, constraint.values[0]) for part in _parts(value))


def admits(constraints: Iterable[Constraint], item: Item) -> bool:
    """Whether an item meets every hard constraint. Soft ones never exclude."""
    return all(matches(one, item.facets.get(one.facet)) for one in constraints if one.hard)


def _parts(value: FacetValue) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def _has_any(value: FacetValue, wanted: tuple[Scalar, ...]) -> bool:
    return not _comparable(_parts(value)).isdisjoint(_comparable(wanted))


@lru_cache(maxsize=_REMEMBERED)
def _comparable(values: tuple[Scalar, ...]) -> frozenset[str | float]:
    """Words as `normalize` has them, numbers as floats: no word equals a number."""
    return frozenset(normalize(one) if isinstance(one, str) else float(one) for one in values)


def _compare(op: Op, value: Scalar, bound: Scalar) -> bool:
    if isinstance(value, str) != isinstance(bound, str):
        return False
    return bool(_ORDER[op](value, bound))
