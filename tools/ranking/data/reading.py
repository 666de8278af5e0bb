"""Interactions from a file of any size that its events fit into: checked, weighed, sorted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from ...errors import LogError
from ...profile.lines import Progress
from ...profile.logs import CLOCKS_DISAGREE
from ...profile.model import in_utc
from ...profile.verdicts import scale_of
from .checking import Checker
from .events import Collected, Events, drop_repeats, renumbered, sort
from .memory import free_memory
from .model import Interactions, ItemTable
from .report import ReadReport, nothing_usable
from .sources import batches
from .values import WORD_WEIGHTS, Known, Numbers
from .weighing import rating_weights

_BYTES_AN_EVENT = 50
"""At the peak, while sorting."""
_BYTES_AN_ID = 200


def quiet(_done: int, _total: int) -> None:
    """Progress that nobody looks at."""


def read_interactions(
    path: Path,
    items: ItemTable | Collection[str] | None = None,
    *,
    now: datetime,
    report: ReadReport,
    progress: Progress = quiet,
    memory: int | None = None,
) -> Interactions:
    """The events of a CSV, TSV, JSON Lines (all also gzipped) or Parquet file.

    Columns are known by their usual names: user, item, and rating, time, kind (view, cart, purchase, like, skip, ...)
    where there are any. `items` are those that exist: rows with another are left out; without it all exist, and the
    table holds those of the file in the order of their ids. Users are in the order of their ids too, so that the
    numbers don't depend on the order of the rows. Kept in memory are the ids and at most 21 bytes an event, while they
    are sorted some 50; `memory` is how many bytes that may be, what is free when None.

    An event weighs what its rating says on the file's scale, else what its kind says, else 1.

    Raises:
        LogError: the file is missing, unreadable, damaged or empty, has no column for user or item, or no row of it
            can be used; or its events do not fit into memory.
    """
    table = items if isinstance(items, ItemTable) else _table(items)
    latest = (in_utc(now) + CLOCKS_DISAGREE).timestamp()
    numbers = Known(zip(table.item_ids, range(len(table)), strict=True)) if table is not None else Numbers()
    memory = free_memory() if memory is None else memory
    checker, collected = Checker(path, report, latest, numbers), Collected()
    try:
        for batch in batches(path, report, progress):
            collected.add(checker.events(batch))
            _refuse_too_many(path, collected.count, len(checker.users) + len(checker.items), memory)
        return _interactions(checker, collected.all(), table)
    except MemoryError as error:
        raise _too_many(path, collected.count) from error


def _refuse_too_many(path: Path, events: int, ids: int, memory: int) -> None:
    if events * _BYTES_AN_EVENT + ids * _BYTES_AN_ID > memory:
        raise _too_many(path, events)


def _too_many(path: Path, events: int) -> LogError:
    return LogError(
        f"{path}: its events do not fit into memory, only {events:,} were read.",
        cure="Give a file of the latest events only, or a machine with more memory.",
    )


def _table(ids: Collection[str] | None) -> ItemTable | None:
    """Sequences keep their order; sets are sorted."""
    if ids is None:
        return None
    return ItemTable(tuple(dict.fromkeys(ids if isinstance(ids, Sequence) else sorted(ids))))


def _interactions(checker: Checker, events: Events, table: ItemTable | None) -> Interactions:
    _settle_times(checker, events)
    if not len(events):
        raise nothing_usable(checker.path, checker.report, () if table is None else table.item_ids)
    events.users, user_ids = renumbered(events.users, list(checker.users))
    if table is None:
        events.rows, item_ids = renumbered(events.rows, list(checker.items))
        table = ItemTable(item_ids)
    sort(events)
    checker.report.duplicates += drop_repeats(events)
    weights = _weights(checker, events)
    times = np.full(len(events), np.nan) if events.times is None else events.times
    return Interactions(user_ids, table, events.users, events.rows, weights, times, events.ratings)


def _settle_times(checker: Checker, events: Events) -> None:
    """Where some rows have a time, one without has no place among them; where none has, the file's order counts."""
    if events.times is None:
        return
    timed = np.isfinite(events.times)
    if not timed.any():
        events.times = None
    elif not timed.all():
        events.keep(timed)
        checker.report.left_out.update(checker.untimed.left_out)


def _weights(checker: Checker, events: Events) -> np.ndarray:
    weights = np.ones(len(events), np.float32)
    if events.words is not None:
        weights = np.where(events.words < 0, weights, WORD_WEIGHTS[events.words])
    if events.ratings is None or np.isnan(events.ratings).all():
        events.ratings = None
        return weights
    scale = scale_of(checker.path, checker.names["rating"], float(np.nanmax(events.ratings)))
    checker.report.scale = scale
    judged = rating_weights(events.ratings, scale)
    return np.where(np.isnan(judged), weights, judged)
