"""Behaviour logs: rows of user, item and a rating or a kind, with or without a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import LogError
from .lines import Problems, Progress, table_rows
from .logs import is_future, read_time
from .model import FeedbackKind
from .verdicts import VERDICTS, Scale, columns_of, judge, scale_of


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One row: what a user did with an item."""

    row: int
    user_id: str
    item_id: str
    kind: FeedbackKind
    strength: float
    rated: str = ""
    """The rating as it was written and its scale ("4 of 5"); empty when it was no rating."""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: Mapping[str, str]
    scale: Scale


def read_behaviour(path: Path, problems: Problems, progress: Progress, *, now: datetime) -> Iterator[Behaviour]:
    """The rows of a behaviour file, one at a time; a first pass finds the scale of the ratings.

    Without a column for a rating or a kind every row counts as a view, the weakest that can be said.

    Raises:
        LogError: the file is missing, unreadable or empty, or has no column for the user or the item.
    """
    layout = _layout(path, progress)
    for row, values in table_rows(path, problems, progress):
        named = {name: values.get(column) for name, column in layout.columns.items()}
        wrong = _problem(named, layout, now)
        if wrong:
            problems.add(path, row, *wrong)
        else:
            yield _behaviour(row, named, layout.scale)


def _layout(path: Path, progress: Progress) -> _Layout:
    columns: dict[str, str] = {}
    highest = 0.0
    for _, values in table_rows(path, Problems(), progress):
        columns = columns or columns_of(path, values)
        rating = _number(values.get(columns.get("rating", "")))
        highest = max(highest, rating) if rating is not None else highest
    if not columns:
        raise LogError(f"{path}: no rows.", cure="Give at least one row of user, item and rating or kind.")
    return _Layout(columns, scale_of(path, columns.get("rating", ""), highest))


def _problem(named: Mapping[str, Any], layout: _Layout, now: datetime) -> tuple[str, str] | None:
    """(column, reason) of what makes a row unusable, or None."""
    for name in ("user", "item"):
        if not _word(named[name]):
            return layout.columns[name], "missing"
    wrong = _verdict_problem(named, layout)
    if wrong or not _word(named.get("time")):
        return wrong
    time = read_time(named["time"])
    if time is None:
        return layout.columns["time"], f"not a time: {str(named['time'])[:40]!r}"
    return (layout.columns["time"], f"lies in the future: {named['time']}") if is_future(time, now) else None


def _verdict_problem(named: Mapping[str, Any], layout: _Layout) -> tuple[str, str] | None:
    rating, kind = _word(named.get("rating")), _word(named.get("kind"))
    if rating and _number(rating) is None:
        return layout.columns["rating"], f"not a number: {rating[:40]!r}"
    if not rating and kind and kind.casefold() not in VERDICTS:
        return layout.columns["kind"], f"unknown kind {kind[:40]!r}; known are {', '.join(FeedbackKind)}"
    if rating or kind or not {"rating", "kind"} & set(layout.columns):
        return None
    return layout.columns["rating" if "rating" in layout.columns else "kind"], "missing"


def _behaviour(row: int, named: Mapping[str, Any], scale: Scale) -> Behaviour:
    user, item = _word(named["user"]), _word(named["item"])
    time = read_time(named["time"]) if _word(named.get("time")) else None
    rating = _number(named.get("rating"))
    if rating is None:
        verdict = VERDICTS.get(_word(named.get("kind")).casefold(), (FeedbackKind.VIEWED, 1.0))
        return Behaviour(row, user, item, *verdict, "", time)
    return Behaviour(row, user, item, *judge(rating, scale), f"{rating:g} of {scale[1]:g}", time)


def _word(value: object) -> str:
    """The value as text; whole floats (a Parquet column with gaps) without their `.0`."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()


def _number(value: object) -> float | None:
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
