"""A report as one HTML page that stands alone: no script, no address of anything else, all that was said escaped."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ..metrics import Measured
from ..outcome import TurnOutcome
from .model import Report
from .plots import latency_plot, parity_plot, success_plot
from .wording import failure_line, gap_line, judged_lines, judged_title, number, with_interval

_TILES = ("passed", "success@5", "turns to success", "hallucinated", "broken constraints", "repeated")
_LONGEST = 4_000
"""Characters of one message that a page shows."""


def as_page(report: Report) -> str:
    """The page, UTF-8 text."""
    return _template().render(
        report=report,
        tiles=[report.overall[name] for name in _TILES if name in report.overall],
        plots=[
            ("Success over turns", success_plot(report)),
            ("Latency", latency_plot(report)),
            ("Both languages alike?", parity_plot(report)),
        ],
        columns=_columns(report),
    )


@cache
def _template() -> Template:
    room = Environment(
        loader=PackageLoader(__package__ or "", ""), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    room.filters |= {"number": _number, "interval": with_interval, "failure": failure_line, "cut": _cut}
    room.filters |= {"gap": gap_line, "judged": judged_lines, "judged_title": judged_title}
    room.globals["parts"] = _parts
    return room.get_template("page.html")


def _columns(report: Report) -> list[str]:
    """Metrics that some group of a table has."""
    return [name for name in report.overall if any(name in row[2] for table in report.tables for row in table.rows)]


def _number(one: Measured) -> str:
    return number(one.metric.name, one.value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


def _parts(turn: TurnOutcome) -> list[tuple[str, list[tuple[str, float, float]]]]:
    """Of each item shown, the contributions with their share of the largest one, in percent."""
    found = []
    for one in turn.observed.shown if turn.observed else ():
        largest = max((abs(value) for value in one.contributions.values()), default=0.0) or 1.0
        kept = sorted(one.contributions.items(), key=lambda part: -abs(part[1]))
        found.append((one.id, [(name, value, 100 * abs(value) / largest) for name, value in kept if abs(value) > 1e-6]))
    return found
