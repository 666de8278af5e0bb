"""Rows of a file as events: what cannot be used is counted and named, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from . import values
from .cures import FUTURE, NOT_A_TIME, NOT_IN_CATALOG, NOT_UTF8
from .events import Events
from .report import ReadReport
from .sources import Batch
from .times import Times
from .values import GARBLED, MISSING, UNKNOWN, Column, Known, Numbers

NO_TIME = "no time, where other rows have one"


@dataclass(slots=True)
class Checker:
    """Numbers ids and checks rows."""

    path: Path
    report: ReadReport
    latest: float
    """Seconds since 1970: a later time lies in the future."""
    items: Known | Numbers
    """Known when there is a catalog."""
    users: Numbers = field(default_factory=Numbers)
    names: dict[str, str] = field(default_factory=dict)
    times: Times = field(default_factory=Times)
    untimed: ReadReport = field(default_factory=ReadReport)

    def events(self, batch: Batch) -> Events:
        """The usable rows of a batch."""
        self.names.update(batch.names)
        texts = {role: Column.of(batch.columns[role]) for role in ("user", "item", "kind") if role in batch.columns}
        users = texts["user"].numbered(self.users.__getitem__)
        rows = texts["item"].numbered(self.items.__getitem__)
        found = Events(users, rows, *self._optional(batch, texts.get("kind")))
        check = _Check(self, batch, ~_blank(found))
        self.report.rows += int(check.usable.sum())
        for role, codes in (("user", users), ("item", rows)):
            check.leave_out(role, codes == MISSING, "missing")
            check.leave_out(role, codes == GARBLED, NOT_UTF8)
        self._check_verdict(found, check, texts.get("kind"))
        self._check_time(found, check)
        check.leave_out("item", rows == UNKNOWN, NOT_IN_CATALOG, texts["item"].__getitem__)
        self._note_untimed(found, check)
        found.keep(check.usable)
        return found

    def _optional(self, batch: Batch, kind: Column | None) -> tuple[np.ndarray | None, ...]:
        rating, time = batch.columns.get("rating"), batch.columns.get("time")
        return (
            None if rating is None else values.ratings(rating),
            None if kind is None else values.words(kind),
            None if time is None else self.times.seconds(time),
        )

    def _check_verdict(self, found: Events, check: _Check, kind: Column | None) -> None:
        unrated = np.ones(len(found), bool) if found.ratings is None else np.isnan(found.ratings)
        if found.ratings is not None:
            check.leave_out("rating", np.isinf(found.ratings), "not a number", check.cell("rating"))
        if found.words is not None and kind is not None:
            check.leave_out("kind", unrated & (found.words == UNKNOWN), "unknown kind", kind.__getitem__)
            unrated &= found.words == MISSING
        if found.ratings is not None or found.words is not None:
            check.leave_out("rating" if found.ratings is not None else "kind", unrated, "missing")

    def _check_time(self, found: Events, check: _Check) -> None:
        if found.times is None:
            return
        check.leave_out("time", np.isinf(found.times), NOT_A_TIME, check.cell("time"))
        check.leave_out("time", found.times > self.latest, FUTURE, check.cell("time"))

    def _note_untimed(self, found: Events, check: _Check) -> None:
        if found.times is None:
            return
        rows = check.batch.rows[check.usable & np.isnan(found.times)]
        self.untimed.leave_out(self.path, rows, check.batch.names["time"], NO_TIME)


@dataclass(slots=True)
class _Check:
    """Which rows of a batch are still usable."""

    of: Checker
    batch: Batch
    usable: np.ndarray

    def leave_out(self, role: str, wrong: np.ndarray, reason: str, cell: Callable[[int], object] | None = None) -> None:
        places = np.flatnonzero(wrong & self.usable)
        self.usable[places] = False
        quoted = None if cell is None else (lambda place: cell(int(places[place])))
        name = self.batch.names[role]
        self.of.report.leave_out(self.of.path, self.batch.rows[places], name, reason, quoted)

    def cell(self, role: str) -> Callable[[int], object]:
        return lambda row: Column.of(self.batch.columns[role].slice(row, 1))[0]


def _blank(found: Events) -> np.ndarray:
    """Rows without anything in them: blank lines."""
    blank = (found.users == MISSING) & (found.rows == MISSING)
    for numbers in (found.ratings, found.times):
        blank &= True if numbers is None else np.isnan(numbers)
    return blank if found.words is None else blank & (found.words == MISSING)
