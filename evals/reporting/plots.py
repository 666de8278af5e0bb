"""Plots of a report as SVG that needs nothing else: lines with bands, a histogram, intervals about zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from markupsafe import Markup, escape

from ...tools.ranking.metrics import Interval
from ..metrics import Difference, Measured
from .model import Report

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 460, 240, 44, 30, 12
_BINS = 24
_ROW = 26
_NAMED = 150


def success_plot(report: Report) -> Markup:
    """Success by turn with its 95% band, for each language and for all; empty without simulated people."""
    series = {"all": report.overall}
    for table in report.tables:
        if table.dimension == "language":
            series |= {name: found for name, _, found, _ in table.rows}
    lines = {name: _by_turn(found) for name, found in series.items() if _by_turn(found)}
    if not lines:
        return Markup("")
    turns = max(len(one) for one in lines.values())
    drawn = [_axes([f"{turn}" for turn in range(1, turns + 1)], "turn", ["0%", "50%", "100%"])]
    drawn += [_line(name, index, values, turns) for index, (name, values) in enumerate(lines.items())]
    return _svg(drawn, _HEIGHT, "Share of simulated people who were shown what they want, by turn")


def latency_plot(report: Report) -> Markup:
    """How many turns took how long, on a logarithmic scale of milliseconds."""
    taken = [turn.observed.latency_ms for one in report.outcomes for turn in one.turns if turn.observed]
    logs = np.log10(np.maximum(taken, 0.1))
    if not len(logs):
        return Markup("")
    counts, edges = np.histogram(logs, bins=_BINS, range=(np.floor(logs.min()), np.ceil(logs.max() + 1e-9)))
    decades = range(int(edges[0]), int(edges[-1]) + 1)
    drawn = [_axes([f"{10.0**one:g}" for one in decades], "milliseconds", ["0", str(counts.max())])]
    drawn += [_bar(place, count, counts) for place, count in enumerate(counts) if count]
    return _svg(drawn, _HEIGHT, "Turns by the time they took")


def parity_plot(report: Report) -> Markup:
    """English minus Chinese with intervals, a row for each metric that is a share; empty without pairs."""
    found = [one for one in report.parity if max(abs(one.one), abs(one.other)) <= 1]
    if not found:
        return Markup("")
    reach = max(0.05, *(max(abs(one.difference.low), abs(one.difference.high)) for one in found))
    height = _ROW * len(found) + _BOTTOM
    return _svg(
        [_zero(height, reach), *(_whisker(row, one, reach) for row, one in enumerate(found))],
        height,
        "English minus Chinese on the same conversations, with 95% intervals",
    )


def _by_turn(found: Mapping[str, Measured]) -> list[Interval]:
    return [one.interval for name, one in found.items() if name.startswith("success@")]


def _svg(drawn: Sequence[Markup], height: int, title: str) -> Markup:
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, height, title)
    return head + Markup("").join(drawn) + Markup("</svg>")


def _axes(below: Sequence[str], label: str, beside: Sequence[str]) -> Markup:
    """Names along both axes, evenly spread."""
    bottom = _HEIGHT - _BOTTOM
    marks = [Markup('<path class="axis" d="M{0} {1}V{2}H{3}"/>').format(_LEFT, _TOP, bottom, _WIDTH - 8)]
    for place, text in enumerate(below):
        marks.append(_text(_x(place, len(below)), bottom + 14, text, "middle"))
    for place, text in enumerate(beside):
        y = bottom - (bottom - _TOP) * place / max(len(beside) - 1, 1)
        marks.append(_text(_LEFT - 5, y + 4, text, "end"))
    return Markup("").join([*marks, _text((_LEFT + _WIDTH) / 2, _HEIGHT - 3, label, "middle")])


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _x(place: float, count: int) -> float:
    return _LEFT + 14 + (_WIDTH - _LEFT - 36) * place / max(count - 1, 1)


def _y(share: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * share


def _line(name: str, index: int, values: Sequence[Interval], turns: int) -> Markup:
    spots = [(_x(place, turns), one) for place, one in enumerate(values)]
    upper = " ".join(f"{x:.1f},{_y(one.high):.1f}" for x, one in spots)
    lower = " ".join(f"{x:.1f},{_y(one.low):.1f}" for x, one in reversed(spots))
    middle = " ".join(f"{x:.1f},{_y(one.mean):.1f}" for x, one in spots)
    tone = f"tone{index % 4}"
    band = Markup('<polygon class="band {}" points="{} {}"/>').format(tone, upper, lower)
    line = Markup('<polyline class="line {}" points="{}"/>').format(tone, middle)
    key = Markup('<text class="{}" x="{}" y="{}" text-anchor="end">{} {:.0%}</text>').format(
        tone, _WIDTH - 14, _HEIGHT - _BOTTOM - 10 - 15 * index, escape(name), values[-1].mean
    )
    return band + line + key


def _bar(place: int, count: int, counts: np.ndarray) -> Markup:
    left, right = _x(place, len(counts) + 1), _x(place + 1, len(counts) + 1)
    top = _y(count / counts.max())
    return Markup(
        '<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"><title>{}</title></rect>'
    ).format(left, top, max(right - left - 1, 1), _y(0) - top, f"{count} turns")


def _at(value: float, reach: float) -> float:
    return _NAMED + (_WIDTH - _NAMED - 20) * (value + reach) / (2 * reach)


def _zero(height: int, reach: float) -> Markup:
    line = Markup('<path class="axis" d="M{:.1f} 4V{}"/>').format(_at(0, reach), height - 22)
    texts = [_text(_at(one, reach), height - 8, f"{100 * one:+.0f}", "middle") for one in (-reach, 0, reach)]
    return Markup("").join([line, *texts])


def _whisker(row: int, one: Difference, reach: float) -> Markup:
    y = _ROW * row + 16
    low, high, middle = (_at(value, reach) for value in (one.difference.low, one.difference.high, one.difference.mean))
    bar = Markup('<path class="line tone1" d="M{:.1f} {}H{:.1f}"/>').format(low, y, high)
    spot = Markup('<circle class="spot" cx="{:.1f}" cy="{}" r="4"/>').format(middle, y)
    return _text(_NAMED - 8, y + 4, one.metric.name, "end") + bar + spot
