"""A file of users as blocks of events: what each of them did, or one history a user."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from ...profile.lines import Problems, Progress, column_names, table_rows
from ...profile.logs import CLOCKS_DISAGREE
from ...profile.model import in_utc
from ...profile.verdicts import Scale, scale_of
from ..data.checking import Checker
from ..data.cures import NOT_IN_CATALOG
from ..data.events import Events
from ..data.report import ReadReport, nothing_usable
from ..data.sources import batches, is_list
from ..data.values import WORD_WEIGHTS, Known, Numbers
from .events import UNKNOWN, EventBlock

_USERS = ("user", "userid", "uid", "customer", "customerid")
_LISTS = ("items", "itemids", "history", "itemidlist")
_BETWEEN = re.compile(r"[\s,;|]+")
_EVENTS = 100_000


@dataclass(slots=True)
class UsersFile:
    """A file of events (user, item, and rating, kind, time where there are any) or of histories (user, items).

    Whatever cannot be used is counted in `report`. The file is read once, from the first to the last row.
    """

    path: Path
    rows: Mapping[str, int]
    """Row of each item in the item table, by id."""
    report: ReadReport
    now: datetime
    _rating: str = ""

    def blocks(self, progress: Progress) -> Iterator[EventBlock]:
        """All events. Raises LogError when the file is missing, unreadable, lacks a column or has no usable row."""
        lists = _list_columns(self.path, self.report)
        found = _listed(self, *lists, progress) if lists else self._events(progress)
        first = next(found, None)
        if first is None:
            raise nothing_usable(self.path, self.report, self.rows)
        return chain([first], found)

    def scale(self, highest: float) -> Scale | None:
        """Of the ratings, by their highest; None without ratings. Raises LogError when that is no rating."""
        return None if np.isnan(highest) else scale_of(self.path, self._rating, highest)

    def _events(self, progress: Progress) -> Iterator[EventBlock]:
        latest = (in_utc(self.now) + CLOCKS_DISAGREE).timestamp()
        checker = Checker(self.path, self.report, latest, Known(self.rows))
        for batch in batches(self.path, self.report, progress):
            checker.users = Numbers()
            found = checker.events(batch)
            self._rating = batch.names.get("rating", "")
            if checker.users:
                yield _block(found, list(checker.users))


def _block(found: Events, users: list[str]) -> EventBlock:
    """With an event of no item for every user whose rows were all left out: they are users all the same."""
    bare = np.setdiff1d(np.arange(len(users)), found.users).astype(np.int32)
    e, none = len(found), np.full(len(bare), np.nan)
    plain = np.ones(e, np.float32)
    weights = plain if found.words is None else np.where(found.words < 0, plain, WORD_WEIGHTS[found.words])
    ratings = np.full(e, np.nan) if found.ratings is None else found.ratings
    times = np.full(e, np.nan) if found.times is None else found.times
    return EventBlock(
        [users[one] for one in np.concatenate([found.users, bare]).tolist()],
        np.concatenate([found.rows, np.full(len(bare), UNKNOWN)]).astype(np.int32),
        np.concatenate([weights, np.zeros(len(bare))]).astype(np.float32),
        np.concatenate([ratings, none]).astype(np.float32),
        np.concatenate([times, none]),
    )


def _list_columns(path: Path, report: ReadReport) -> tuple[str, str] | None:
    """The columns of the user and of the list of items, when there is one."""
    header = [] if is_list(path) else column_names(path)
    plain = {name.casefold().replace("_", "").replace(" ", ""): name for name in reversed(header)}
    user, items = (next((plain[one] for one in names if one in plain), None) for names in (_USERS, _LISTS))
    if user is None or items is None:
        return None
    report.take_columns({"user": user, "items": items}, header)
    return user, items


def _listed(file: UsersFile, user: str, items: str, progress: Progress) -> Iterator[EventBlock]:
    """Histories as plain events, the oldest first; a user with an empty one has an event of no item."""
    problems, users, rows = Problems(), list[str](), list[int]()
    for number, values in table_rows(file.path, problems, progress):
        file.report.rows += 1
        name = str(values.get(user) or "").strip()
        if not name:
            _leave_out(file, number, user, "missing")
            continue
        known = _known(file, number, items, values.get(items))
        users += [name] * len(known)
        rows += known
        if len(rows) >= _EVENTS:
            yield _plain(users, rows)
            users, rows = [], []
    if problems.count:
        file.report.left_out["cannot be read"] = problems
    if rows:
        yield _plain(users, rows)


def _known(file: UsersFile, number: int, column: str, value: Any) -> list[int]:
    """Rows of the items of one history; those that do not exist are reported. Never empty."""
    ids = _ids(value)
    if ids is None:
        _leave_out(file, number, column, "not a list of item ids", value)
        return [UNKNOWN]
    for one in ids:
        if one not in file.rows:
            _leave_out(file, number, column, NOT_IN_CATALOG, one)
    return [file.rows[one] for one in ids if one in file.rows] or [UNKNOWN]


def _ids(value: Any) -> list[str] | None:
    """A list, a JSON list as text, or ids with spaces, commas, semicolons or bars between them; None for nonsense."""
    if isinstance(value, str):
        text = value.strip()
        if not text.startswith("["):
            return [one for one in _BETWEEN.split(text) if one]
        try:
            value = json.loads(text)
        except ValueError:
            return None
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
        return None
    return [str(one).strip() for one in value]


def _plain(users: list[str], rows: list[int]) -> EventBlock:
    none = np.full(len(rows), np.nan)
    return EventBlock(users, np.array(rows, np.int32), np.ones(len(rows), np.float32), none.astype(np.float32), none)


def _leave_out(file: UsersFile, number: int, column: str, reason: str, value: object = None) -> None:
    quoted = None if value is None else (lambda _: value)
    file.report.leave_out(file.path, np.array([number]), column, reason, quoted)
