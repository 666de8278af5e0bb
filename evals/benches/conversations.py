"""Random conversations over the catalogs: nothing shown may be invented, break what was said, or come back rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ...tools.catalog import embedded_catalogs
from ..generate import RandomTalk, talks
from ..opened import OpenCatalogs
from ..targets.graph_target import GraphTarget
from .figures import BenchReport, Figure, Options

_COUNT = 500
_EXAMPLES = 60


def conversations(options: Options, progress: Callable[[int, int], None]) -> BenchReport:
    """Runs the conversations and counts violations; the first ones are written out in the notes."""
    opened, count = OpenCatalogs(), options.count or _COUNT
    names = options.catalogs or embedded_catalogs()
    catalogs = [(name, opened.facts(name)) for name in names]
    told = list[RandomTalk]()
    for one in talks(GraphTarget(opened.catalog), catalogs, count=count, seed=options.seed):
        told.append(one)
        progress(len(told), count)
    return BenchReport("conversations", _figures(told), options, _notes(told))


def _figures(told: list[RandomTalk]) -> tuple[Figure, ...]:
    turns = [turn for one in told for turn in one.turns]
    kinds = Counter(violation.kind for one in told for violation in one.violations)
    answered = [turn for turn in turns if turn.observed.shown]
    return (
        Figure("conversations", len(told)),
        Figure("turns", len(turns)),
        Figure("items shown", sum(len(turn.observed.shown) for turn in turns)),
        Figure("items not in the catalog", kinds["not in the catalog"], at_most=0),
        Figure("items that break what was said", kinds["breaks what was said"], at_most=0),
        Figure("rejected items shown again", kinds["shown again"], at_most=0),
        Figure("turns without an answer", kinds["no answer"], at_most=0),
        Figure("turns that show items", len(answered) / len(turns) if turns else 0.0),
        Figure("first turns that show items when something fits", _answered_requests(told)),
    )


def _answered_requests(told: list[RandomTalk]) -> float:
    """Of the first turns of the conversations that something fits, the share that shows items."""
    first = [one.turns[0] for one in told if one.turns[0].fitting]
    return sum(bool(turn.observed.shown) for turn in first) / len(first) if first else 0.0


def _notes(told: list[RandomTalk]) -> tuple[str, ...]:
    """The first turn that went wrong in each conversation: later ones often follow from it."""
    found = [_first(one) for one in told if one.violations]
    more = (f"and {len(found) - _EXAMPLES} more conversations",) if len(found) > _EXAMPLES else ()
    return tuple(found[:_EXAMPLES]) + more


def _first(one: RandomTalk) -> str:
    place = next(number for number, turn in enumerate(one.turns) if turn.violations)
    turn, said = one.turns[place], " / ".join(turn.said for turn in one.turns[: place + 1])
    violation = turn.violations[0]
    held = ", ".join(f"{held.facet} {held.op} {held.value}" for held in turn.observed.constraints if held.hard)
    return (
        f"{one.catalog} {one.language} number {one.number}: {said}: {violation.kind}: {violation.detail} "
        f"(agent: {turn.observed.intent}; {held or 'no constraints'})"
    )
