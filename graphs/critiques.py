"""Directions relative to what was shown: "cheaper", "newer", "another brand" become constraints."""

from __future__ import annotations

from collections.abc import Sequence

from ..tools.catalog import Catalog
from ..tools.constraints import Constraint, Op
from ..tools.items import FacetKind, FacetValue
from .need import merge
from .understanding import Critique

_BEYOND = {"lower": Op.LT, "higher": Op.GT}
_SIDES = {Op.LT: (Op.LT, Op.LE), Op.GT: (Op.GT, Op.GE)}
"""Of each operator of a direction, those that bound the same side."""
Bound = str | float


def resolve(
    critique: Critique, anchors: Sequence[str], catalog: Catalog, others: tuple[Constraint, ...]
) -> Constraint | None:
    """The constraint a critique means, given the items it is relative to; None when they do not have the facet.

    "Cheaper" means cheaper than every anchor; where nothing is, cheaper than the middle one, or than the first.
    """
    facet = catalog.schema.facet(critique.facet)
    values = [value for one in anchors if (value := catalog.item(one).facets.get(critique.facet)) is not None]
    if facet is None or not values:
        return None
    if critique.direction in ("same", "different"):
        return _choice(critique, values)
    if facet.kind not in (FacetKind.NUMERIC, FacetKind.DATE):
        return None
    return _bound(critique, [value for value in values if isinstance(value, str | float)], catalog, others)


def _choice(critique: Critique, values: Sequence[FacetValue]) -> Constraint:
    wanted = tuple(
        dict.fromkeys(part for value in values for part in (value if isinstance(value, tuple) else (value,)))
    )
    return Constraint(facet=critique.facet, op=Op.IN if critique.direction == "same" else Op.NOT_IN, value=wanted)


def _bound(critique: Critique, values: Sequence[Bound], catalog: Catalog, others: tuple[Constraint, ...]) -> Constraint:
    op = _BEYOND[critique.direction]
    beyond = [Constraint(facet=critique.facet, op=op, value=mark) for mark in _marks(values, op)]
    free = tuple(one for one in others if one.facet != critique.facet)
    within = (*free, *(one for one in others if one.facet == critique.facet and one.op not in _SIDES[op]))
    return next((one for kept in (within, free) for one in beyond if catalog.mask((*kept, one)).any()), beyond[0])


def directed(
    constraints: tuple[Constraint, ...], new: Constraint, catalog: Catalog
) -> tuple[tuple[Constraint, ...], tuple[Constraint, ...]]:
    """The constraints with that of a direction, and those that had to give way to it.

    "Older" after "from the nineties" stays in the nineties, and "dearer" after "under 20" below 20, as long as
    anything is left there.
    """
    merged = merge(constraints, (new,), catalog.schema)
    ranges = tuple(one for one in constraints if one.facet == new.facet and one.op is Op.BETWEEN)
    free = tuple(one for one in merged if one.facet != new.facet or one == new)
    tried = [tuple(dict.fromkeys((*ranges, *merged))), merged, free] if new.op in _SIDES else [merged]
    held = next((one for one in tried if catalog.mask(one).any()), merged)
    gone = [one for one in (*ranges, *merged) if one not in held]
    return held, tuple(dict.fromkeys(gone))


def _marks(values: Sequence[Bound], op: Op) -> list[Bound]:
    """What to be beyond: all of the anchors, else the middle one, else the first."""
    ordered: list[Bound] = sorted(values, reverse=op is Op.GT)  # pyright: ignore[reportCallIssue, reportArgumentType]
    return [ordered[0], ordered[len(ordered) // 2], values[0]]
