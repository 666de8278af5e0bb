"""Events of a file in any order, grouped by user: in memory when they fit, else by sorted runs on disk.

The external merge sort of Knuth (The Art of Computer Programming, volume 3, 5.4): blocks are collected until the memory
is used up, sorted and written as a run; ranges of users, small enough for the memory, are then read from all runs at
once. Users come out in the order of their ids, whatever the order of the file and wherever it was sorted.
"""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...profile.verdicts import Scale
from ..data.model import Histories
from ..data.weighing import rating_weights
from .events import UNKNOWN, EventBlock, UserBlock

if TYPE_CHECKING:
    import pyarrow as pa

IN_MEMORY = 400_000
"""Events that are held in memory at a time: some 50 megabytes with their copies."""
_MOST_RUNS = 200
"""Files that are open at a time; more are merged into one."""
_SAMPLED = 1_000
"""Of so many events in order, one user is remembered, to cut the users into ranges by."""
_BATCH = 8_192
_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Grouped:
    """All events, waiting to be read user by user."""

    events: int
    highest: float
    """Of all ratings; NaN without any."""
    latest: float
    """Seconds since 1970 of the last event: ages count from there. NaN when no event has a time."""
    runs: list[_Run]
    cuts: list[str]
    """The first user of each range but the first."""

    def users(self, scale: Scale | None) -> Iterator[UserBlock]:
        """The users of one range after the other, ascending by id; ratings weigh by the scale. May be read once."""
        return (_by_user(table, self.latest, scale) for table in _ranges(self.runs, self.cuts))


@contextmanager
def grouped(blocks: Iterable[EventBlock], *, in_memory: int = IN_MEMORY) -> Iterator[Grouped]:
    """Reads all blocks; what does not fit into memory lies in a temporary folder until the context ends."""
    with tempfile.TemporaryDirectory(prefix="recommender-batch-") as folder:
        collected = _Collected(Path(folder), in_memory)
        for block in blocks:
            collected.add(block)
        yield collected.finish()


