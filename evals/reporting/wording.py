"""Lines and numbers as every form of the report writes them."""

from __future__ import annotations

from collections.abc import Iterator

from ..checks import Failure
from ..judge import Opinion
from ..judge.opinion import Judged
from ..metrics import Gap, Measured
from ..outcome import Outcome

RATES = ("model calls", "tokens", "turns to success", "bits a question", "miscalibration", "cost")
"""Metrics that are no shares of a whole."""


def failure_lines(outcome: Outcome) -> Iterator[str]:
    """One line for each expectation that did not hold."""
    for number, turn in enumerate(outcome.turns, start=1):
        for one in turn.failures:
            yield f"turn {number} {turn.said!r}: {failure_line(one)}"
    yield from (f"at the end: {failure_line(one)}" for one in outcome.at_end)


def failure_line(failure: Failure) -> str:
    """What was wanted and what came."""
    return f"{failure.check}: expected {failure.expected}, got {failure.got}"


def number(name: str, value: float) -> str:
    """A value of a metric: shares in percent, others as they are."""
    if name in RATES:
        return f"{value:.2f}" if name != "cost" else f"{value:.5f}"
    return f"{100 * value:.1f}%"


def with_interval(one: Measured) -> str:
    """The value and its bounds."""
    low, high = (number(one.metric.name, value) for value in (one.interval.low, one.interval.high))
    return f"{number(one.metric.name, one.value)} ({low} to {high})"


def judged_title(opinion: Opinion) -> str:
    """Who judged, so that nobody takes it for a measurement."""
    return f"Judged by {opinion.judge} (a model's opinion, which fails no conversation)"


def judged_lines(opinion: Opinion) -> Iterator[str]:
    """A line for each criterion: how often the model says yes, and how far it agrees with the checks."""
    for one in opinion.rows:
        share = f"{number('', one.share.mean)} ({number('', one.share.low)} to {number('', one.share.high)})"
        yield f"{one.name}, {one.criterion.about}: {share} of {one.of}; {_agrees(one)}"
    if opinion.unanswered:
        yield f"{opinion.unanswered} questions have no answer: {opinion.problem[:300]}"


def _agrees(one: Judged) -> str:
    found = one.agrees
    if found is None:
        return "no check asks the same"
    said = f"the same as the checks in {number('', found.share)} of {found.of}"
    if found.kappa is None:
        return f"{said}, kappa undefined: both say one thing only"
    return f"{said}, kappa {found.kappa.mean:.2f} ({found.kappa.low:.2f} to {found.kappa.high:.2f})"


def gap_line(one: Gap) -> str:
    """Who is served best and worst, and how far apart."""
    found, name = one.found, one.metric.name
    low, high = (number(name, value) for value in (found.difference.low, found.difference.high))
    means = (f"{group} {number(name, found.means[group].mean)}" for group in (found.best, found.worst))
    return (
        f"{name} by {one.dimension}: {' against '.join(means)}, {number(name, found.difference.mean)} ({low} to {high})"
    )
