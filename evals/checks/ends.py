"""Checks of a conversation as a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..facts import CatalogFacts
from ..suite import AtEnd
from ..targets import Observed
from .moment import Failure, Remark

Turns = tuple[Observed, ...]
EndCheck = Callable[[Any, Turns, CatalogFacts], Iterable[str]]


def never_shown(wanted: tuple[str, ...], turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that were shown and never should be."""
    shown = _ids(turns)
    yield from (f"shown: {name}" for name in wanted if shown & set(facts.ids(name)))


def shown_sometime(wanted: tuple[str, ...], turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that no turn showed."""
    shown = _ids(turns)
    yield from (f"never shown: {name}" for name in wanted if not shown & set(facts.ids(name)))


def satisfy(wanted: tuple[str, ...], turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items shown in some turn that break one of the filters."""
    fitting = facts.admitted(facts.filters(wanted))
    yield from (f"shown: {facts.title(item)}" for item in sorted(_ids(turns) - fitting))


def no_repeats(_wanted: bool, turns: Turns, facts: CatalogFacts) -> Iterator[str]:
    """Items that more than one turn showed."""
    times = Counter(item for turn in turns for item in {one.id for one in turn.shown})
    yield from (f"shown {count} times: {facts.title(item)}" for item, count in times.items() if count > 1)


def questions(wanted: int, turns: Turns, _facts: CatalogFacts) -> Iterator[str]:
    """More turns that ask than allowed."""
    asked = [turn.question.facet for turn in turns if turn.question]
    if len(asked) > wanted:
        yield f"{len(asked)} asked: {', '.join(asked)}"


def model_calls(wanted: int, turns: Turns, _facts: CatalogFacts) -> Iterator[str]:
    """More calls than allowed."""
    calls = sum(turn.model_calls for turn in turns)
    if calls > wanted:
        yield f"{calls} calls"


def latency(wanted: int, turns: Turns, _facts: CatalogFacts) -> Iterator[str]:
    """All turns together took longer."""
    spent = sum(turn.latency_ms for turn in turns)
    if spent > wanted:
        yield f"{spent:.0f} ms"


END_CHECKS: dict[str, EndCheck] = {
    "never_shown": never_shown,
    "shown_sometime": shown_sometime,
    "satisfy": satisfy,
    "no_repeats": no_repeats,
    "questions": questions,
    "model_calls": model_calls,
}
END_REMARKED: dict[str, EndCheck] = {"latency_ms": latency}


def own_failures(expect: AtEnd, turns: Turns, facts: CatalogFacts) -> Iterator[Failure]:
    """What does not hold of the conversation as a whole, beside tools and profile."""
    for name, check in _stated(expect, END_CHECKS):
        wanted = getattr(expect, name)
        yield from (Failure(f"at_end.{name}", str(wanted), got) for got in check(wanted, turns, facts))


def remarks_at_end(expect: AtEnd, turns: Turns, facts: CatalogFacts) -> list[Remark]:
    """What is worth reporting of the conversation and does not fail it."""
    return [
        Remark(f"at_end.{name}", str(getattr(expect, name)), got)
        for name, check in _stated(expect, END_REMARKED)
        for got in check(getattr(expect, name), turns, facts)
    ]


def _stated(expect: AtEnd, checks: dict[str, EndCheck]) -> Iterator[tuple[str, EndCheck]]:
    fields = AtEnd.model_fields
    return ((name, check) for name, check in checks.items() if getattr(expect, name) != fields[name].default)


def _ids(turns: Turns) -> set[str]:
    return {one.id for turn in turns for one in turn.shown}
