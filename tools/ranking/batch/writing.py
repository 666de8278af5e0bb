"""Rows of recommendations into a Parquet or JSON Lines file that is there only when it is complete."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from ...errors import InputError
from .recommending import Recommended

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

SUFFIXES = (".parquet", ".jsonl")
_ROW_GROUP = 100_000


@dataclass(frozen=True, slots=True)
class Labels:
    """What the n rows of the item table are called."""

    item_ids: Sequence[str]
    titles: Sequence[str]
    parts: Sequence[str] = ()
    """Names of the contributions that are written; empty: none are."""


def check_out(out: Path) -> None:
    """Raises InputError for a file that cannot be written or is of another kind, before any work is done."""
    if out.suffix not in SUFFIXES:
        raise InputError(f"{out}: this kind of file is not written.", cure=f"Name it {' or '.join(SUFFIXES)}.")
    if out.is_dir():
        raise InputError(f"{out}: a directory, not a file.", cure="Name a file in it.")
    if not out.parent.is_dir():
        raise InputError(f"{out}: there is no directory {out.parent}.", cure="Make it first, or name another.")
    if not os.access(out.parent, os.W_OK):
        raise InputError(f"{out}: {out.parent} cannot be written to.", cure="Name another directory.")


@contextmanager
def writing(out: Path, labels: Labels) -> Iterator[Writer]:
    """A writer whose rows become `out` at the end, at once; when anything fails, `out` stays as it was.

    Until then they are in `out.partial`. A run that is killed leaves that behind, and the next one replaces it.
    """
    partial = out.with_name(f"{out.name}.partial")
    with _told(out):
        sink = _Parquet.open(partial, labels) if out.suffix == ".parquet" else _JsonLines.open(partial)
    try:
        yield Writer(out, labels, sink)
        with _told(out):
            sink.close()
            partial.replace(out)
    finally:
        sink.close()
        partial.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Writer:
    """Takes the rows of one block of users after the other."""

    out: Path
    labels: Labels
    sink: _Sink

    def write(self, found: Recommended) -> None:
        """Appends them. Raises InputError when the disk is full."""
        with _told(self.out):
            self.sink.write(as_table(found, self.labels))


def as_table(found: Recommended, labels: Labels) -> pa.Table:
    """Columns user, rank, item_id, title, score and, when they are asked for, contributions by part."""
    import pyarrow as pa  # noqa: PLC0415

    rows = found.rows.tolist()
    columns = [
        pa.array(found.user_ids, pa.string()).take(found.users),
        found.ranks,
        pa.array([labels.item_ids[row] for row in rows], pa.string()),
        pa.array([labels.titles[row] for row in rows], pa.string()),
        found.scores,
    ]
    if labels.parts:
        values = [found.contributions[name] for name in labels.parts]
        columns.append(pa.StructArray.from_arrays(values, list(labels.parts)))
    return pa.table(columns, schema=_schema(labels))


def _schema(labels: Labels) -> pa.Schema:
    import pyarrow as pa  # noqa: PLC0415

    columns = {"user": pa.string(), "rank": pa.int32(), "item_id": pa.string(), "title": pa.string()}
    parts = pa.struct({name: pa.float32() for name in labels.parts})
    return pa.schema({**columns, "score": pa.float32()} | ({"contributions": parts} if labels.parts else {}))


class _Sink(Protocol):
    def write(self, table: pa.Table) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _JsonLines:
    file: IO[str]

    @classmethod
    def open(cls, path: Path) -> _JsonLines:
        return cls(path.open("w", encoding="utf-8"))

    def write(self, table: pa.Table) -> None:
        self.file.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in table.to_pylist())

    def close(self) -> None:
        self.file.close()


@dataclass(slots=True)
class _Parquet:
    """Rows are collected until they make a row group."""

    writer: pq.ParquetWriter
    waiting: list[pa.Table] = field(default_factory=list)

    @classmethod
    def open(cls, path: Path, labels: Labels) -> _Parquet:
        import pyarrow.parquet as pq  # noqa: PLC0415

        return cls(pq.ParquetWriter(path, _schema(labels)))

    def write(self, table: pa.Table) -> None:
        self.waiting.append(table)
        if sum(map(len, self.waiting)) >= _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        if self.waiting:
            self._flush()
        self.writer.close()

    def _flush(self) -> None:
        import pyarrow as pa  # noqa: PLC0415

        self.writer.write_table(pa.concat_tables(self.waiting))
        self.waiting = []


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cure = "Check the room on the disk and the permissions, then run it again."
        raise InputError(f"{out} cannot be written: {error.strerror or error}.", cure=cure) from error
