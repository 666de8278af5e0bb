"""When nothing fits: the smallest change to the constraints that has results."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from ...constraints.model import Constraint, Op, Scalar, Source
from ...items import FacetKind
from .columns import Column, Columns

_UPPER, _LOWER = (Op.LT, Op.LE), (Op.GT, Op.GE)
_BOUNDED = (*_UPPER, *_LOWER, Op.BETWEEN, Op.EQ)


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change to one constraint, and how many items fit then."""

    constraint: Constraint
    """The one that is in the way."""
    loosened: Constraint | None
    """With the nearest bound that some item meets ("price<5" -> "price<=9.99"); None means without the constraint."""
    fitting: int
    cost: float
    """d / (d + s) for a bound that moves by d where the catalog's values spread over s; 1 for leaving it out."""


def nearest_relaxation(columns: Columns, constraints: Sequence[Constraint]) -> Relaxation | None:
    """The cheapest change of one hard constraint after which some item fits; None when no single change helps.

    Constraints of a policy are never changed. Equal costs: the change after which more items fit.
    """
    hard = [constraint for constraint in constraints if constraint.hard]
    masks = [columns.match(constraint) for constraint in hard]
    found = [
        change
        for at, constraint in enumerate(hard)
        if constraint.source is not Source.POLICY
        for change in _changes(columns, constraint, _all_but(masks, at, columns.size))
    ]
    return min(found, key=lambda change: (change.cost, -change.fitting), default=None)


def _all_but(masks: Sequence[np.ndarray], skipped: int, size: int) -> np.ndarray:
    others = [mask for at, mask in enumerate(masks) if at != skipped]
    return np.logical_and.reduce(others) if others else np.ones(size, dtype=bool)


def _changes(columns: Columns, constraint: Constraint, others: np.ndarray) -> list[Relaxation]:
    """The ways to change one constraint that have results, given which rows meet all the others."""
    if not others.any():
        return []
    changes = [Relaxation(constraint, None, int(others.sum()), 1.0)]
    column = columns.column(constraint.facet)
    loosened = _loosened(column, constraint, others) if constraint.op in _BOUNDED else None
    if loosened is not None:
        fitting = int((columns.match(loosened) & others).sum())
        changes.append(Relaxation(constraint, loosened, fitting, _distance(column, constraint, loosened)))
    return changes


def _loosened(column: Column, constraint: Constraint, others: np.ndarray) -> Constraint | None:
    values = _values(column, others)
    if not values:
        return None
    low, high = constraint.values[0], constraint.values[-1]
    if type(low) is not type(values[0]):
        return None
    if constraint.op in _UPPER:
        return constraint.model_copy(update={"op": Op.LE, "value": min(values)})
    if constraint.op in _LOWER:
        return constraint.model_copy(update={"op": Op.GE, "value": max(values)})
    nearest = min(values, key=lambda value: min(_gap(value, low), _gap(value, high)))
    if constraint.op is Op.EQ:
        return constraint.model_copy(update={"value": nearest})
    ends = (nearest, high) if _gap(nearest, low) <= _gap(nearest, high) else (low, nearest)
    return constraint.model_copy(update={"value": ends})


def _values(column: Column, rows: np.ndarray) -> list[Scalar]:
    """Ascending distinct values of a numeric or date facet over some rows; none for other kinds."""
    if column.facet.kind is FacetKind.NUMERIC:
        numbers = column.numbers.numbers[rows[column.numbers.rows]]
        return [float(number) for number in np.unique(numbers[np.isfinite(numbers)])]
    if column.facet.kind is FacetKind.DATE:
        return [column.words.spellings[code] for code in np.unique(column.words.codes[rows[column.words.rows]])]
    return []


def _distance(column: Column, before: Constraint, after: Constraint) -> float:
    everything = _values(column, np.ones(len(column.raw), dtype=bool))
    spread = _gap(everything[0], everything[-1])
    moved = max(_gap(old, new) for old, new in zip(before.values, after.values, strict=True))
    return moved / (moved + spread) if moved else 0.0


def _gap(one: Scalar, other: Scalar) -> float:
    """The difference of two numbers, or the days between two dates."""
    if isinstance(one, str) and isinstance(other, str):
        return float(abs(_day(one) - _day(other)))
    return abs(float(one) - float(other))


def _day(text: str) -> int:
    try:
        return date.fromisoformat(text[:10]).toordinal()
    except ValueError:
        return int(text[:4]) * 365 if text[:4].isdecimal() else 0
