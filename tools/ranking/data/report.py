"""What reading interactions found: how much was kept, and what was left out and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ...profile.lines import Problems
from ...profile.verdicts import Scale
from .model import Interactions

_KEPT = 10
"""Problems of one reason that are kept to show."""


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

    def leave_out(
        self, path: Path, rows: np.ndarray, name: str, reason: str, quoted: Callable[[int], object] | None = None
    ) -> None:
        """Counts the rows of these numbers; `quoted(i)` is what stands in column `name` of the i-th of them."""
        if not len(rows):
            return
        found = self.left_out.setdefault(reason, Problems(kept=_KEPT))
        for place in range(min(len(rows), found.kept - len(found.first))):
            value = "" if quoted is None else f": {str(quoted(place))[:40]!r}"
            found.add(path, int(rows[place]), name, reason + value)
            found.count -= 1
        found.count += len(rows)

    @property
    def unusable(self) -> int:
        """How many rows could not be used."""
        return sum(found.count for found in self.left_out.values())


def summary(interactions: Interactions, report: ReadReport) -> list[str]:
    """What was read, a line each: how much, from when to when, the hash, and whatever was left out."""
    users, items = len(interactions.user_ids), len(np.unique(interactions.rows))
    lines = [
        f"{len(interactions):,} events of {users:,} users with {items:,} items, {_span(interactions)}; "
        f"hash {interactions.digest()}."
    ]
    if report.scale:
        lines.append(f"Ratings judged on the scale {report.scale[0]:g} to {report.scale[1]:g}.")
    single = int((np.bincount(interactions.users) == 1).sum())
    if single:
        lines.append(f"Users with one event, trained on and not held out: {single:,}.")
    if report.duplicates:
        lines.append(f"Rows that repeat another, dropped: {report.duplicates:,}.")
    for reason, found in report.left_out.items():
        lines.append(f"{found.count:,} of {report.rows:,} rows left out ({reason}), the first: {found.first[0]}.")
    return lines


def _span(interactions: Interactions) -> str:
    times = interactions.times[np.isfinite(interactions.times)]
    if not len(times):
        return "without times (the order of the file counts)"
    return " to ".join(f"{datetime.fromtimestamp(float(one), UTC):%Y-%m-%d}" for one in (times.min(), times.max()))
