"""What `recommender eval` prints: what did not hold, a table by suite, the metrics, and how two runs compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .metrics import Difference, Verdict
from .outcome import Outcome
from .reporting import Report
from .reporting.wording import failure_lines, gap_line, judged_lines, judged_title, number, with_interval
from .running.screen import unjudged

_COLUMNS = {
    "passed": "passed",
    "success@5": "success@5",
    "turns to success": "turns",
    "hallucinated": "invented",
    "broken constraints": "broken",
}
"""Metrics with the headings that leave room for them on a narrow screen."""
_COLOURS = {Verdict.BETTER: "green", Verdict.WORSE: "red", Verdict.DIFFERENT: "yellow", Verdict.UNKNOWN: "dim"}


def print_report(report: Report, console: Console) -> None:
    """Every failure, then a table by suite."""
    for line in _failures(report.failed):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    columns = [name for name in _COLUMNS if name in report.overall]
    table = Table("suite", "run", *(_COLUMNS[name] for name in columns), "p50 ms", "p95 ms")
    by_suite = next(one for one in report.tables if one.dimension == "suite")
    for name, count, found, latency in [*by_suite.rows, ("all", len(report.outcomes), report.overall, report.latency)]:
        cells = [number(column, found[column].value) if column in found else "" for column in columns]
        times = [f"{latency[percent]:.0f}" if latency else "" for percent in (50, 95)]
        table.add_row(name, str(count), *cells, *times)
    console.print(table)
    for line in _notes(report):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def print_settings(apart: Mapping[str, tuple[Any, Any]], console: Console) -> None:
    """A line for each setting that the two runs do not share; no examples is zero-shot, some are few-shot."""
    for name, values in apart.items():
        one, other = (_shots(value) if name == "shots" else str(value) for value in values)
        console.print(f"{name}: {one} against {other}", markup=False, highlight=False, soft_wrap=True)


def _shots(value: Any) -> str:
    return "0 (zero-shot)" if value == 0 else f"{value} (few-shot)" if value else str(value)


def print_differences(found: Sequence[Difference], console: Console) -> None:
    """A line for each metric that both runs have."""
    table = Table("metric", "first", "second", "difference (95% interval)", "p", "pairs", "the first is")
    for one in found:
        name = one.metric.name
        low, high = (number(name, value) for value in (one.difference.low, one.difference.high))
        apart = f"{number(name, one.difference.mean)} ({low} to {high})"
        verdict = f"[{_COLOURS[one.verdict]}]{one.verdict.value}[/]"
        table.add_row(
            name, number(name, one.one), number(name, one.other), apart, f"{one.p:.3f}", str(one.pairs), verdict
        )
    console.print(table)


def _failures(failed: Sequence[Outcome]) -> Iterator[str]:
    for outcome in failed:
        for line in failure_lines(outcome):
            yield f"{outcome.suite}:{outcome.line} {outcome.name}, {line}"


def _notes(report: Report) -> Iterator[str]:
    """What a table of suites has no room for."""
    yield from unjudged(report.outcomes)
    if "success@5" in report.overall:
        yield f"Simulated people: success@5 {with_interval(report.overall['success@5'])}"
    phrased = sum(one.simulated.phrased for one in report.outcomes if one.simulated)
    if phrased:
        yield f"{phrased} messages of simulated people are phrases: what the model wrote could not be sent"
    yield from (f"Gap of {gap_line(one)}" for one in report.gaps if one.metric.name == "success@5")
    if report.opinion:
        yield judged_title(report.opinion)
        yield from (f"  {line}" for line in judged_lines(report.opinion))
    if report.failed:
        suites = ", ".join(sorted({Path(one.suite).stem for one in report.failed}))
        yield f"{len(report.failed)} of {len(report.outcomes)} conversations failed, in {suites}"
