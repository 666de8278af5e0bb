"""Checks of a conversation as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..facts import CatalogFacts
from ..suite import AtEnd
from ..targets import Observed
from .moment import Failure

Turns = tuple[Observed, ...]


def never_shown(wanted: tuple[str, ...], turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that were shown and never should be."""
    shown = _ids(turns)
    yield from (f"shown: {name}" for name in wanted if shown & set(facts.ids(name)))


def shown_sometime(wanted: tuple[str, ...], turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that no turn showed."""
    shown = _ids(turns)
    yield from (f"never shown: {name}" for name in wanted if not shown & set(facts.ids(name)))


def no_repeats(_wanted: bool, turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that more than one turn showed."""
    times = Counter(item for turn in turns for item in {one.id for one in turn.shown})
    yield from (f"shown {count} times: {facts.title(item)}" for item, count in times.items() if count > 1)


def model_calls(wanted: int, turns: Turns, _facts: CatalogFacts) -> Iterator[str]:
    """More calls than allowed."""
    calls = sum(turn.model_calls for turn in turns)
    if calls > wanted:
        yield f"{calls} calls"


END_CHECKS: dict[str, Callable[[Any, Turns, CatalogFacts], Iterable[str]]] = {
    "never_shown": never_shown,
    "shown_sometime": shown_sometime,
    "no_repeats": no_repeats,
    "model_calls": model_calls,
}


def check_end(expect: AtEnd, turns: Turns, facts: CatalogFacts) -> list[Failure]:
    """Every expectation about the whole conversation that does not hold."""
    return [
        Failure(f"at_end.{name}", str(getattr(expect, name)), got)
        for name, check in END_CHECKS.items()
        if getattr(expect, name) != AtEnd.model_fields[name].default
        for got in check(getattr(expect, name), turns, facts)
    ]


def _ids(turns: Turns) -> set[str]:
    return {one.id for turn in turns for one in turn.shown}
