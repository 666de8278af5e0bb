"""A report as JSON values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...tools.ranking.metrics import Interval
from ..judge import Opinion
from ..metrics import Difference, Gap, Measured
from ..metrics.agreement import Agreement
from .model import GroupTable, Report
from .wording import judged_title


def as_data(report: Report) -> dict[str, Any]:
    """All of it, the conversations as they are kept in a run."""
    return {
        "about": dict(report.about),
        "conversations": len(report.outcomes),
        "passed": report.passed,
        "metrics": measured_data(report.overall),
        "latency_ms": _latency(report.latency),
        "by": {table.dimension: _table(table) for table in report.tables},
        "parity": [difference_data(one) for one in report.parity],
        "gaps": [gap_data(one) for one in report.gaps],
        **({"judged": opinion_data(report.opinion)} if report.opinion else {}),
        "outcomes": [{"passed": one.passed, **one.to_data()} for one in report.outcomes],
    }


def measured_data(found: Mapping[str, Measured]) -> dict[str, Any]:
    """By name: value, bounds of the 95% interval, and over how many it was counted."""
    return {
        name: {"value": one.value, "low": one.interval.low, "high": one.interval.high, "of": one.of}
        for name, one in found.items()
    }


def difference_data(one: Difference) -> dict[str, Any]:
    """A comparison of one metric."""
    return {
        "metric": one.metric.name,
        "one": one.one,
        "other": one.other,
        "difference": one.difference.mean,
        "low": one.difference.low,
        "high": one.difference.high,
        "p": one.p,
        "pairs": one.pairs,
        "verdict": one.verdict.value,
    }


def opinion_data(opinion: Opinion) -> dict[str, Any]:
    """What a model thinks, marked as such."""
    criteria = {one.name: {**_interval(one.share), "of": one.of, "checks": _agrees(one.agrees)} for one in opinion.rows}
    return {
        "by": opinion.judge,
        "note": judged_title(opinion),
        "criteria": criteria,
        "unanswered": opinion.unanswered,
        "problem": opinion.problem,
    }


def _agrees(found: Agreement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"same": found.share, "kappa": _interval(found.kappa) if found.kappa else None, "of": found.of}


def _interval(one: Interval) -> dict[str, float]:
    return {"value": one.mean, "low": one.low, "high": one.high}


def gap_data(one: Gap) -> dict[str, Any]:
    """How far the best served group stands above the worst."""
    apart = one.found.difference
    return {
        "metric": one.metric.name,
        "by": one.dimension,
        "best": one.found.best,
        "worst": one.found.worst,
        "gap": apart.mean,
        "low": apart.low,
        "high": apart.high,
    }


def _table(table: GroupTable) -> dict[str, Any]:
    return {
        name: {"conversations": count, "metrics": measured_data(found), "latency_ms": _latency(latency)}
        for name, count, found, latency in table.rows
    }


def _latency(found: Mapping[int, float]) -> dict[str, float]:
    return {f"p{percent}": value for percent, value in found.items()}