@dataclass(slots=True)
class _Collected:
    """Blocks that were not written yet, and the runs that were."""

    folder: Path
    in_memory: int
    tables: list[pa.Table] = field(default_factory=list)
    waiting: int = 0
    events: int = 0
    highest: float = nan
    latest: float = nan
    runs: list[_Run] = field(default_factory=list)
    sample: list[str] = field(default_factory=list)

    def add(self, block: EventBlock) -> None:
        if self.waiting and self.waiting + len(block) > self.in_memory:
            self._write()
        self.tables.append(_table(block, self.events))
        self.waiting += len(block)
        self.events += len(block)
        self.highest = float(np.fmax.reduce(block.ratings, initial=self.highest))
        self.latest = float(np.fmax.reduce(block.times, initial=self.latest))

    def finish(self) -> Grouped:
        if self.waiting:
            self._write() if self.runs else self._keep()
        return Grouped(self.events, self.highest, self.latest, self.runs, self._cuts())

    def _cuts(self) -> list[str]:
        step = max(self.in_memory // _SAMPLED, 1)
        return list(dict.fromkeys(sorted(self.sample)[step - 1 :: step]))

    def _write(self) -> None:
        ordered = self._ordered()
        self.runs.append(self._written([ordered]))
        if len(self.runs) >= _MOST_RUNS:
            merged = self._written(map(_sorted, _ranges(self.runs, self._cuts())))
            for run in self.runs:
                run.remove()
            self.runs = [merged]
        self.sample += ordered["user"].take(np.arange(_SAMPLED // 2, len(ordered), _SAMPLED)).to_pylist()

    def _written(self, tables: Iterable[pa.Table]) -> _Run:
        import pyarrow as pa  # noqa: PLC0415

        handle, path = tempfile.mkstemp(dir=self.folder)
        os.close(handle)
        with pa.OSFile(path, "wb") as sink, pa.ipc.new_file(sink, _schema()) as writer:
            for table in tables:
                writer.write_table(table, max_chunksize=_BATCH)
        return _Run.read(Path(path))

    def _keep(self) -> None:
        self.runs.append(_Run(iter(self._ordered().to_batches(max_chunksize=_BATCH))))

    def _ordered(self) -> pa.Table:
        import pyarrow as pa  # noqa: PLC0415

        table = pa.concat_tables(self.tables)
        self.tables, self.waiting = [], 0
        return _sorted(table)


@dataclass(slots=True)
class _Run:
    """Sorted batches, read from the first to the last."""

    batches: Iterator[pa.RecordBatch]
    path: Path | None = None
    rest: pa.RecordBatch | None = None

    @classmethod
    def read(cls, path: Path) -> _Run:
        """Those of a file, read when they are asked for."""
        return cls(_batches(path), path)

    def remove(self) -> None:
        """Its file, when everything was read."""
        if self.path:
            self.path.unlink()

    def until(self, stop: str | None) -> pa.Table:
        """The events of users before `stop` that were not read yet; all with None."""
        import pyarrow as pa  # noqa: PLC0415

        found = []
        while (batch := self.rest or next(self.batches, None)) is not None:
            self.rest = None
            end = len(batch) if stop is None else _first_from(batch, stop)
            found.append(batch.slice(0, end))
            if end < len(batch):
                self.rest = batch.slice(end)
                break
        return pa.Table.from_batches(found, _schema())


def _ranges(runs: Sequence[_Run], cuts: Sequence[str]) -> Iterator[pa.Table]:
    """The events of all runs, a range of users after the other."""
    import pyarrow as pa  # noqa: PLC0415

    for stop in (*cuts, None):
        found = [table for run in runs if (table := run.until(stop)).num_rows]
        if found:
            yield pa.concat_tables(found)


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([("user", "ascending"), ("place", "ascending")]).combine_chunks()


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415

    with pa.OSFile(str(path), "rb") as source, pa.ipc.open_file(source) as reader:
        for number in range(reader.num_record_batches):
            yield reader.get_batch(number)


def _first_from(batch: pa.RecordBatch, stop: str) -> int:
    users = batch.column("user")
    return bisect_left(range(len(batch)), stop, key=lambda place: users[place].as_py())


def _schema() -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    columns = {"user": pa.string(), "row": pa.int32(), "weight": pa.float32(), "rating": pa.float32()}
    return pa.schema({**columns, "time": pa.float64(), "place": pa.int64()})


def _table(block: EventBlock, first: int) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415

    places = np.arange(first, first + len(block))
    columns = [pa.array(block.user_ids, pa.string()), block.rows, block.weights, block.ratings, block.times, places]
    return pa.table(columns, schema=_schema())


def _by_user(table: pa.Table, latest: float, scale: Scale | None) -> UserBlock:
    """Histories oldest first: by time where the file has times, then by place in the file; each event once."""
    names, owners = _owners(table["user"].combine_chunks())
    rows, times, places = (table[name].to_numpy() for name in ("row", "time", "place"))
    weights = _weights(table["weight"].to_numpy(), table["rating"].to_numpy(), scale)
    known = (rows != UNKNOWN) & (np.isfinite(times) | np.isnan(latest))
    order = np.flatnonzero(known)
    order = order[np.lexsort((places[order], times[order], owners[order]))]
    order = order[_first_ones(owners[order], rows[order], weights[order], times[order])]
    starts = np.searchsorted(owners[order], np.arange(len(names) + 1)).astype(np.int64)
    ages = np.nan_to_num((latest - times[order]) / _DAY).astype(np.float32)
    return UserBlock(names, Histories(starts, rows[order], weights[order], ages))


def _owners(users: pa.StringArray) -> tuple[tuple[str, ...], np.ndarray]:
    """The different users, ascending, and which of them each event belongs to."""
    encoded = users.dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    numbers = np.empty(len(names), np.int64)
    numbers[order] = np.arange(len(names))
    return tuple(names[one] for one in order), numbers[encoded.indices.to_numpy()]


def _weights(plain: np.ndarray, ratings: np.ndarray, scale: Scale | None) -> np.ndarray:
    if scale is None:
        return plain
    judged = rating_weights(ratings, scale)
    return np.where(np.isnan(judged), plain, judged)


def _first_ones(*columns: np.ndarray) -> np.ndarray:
    """Shape (e,), bool: False for what repeats an earlier row in every column."""
    filled = [np.nan_to_num(column, nan=-np.inf) for column in columns]
    order = np.lexsort(filled[::-1])
    repeats = np.logical_and.reduce([column[order[1:]] == column[order[:-1]] for column in filled])
    first = np.ones(len(order), bool)
    first[order[1:][repeats]] = False
    return first
