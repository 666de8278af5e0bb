"""A report as Markdown: a summary for a pull request, then every failed conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..judge import Opinion
from ..metrics import Measured
from ..outcome import Outcome
from .model import GroupTable, Report
from .wording import failure_line, gap_line, judged_lines, judged_title, number, with_interval

_COLUMNS = ("passed", "success@5", "turns to success", "hallucinated", "broken constraints", "repeated")


def as_markdown(report: Report) -> str:
    """The whole page."""
    lines = ["# Evaluation", "", f"**{report.passed} of {len(report.outcomes)} conversations passed.**", ""]
    lines += [f"- {_cell(str(key))}: {_cell(str(value))}" for key, value in report.about.items()]
    lines += ["", *_metrics(report.overall), ""]
    for table in report.tables:
        lines += [*_table(table), ""]
    lines += [f"- gap of {_cell(gap_line(one))}" for one in report.gaps]
    lines += _judged(report.opinion) if report.opinion else []
    for outcome in report.failed:
        lines += [*_failed(outcome), ""]
    return "\n".join(lines)


def _judged(opinion: Opinion) -> list[str]:
    return ["", f"## {_cell(judged_title(opinion))}", "", *(f"- {_cell(one)}" for one in judged_lines(opinion)), ""]


def _metrics(found: Mapping[str, Measured]) -> Iterator[str]:
    yield "| metric | value (95% interval) | of | about |"
    yield "|---|---|---|---|"
    for name, one in found.items():
        yield f"| {name} | {with_interval(one)} | {one.of} | {one.metric.about} |"


def _table(table: GroupTable) -> Iterator[str]:
    columns = [name for name in _COLUMNS if any(name in found for _, _, found, _ in table.rows)]
    yield f"| {table.dimension} | conversations | {' | '.join(columns)} | p50 ms | p95 ms |"
    yield "|---" * (len(columns) + 4) + "|"
    for name, count, found, latency in table.rows:
        cells = [number(column, found[column].value) if column in found else "" for column in columns]
        times = [f"{latency[percent]:.0f}" if latency else "" for percent in (50, 95)]
        yield f"| {_cell(name)} | {count} | {' | '.join([*cells, *times])} |"


def _failed(outcome: Outcome) -> Iterator[str]:
    yield f"## {_cell(outcome.name)}"
    yield ""
    yield f"`{outcome.suite}:{outcome.line}`"
    for turn in outcome.turns:
        yield ""
        yield from _quoted("person", turn.said)
        if turn.observed:
            yield from _quoted("agent", turn.observed.reply)
            shown = "; ".join(one.title for one in turn.observed.shown)
            yield from _quoted("shown", shown) if shown else ()
        yield ""
        yield from (f"- **{one.check}**: {failure_line(one).partition(': ')[2]}" for one in turn.failures)
    yield from (f"- at the end, {failure_line(one)}" for one in outcome.at_end)


def _quoted(who: str, text: str) -> Iterator[str]:
    first, *rest = text.splitlines() or [""]
    yield f"> **{who}** {first}"
    yield from (f"> {line}" for line in rest)
    yield ">"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
