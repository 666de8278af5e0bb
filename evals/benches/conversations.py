"""Random conversations over the catalogs: nothing shown may be invented, break what was said, or come back rejected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from ...tools.catalog import embedded_catalogs
from ..generate import RandomTalk, talks
from ..graph_target import GraphTarget
from ..opened import OpenCatalogs
from .figures import BenchReport, Figure, Options

_COUNT = 500
_EXAMPLES = 20


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
        Figure("turns that show items", len(answered) / len(turns) if turns else 0.0),
        Figure("turns that show items, of those that ask for some", _answered_requests(told)),
    )


def _answered_requests(told: list[RandomTalk]) -> float:
    """Of the first turns of the conversations that something fits, the share that shows items."""
    first = [one.turns[0] for one in told if one.turns[0].fitting]
    return sum(bool(turn.observed.shown) for turn in first) / len(first) if first else 0.0


def _notes(told: list[RandomTalk]) -> tuple[str, ...]:
    found = [
        f"{one.catalog} {one.language} seed {one.seed} number {one.number} turn {place} {turn.said!r}: "
        f"{violation.kind}: {violation.detail}"
        for one in told
        for place, turn in enumerate(one.turns, start=1)
        for violation in turn.violations
    ]
    more = (f"and {len(found) - _EXAMPLES} more",) if len(found) > _EXAMPLES else ()
    return tuple(found[:_EXAMPLES]) + more
