"""All that a report says of a run, whatever it is written as."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...tools.errors import SuiteError
from ..facts import CatalogFacts
from ..judge import Opinion
from ..metrics import (
    METRICS,
    Better,
    Difference,
    Gap,
    Measured,
    Metric,
    Prices,
    Trials,
    compare,
    gaps,
    groups_of,
    latencies,
    measure,
    paired,
    script_of,
    trials_of,
)
from ..metrics.metric import each
from ..outcome import Outcome

DIMENSIONS: Mapping[str, Callable[[Trials], str]] = {
    "suite": lambda one: Path(one.first.suite).stem,
    "language": lambda one: one.first.language,
    "catalog": lambda one: one.first.catalog,
    "persona": lambda one: one.first.simulated.persona if one.first.simulated else "",
    "tag": lambda one: one.first.tags[0] if one.first.tags else "",
}
"""What conversations are told apart by."""
_PEOPLE = ("language", "persona")
_FAIR = ("passed", "success@5")
"""What nobody should get less of than others, and the dimensions that are about who somebody is."""


@dataclass(frozen=True, slots=True)
class GroupTable:
    """The metrics of each group along one dimension, and the latency of its turns in milliseconds by percentile."""

    dimension: str
    rows: tuple[tuple[str, int, Mapping[str, Measured], Mapping[int, float]], ...]
    """Name, conversations, metrics by name, latencies."""


@dataclass(frozen=True, slots=True)
class Report:
    """A run, measured."""

    about: Mapping[str, Any]
    outcomes: tuple[Outcome, ...]
    overall: Mapping[str, Measured]
    """By the name of the metric."""
    latency: Mapping[int, float]
    tables: tuple[GroupTable, ...]
    parity: tuple[Difference, ...]
    """English minus Chinese, over the conversations that exist in both."""
    gaps: tuple[Gap, ...] = ()
    """Between the groups of each dimension that people are told apart by."""
    opinion: Opinion | None = None
    """What a model thinks of the conversations; None where none was asked."""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Conversations in which something did not hold."""
        return tuple(one for one in self.outcomes if one.failed)

    @property
    def passed(self) -> int:
        """How many conversations passed."""
        return sum(one.passed for one in self.outcomes)


def build_report(
    outcomes: Iterable[Outcome],
    about: Mapping[str, Any],
    facts: Callable[[str], CatalogFacts],
    *,
    seed: int = 1,
    prices: Prices | None = None,
    opinion: Opinion | None = None,
) -> Report:
    """Measures a run; `facts` gives a catalog by name, `seed` draws intervals. Raises SuiteError without outcomes."""
    found = tuple(outcomes)
    if not found:
        raise SuiteError("The run has no conversation to report.", cure="Run at least one.")
    ran = [one for one in found if not one.not_run]
    trials, metrics = tuple(trials_of(ran, facts).values()), [*METRICS, *_cost(prices)]
    people = {name: DIMENSIONS[name] for name in _PEOPLE}
    tables = tuple(_table(name, by, trials, metrics, seed) for name, by in DIMENSIONS.items())
    return Report(
        about,
        found,
        _measured(metrics, trials, seed),
        latencies(ran),
        tuple(one for one in tables if len(one.rows) > 1 or one.dimension == "suite"),
        tuple(parity(ran, facts, seed)),
        tuple(gaps([one for one in METRICS if one.name in _FAIR], trials, people, seed)),
        opinion,
    )


def parity(outcomes: Sequence[Outcome], facts: Callable[[str], CatalogFacts], seed: int) -> list[Difference]:
    """How the two languages differ on the same scripts and the same simulated people."""
    english, chinese = (
        trials_of([one for one in outcomes if one.language == language], facts, script_of) for language in ("en", "zh")
    )
    return compare(METRICS, paired(english, chinese), seed)


def _cost(prices: Prices | None) -> Iterable[Metric]:
    if prices:
        yield Metric("cost", f"{prices.currency} a conversation", each(prices.of), Better.LOWER)


def _table(
    name: str, by: Callable[[Trials], str], trials: Sequence[Trials], metrics: Sequence[Metric], seed: int
) -> GroupTable:
    rows = []
    for group in groups_of(trials, by):
        outcomes = [outcome for one in group.trials for outcome in one.outcomes]
        rows.append((group.name, len(outcomes), _measured(metrics, group.trials, seed), latencies(outcomes)))
    return GroupTable(name, tuple(rows))


def _measured(metrics: Sequence[Metric], trials: Sequence[Trials], seed: int) -> Mapping[str, Measured]:
    return {one.name: found for one in metrics if (found := measure(one, trials, seed))}
