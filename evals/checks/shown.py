"""Checks of the items shown."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from ...tools.constraints import admits, matches
from ...tools.normalize import normalize
from ..suite import Relative
from ..targets import Shown
from .moment import Moment


def satisfy(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Items shown that break one of the filters."""
    fitting = moment.facts.admitted(moment.facts.filters(wanted))
    yield from (_with_facets(one, wanted, moment) for one in moment.now.shown if one.id not in fitting)


def any_satisfies(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """No item shown meets the filters."""
    fitting = moment.facts.admitted(moment.facts.filters(wanted))
    if not any(one.id in fitting for one in moment.now.shown):
        yield _titles(moment.now.shown)


def include(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Items that should be shown and are not."""
    shown = _ids(moment)
    yield from (f"not shown: {moment.spelled(name)}" for name in wanted if not shown & set(moment.ids(name)))


def include_any(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """None of the items is shown."""
    if not any(_ids(moment) & set(moment.ids(name)) for name in wanted):
        yield _titles(moment.now.shown)


def exclude(wanted: tuple[str, ...], moment: Moment) -> Iterator[str]:
    """Items that should not be shown and are."""
    shown = _ids(moment)
    yield from (f"shown: {moment.spelled(name)}" for name in wanted if shown & set(moment.ids(name)))


def none(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Items shown where none should be."""
    if moment.now.shown:
        yield _titles(moment.now.shown)


def at_least(wanted: int, moment: Moment) -> Iterator[str]:
    """Too few items."""
    if len(moment.now.shown) < wanted:
        yield f"{len(moment.now.shown)} shown"


def at_most(wanted: int, moment: Moment) -> Iterator[str]:
    """Too many items."""
    if len(moment.now.shown) > wanted:
        yield f"{len(moment.now.shown)} shown"


def differ_from_before(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Items shown again, or no item at all."""
    if not moment.now.shown:
        yield "nothing shown"
    yield from (f"shown again: {one.title}" for one in moment.now.shown if one.id in moment.seen_ids)


def lower_than_before(wanted: Relative, moment: Moment) -> Iterator[str]:
    """Items that do not lie below what was shown before, or no item at all."""
    yield from _compare(wanted, moment, sign=1)


def higher_than_before(wanted: Relative, moment: Moment) -> Iterator[str]:
    """Items that do not lie above what was shown before, or no item at all."""
    yield from _compare(wanted, moment, sign=-1)


def explained(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Items without a reason."""
    yield from (f"no reason for {one.title}" for one in moment.now.shown if not one.reasons)


def grounded(_wanted: bool, moment: Moment) -> Iterator[str]:
    """Items that do not exist, carry another title, are shown twice in one list, or break a hard constraint."""
    stated = moment.facts.filters(moment.expect.constraints_include + (moment.expect.constraints_exactly or ()))
    seen: set[str] = set()
    for one in moment.now.shown:
        item = moment.facts.items.get(one.id)
        if item is None:
            yield f"not in the catalog: {one.id} {one.title!r}"
            continue
        if normalize(item.title) != normalize(one.title):
            yield f"{one.id} is {item.title!r}, shown as {one.title!r}"
        if one.id in seen:
            yield f"twice in one list: {one.title}"
        seen.add(one.id)
        if not admits((*moment.now.constraints, *stated), item):
            broken = [c for c in (*moment.now.constraints, *stated) if not matches(c, item.facets.get(c.facet))]
            yield f"{one.title} breaks {', '.join(f'{c.facet} {c.op} {c.value}' for c in broken if c.hard)}"


def _compare(wanted: Relative, moment: Moment, sign: int) -> Iterator[str]:
    before = moment.last_list if wanted.item is None else moment.last_list[wanted.item - 1 : wanted.item]
    known = [value for one in before if (value := _number(one, wanted.facet, moment)) is not None]
    if not known:
        yield f"nothing shown before has a {wanted.facet}"
        return
    bound = statistics.median(known)
    if not moment.now.shown:
        yield "nothing shown"
    for one in moment.now.shown:
        value = _number(one, wanted.facet, moment)
        if value is None or sign * value >= sign * bound:
            yield f"{one.title}: {wanted.facet} {value} beside {bound:g} before"


def _number(shown: Shown, facet: str, moment: Moment) -> float | None:
    item = moment.facts.items.get(shown.id)
    value = item.facets.get(facet) if item else None
    if isinstance(value, str):
        value = float(value[:4]) if value[:4].isdigit() else None
    return float(value) if isinstance(value, int | float) else None


def _ids(moment: Moment) -> set[str]:
    return {one.id for one in moment.now.shown}


def _titles(shown: tuple[Shown, ...]) -> str:
    return "shown: " + ("; ".join(one.title for one in shown) or "nothing")


def _with_facets(one: Shown, filters: tuple[str, ...], moment: Moment) -> str:
    item = moment.facts.items.get(one.id)
    if item is None:
        return f"{one.title} (not in the catalog)"
    facets = {constraint.facet for constraint in moment.facts.filters(filters)}
    return f"{one.title} ({', '.join(f'{name}: {item.facets.get(name)}' for name in sorted(facets))})"
