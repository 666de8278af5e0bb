"""A file of interactions as batches of Arrow columns, in bounded memory: delimited text, JSON Lines, Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import LogError
from ...profile.lines import Progress, existing, form_of
from .report import ReadReport

if TYPE_CHECKING:
    import pyarrow as pa

_PARQUET_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of the file."""

    columns: Mapping[str, pa.Array]
    """By role: user, item, and rating, kind, time where the file has them; whatever type the file gives them."""
    names: Mapping[str, str]
    """The file's own name of each."""
    rows: np.ndarray
    """Shape (e,), int64: the row of each in the file, as a person would count it."""


def batches(path: Path, report: ReadReport, progress: Progress) -> Iterator[Batch]:
    """The rows of the file, in order. A row that cannot be taken apart is counted in the report.

    Raises:
        LogError: the file is missing, unreadable, damaged, of an unknown kind or has no column for user or item.
    """
    from .delimited import delimited  # noqa: PLC0415
    from .objects import objects  # noqa: PLC0415

    match "delimited" if is_list(path) else form_of(path):
        case "delimited":
            yield from delimited(path, report, progress)
        case "objects":
            yield from objects(path, report, progress)
        case "parquet":
            yield from _parquet(path, report, progress)


def _refuse_unusable(path: Path, schema: pa.Schema, names: Mapping[str, str]) -> None:
    for name in names.values():
        if len(schema.get_all_field_indices(name)) > 1:
            raise LogError(f"{path}: two columns are called {name!r}.", cure="Give each a name of its own.")
        if schema.field(name).type.num_fields:
            raise LogError(
                f"{path}: column {name!r} holds {schema.field(name).type}.",
                cure="Give one value a row, an event a row.",
            )


def is_list(path: Path) -> bool:
    """Whether the name says that the file is a list of users and items: `.txt`."""
    return path.name.lower().removesuffix(".gz").endswith(".txt")


def _parquet(path: Path, report: ReadReport, progress: Progress) -> Iterator[Batch]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    done = 0
    try:
        with pq.ParquetFile(existing(path), memory_map=True, pre_buffer=False) as source:
            names = report.choose_columns(path, source.schema_arrow.names)
            _refuse_unusable(path, source.schema_arrow, names)
            total = max(1, source.metadata.num_rows)
            for batch in source.iter_batches(_PARQUET_ROWS, columns=list(names.values()), use_threads=False):
                columns = {role: batch.column(name) for role, name in names.items()}
                yield Batch(columns, names, np.arange(done + 1, done + 1 + len(batch)))
                done += len(batch)
                progress(done, total)
    except pa.ArrowMemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        where = f" after row {done:,}" if done else ""
        raise LogError(f"{path}: not a Parquet file{where} ({error}).", cure="Write it again as Parquet.") from error
