"""What reading interactions found: how much was kept, and what was left out and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import LogError
from ...profile.lines import Problems
from ...profile.verdicts import Scale, columns_of
from .cures import NOT_IN_CATALOG, cure_of
from .model import Interactions

_KEPT = 10
"""Problems of one reason that are kept to show."""
_SHOWN = 3
"""Of these, so many are part of a JSON answer; and so many ids are given as examples."""
_NAMED = 12
"""Columns left alone that are named; a table may have thousands."""
_LONGEST = 40
"""Characters of a name or a value that are repeated."""
_USUAL_CURE = "Correct these columns; one that says something else needs another name."


@dataclass(slots=True)
class ReadReport:
    """Counts rows of one file."""

    rows: int = 0
    """Rows of the file below its header, blank lines not counted."""
    duplicates: int = 0
    """Rows that repeat another in every column that is read; dropped."""
    scale: Scale | None = None
    """Lowest and highest rating of the scale that the ratings were judged by; None without ratings."""
    left_out: dict[str, Problems] = field(default_factory=dict)
    """Rows that could not be used, by reason; the first of each are kept."""
    columns: dict[str, str] = field(default_factory=dict)
    """The file's own names of the columns that are read, by role; empty for a list without a header."""
    left_alone: tuple[str, ...] = ()
    """The columns that are not read."""

    def choose_columns(self, path: Path, header: Iterable[str]) -> dict[str, str]:
        """Which columns are read, by role. Raises LogError when there is none for the user or none for the item."""
        names = list(header)
        self.take_columns(columns_of(path, names), names)
        return self.columns

    def take_columns(self, columns: dict[str, str], header: Iterable[str]) -> None:
        """These are read; all others of the header are left alone, also one of a name that another has already."""
        self.columns, others = columns, list(header)
        for name in columns.values():
            others.remove(name)
        self.left_alone = tuple(others)

    def leave_out(
        self, path: Path, rows: np.ndarray, name: str, reason: str, quoted: Callable[[int], object] | None = None
    ) -> None:
        """Counts the rows of these numbers; `quoted(i)` is what stands in column `name` of the i-th of them."""
        if not len(rows):
            return
        found = self.left_out.setdefault(reason, Problems(kept=_KEPT))
        for place in range(min(len(rows), found.kept - len(found.first))):
            value = "" if quoted is None else f": {str(quoted(place))[:_LONGEST]!r}"
            found.add(path, int(rows[place]), name, reason + value)
            found.count -= 1
        found.count += len(rows)

    @property
    def unusable(self) -> int:
        """How many rows could not be used."""
        return sum(found.count for found in self.left_out.values())

    def as_data(self) -> dict[str, Any]:
        """JSON values."""
        left_out = {
            reason: {"rows": found.count, "first": [str(one) for one in found.first[:_SHOWN]]}
            for reason, found in self.left_out.items()
        }
        return {
            "rows": self.rows,
            "columns": self.columns,
            "left_alone": list(self.left_alone),
            "duplicates": self.duplicates,
            "scale": self.scale,
            "left_out": left_out,
        }


def columns_line(report: ReadReport) -> str:
    """Which column was read as what, and which were left alone; empty for a list without a header."""
    if not report.columns:
        return ""
    read = ", ".join(f"{_quoted(name)} as {role}" for role, name in report.columns.items())
    others = [_quoted(name) for name in report.left_alone[:_NAMED]]
    more = len(report.left_alone) - len(others)
    named = ", ".join(others) + (f" and {more:,} more" if more else "")
    return f"Columns: {read}; left alone: {named}." if others else f"Columns: {read}."


def summary(interactions: Interactions, report: ReadReport) -> list[str]:
    """What was read, a line each: how much, from when to when, the hash, and whatever was left out."""
    users, items = len(interactions.user_ids), len(np.unique(interactions.rows))
    lines = [
        f"{len(interactions):,} events of {users:,} users with {items:,} items, {_span(interactions)}; "
        f"hash {interactions.digest()}."
    ]
    lines += [line for line in [columns_line(report)] if line]
    if report.scale:
        lines.append(f"Ratings judged on the scale {report.scale[0]:g} to {report.scale[1]:g}.")
    single = int((np.bincount(interactions.users) == 1).sum())
    if single:
        lines.append(f"Users with one event, trained on and not held out: {single:,}.")
    if report.duplicates:
        lines.append(f"Rows that repeat another, dropped: {report.duplicates:,}.")
    for reason, found in report.left_out.items():
        told = f"{found.count:,} of {report.rows:,} rows left out ({reason}), the first: {found.first[0]}."
        lines.append(f"{told} {cure_of(found)}".rstrip())
    return lines


def nothing_usable(path: Path, report: ReadReport, ids: Iterable[str]) -> LogError:
    """The error for a file without one usable row; `ids` are those that exist, when only these do."""
    if not report.left_out:
        return LogError(f"{path}: no rows.", cure="Give a row an event of a user, or a row a user.")
    reasons = "; ".join(str(found.first[0]) for found in report.left_out.values())
    cures = [one for one in map(cure_of, report.left_out.values()) if one]
    some = ", ".join(repr(one) for one in islice(ids, _SHOWN))
    if NOT_IN_CATALOG in report.left_out and some:
        cures.append(f"The catalog has ids such as {some}.")
    message = f"{path}: none of its {report.rows:,} rows can be used. {reasons}."
    return LogError(message, cure=" ".join(dict.fromkeys(cures)) or _USUAL_CURE)


def _quoted(name: str) -> str:
    return repr(name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…")


def _span(interactions: Interactions) -> str:
    times = interactions.times[np.isfinite(interactions.times)]
    if not len(times):
        return "without times (the order of the file counts)"
    return " to ".join(f"{datetime.fromtimestamp(float(one), UTC):%Y-%m-%d}" for one in (times.min(), times.max()))
