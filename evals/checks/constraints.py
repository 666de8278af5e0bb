"""Checks of the constraints in force. What counts is which items they admit, not how they are written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from ...tools.constraints import Constraint, Source
from .moment import Moment

_PERSONAL = (Source.USER, Source.PROFILE)


def include(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Facets on which the hard constraints in force admit other items than the filters."""
    held = _by_facet(moment.now.constraints)
    for facet, expected in _by_facet(moment.facts.filters(wanted)).items():
        if facet not in held:
            yield f"no constraint on {facet}"
        elif difference := _difference(moment, expected, held[facet]):
            yield f"{_written(held[facet])} ({difference})"


def exactly(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """As `include`, and hard constraints of the person or the profile on any other facet."""
    yield from include(wanted, moment)
    named = {constraint.facet for constraint in moment.facts.filters(wanted)}
    everything = moment.facts.admitted(())
    for facet, held in _by_facet(moment.now.constraints, _PERSONAL).items():
        if facet not in named and moment.facts.admitted(held) != everything:
            yield f"also {_written(held)}"


def absent(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Facets that are constrained by the person or the profile although they should not be."""
    held = _by_facet(moment.now.constraints, _PERSONAL)
    yield from (_written(held[facet]) for facet in wanted if facet in held)


def same_items(moment: Moment, one: Iterable[Constraint], other: Iterable[Constraint]) -> bool:
    """Whether two sets of constraints admit the same items of the catalog."""
    return moment.facts.admitted(one) == moment.facts.admitted(other)


def _by_facet(
    constraints: Iterable[Constraint], sources: tuple[Source, ...] = tuple(Source)
) -> dict[str, tuple[Constraint, ...]]:
    held: dict[str, list[Constraint]] = defaultdict(list)
    for one in constraints:
        if one.hard and one.source in sources:
            held[one.facet].append(one)
    return {facet: tuple(ones) for facet, ones in held.items()}


def _difference(moment: Moment, expected: tuple[Constraint, ...], held: tuple[Constraint, ...]) -> str:
    right, got = moment.facts.admitted(expected), moment.facts.admitted(held)
    if right == got:
        return ""
    parts = [("lets through", got - right), ("keeps out", right - got)]
    return ", ".join(f"{what} {len(ids)}, such as {moment.facts.title(min(ids))!r}" for what, ids in parts if ids)


def _written(constraints: tuple[Constraint, ...]) -> str:
    return " and ".join(f"{one.facet} {one.op} {_value(one)}" for one in constraints)


def _value(constraint: Constraint) -> str:
    values = [f"{one:g}" if isinstance(one, float) else str(one) for one in constraint.values]
    return f"({', '.join(values)})" if isinstance(constraint.value, tuple) else values[0]
