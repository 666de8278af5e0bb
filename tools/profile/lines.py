"""Reads a log row by row in bounded memory: JSON Lines, delimited text and Parquet, with their problems."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from ..catalog.reading.decoding import decode
from ..catalog.reading.rows import RowProblem
from ..errors import CatalogError, LogError

LONGEST_LINE = 16_000_000
"""Characters; a longer line is a problem, so that one broken file cannot fill the memory."""
_SAMPLE = 1_000_000
_PARQUET_BATCH = 10_000
_REPORT_EVERY = 256

Form = Literal["delimited", "objects", "parquet"]
_ENDINGS: dict[Form, tuple[str, ...]] = {
    "delimited": (".csv", ".tsv", ".inter", ".tab"),
    "objects": (".jsonl", ".ndjson", ".json"),
    "parquet": (".parquet",),
}

Progress = Callable[[int, int], None]
"""Called with (bytes read, bytes in all) of a file."""


@dataclass(slots=True)
class Problems:
    """Counts every problem and keeps the first ones of them to show."""

    count: int = 0
    first: list[RowProblem] = field(default_factory=list)
    kept: int = 100

    def add(self, file: Path, row: int, name: str, reason: str) -> None:
        """Counts a problem of one row; `name` is the field, empty for the whole row."""
        self.count += 1
        if len(self.first) < self.kept:
            self.first.append(RowProblem(str(file), row, name, reason))


def json_lines(path: Path, problems: Problems, progress: Progress) -> Iterator[tuple[int, Any]]:
    """(line number, value) of every line that is JSON.

    Raises:
        LogError: the file is missing, unreadable, empty, or no line of it is JSON.
    """
    usable = False
    for number, line in _lines(path, problems, progress):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            problems.add(path, number, "", f"broken JSON: {error}")
            continue
        usable = True
        yield number, value
    if not usable:
        first = f" First problem: {problems.first[0]}." if problems.first else " It is empty."
        raise LogError(f"{path}: no line of JSON in it.{first}", cure="Save one JSON value a line (JSON Lines).")


def table_rows(path: Path, problems: Problems, progress: Progress) -> Iterator[tuple[int, dict[str, Any]]]:
    """(row number, values by column) of a CSV, TSV, JSON Lines or Parquet file; text files may be gzipped.

    Raises:
        LogError: the file is missing, unreadable, empty or of an unknown kind.
    """
    match form_of(path):
        case "delimited":
            yield from _delimited(path, problems, progress)
        case "objects":
            yield from _objects(path, problems, progress)
        case "parquet":
            yield from _parquet(path, progress)


def column_names(path: Path) -> list[str]:
    """The header of a table, the columns of a Parquet file, or the keys of the first object.

    Raises LogError when the file is missing, unreadable, empty or of an unknown kind.
    """
    problems = Problems()
    match form_of(path):
        case "delimited":
            first = _header_line(path, _lines(path, problems, _unwatched), problems)
            return header_of(first)[1]
        case "objects":
            return list(next(_objects(path, problems, _unwatched), (0, {}))[1])
        case "parquet":
            return _parquet_columns(path)


def form_of(path: Path) -> Form:
    """What a file holds, by its name. Raises LogError for an unknown ending."""
    name = path.name.lower().removesuffix(".gz")
    for form, endings in _ENDINGS.items():
        if name.endswith(endings):
            return form
    raise LogError(f"{path}: unknown kind of behaviour file.", cure="Give .csv, .tsv, .jsonl or .parquet.")


def header_of(line: str) -> tuple[str, list[str]]:
    """The delimiter of a table and its cells, from its first line."""
    delimiter = max((",", "\t", ";", "|"), key=line.count)
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        cells = line.split(delimiter)
    return delimiter, [name.strip() for name in cells]


def _objects(path: Path, problems: Problems, progress: Progress) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, value in json_lines(path, problems, progress):
        if isinstance(value, dict):
            yield number, value
        else:
            problems.add(path, number, "", "not a JSON object")


def _delimited(path: Path, problems: Problems, progress: Progress) -> Iterator[tuple[int, dict[str, Any]]]:
    lines = _lines(path, problems, progress)
    delimiter, header = header_of(_header_line(path, lines, problems))
    for number, line in lines:
        if not line.strip():
            continue
        try:
            cells = next(csv.reader([line], delimiter=delimiter))
        except csv.Error as error:
            problems.add(path, number, "", f"not a row of the table: {error}")
            continue
        if len(cells) == len(header):
            yield number, dict(zip(header, cells, strict=True))
        else:
            problems.add(path, number, "", f"{len(cells)} cells under {len(header)} columns")


def _header_line(path: Path, lines: Iterator[tuple[int, str]], problems: Problems) -> str:
    """The first line that is not blank. Raises LogError when there is none, or it cannot be read."""
    before = problems.count
    first = next((line for _, line in lines if line.strip()), None)
    if problems.count > before:
        cure = "Save the file as UTF-8, with a header and a row a line."
        raise LogError(f"{problems.first[-1]}.", cure=cure)
    if first is None:
        raise LogError(f"{path}: the file is empty.", cure="Give a header and at least one row.")
    return first


def _parquet_columns(path: Path) -> list[str]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        return pq.read_schema(existing(path)).names
    except (pa.ArrowInvalid, OSError) as error:
        raise _not_parquet(path, error) from error


def _not_parquet(path: Path, error: Exception) -> LogError:
    return LogError(f"{path}: not a Parquet file ({error}).", cure="Write it again as Parquet.")


def _unwatched(_done: int, _total: int) -> None: ...


def _parquet(path: Path, progress: Progress) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(existing(path)) as source:
            total, number = source.metadata.num_rows, 0
            for batch in source.iter_batches(batch_size=_PARQUET_BATCH):
                progress(number, total)
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (pa.ArrowInvalid, OSError) as error:
        raise _not_parquet(path, error) from error


def _lines(path: Path, problems: Problems, progress: Progress) -> Iterator[tuple[int, str]]:
    """(line number, text) of every line that can be read."""
    size = max(1, existing(path).stat().st_size)
    try:
        with path.open("rb") as raw, unpacked(raw, path) as stream:
            text = io.TextIOWrapper(stream, encoding=encoding_of(path), errors="surrogateescape")
            for number, line in enumerate(_bounded(text), 1):
                if number % _REPORT_EVERY == 0:
                    progress(raw.tell(), size)
                reason = _unreadable(line)
                if reason:
                    problems.add(path, number, "", reason)
                else:
                    yield number, line.rstrip("\r\n")
        progress(size, size)
    except (OSError, EOFError, UnicodeError) as error:
        raise LogError(f"{path}: cannot be read ({error}).", cure="Check the file and its permissions.") from error


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Every line; of one that is too long only the beginning, with the limit's length."""
    while line := text.readline(LONGEST_LINE):
        rest = line
        while len(rest) == LONGEST_LINE and not rest.endswith("\n"):
            rest = text.readline(LONGEST_LINE)
        yield line


def _unreadable(line: str) -> str:
    if len(line) == LONGEST_LINE:
        return f"longer than {LONGEST_LINE:,} characters"
    if line.isascii():
        return ""
    try:
        line.encode()
    except UnicodeEncodeError:
        return "not UTF-8"
    return ""


def unpacked(raw: BinaryIO, path: Path) -> BinaryIO:
    """The bytes of the file, unpacked when its name ends in .gz."""
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if path.name.lower().endswith(".gz") else raw


def encoding_of(path: Path) -> str:
    """The encoding of a text file, from its first lines: UTF-16 with a mark, GB 18030 for Chinese, else UTF-8."""
    with path.open("rb") as raw, unpacked(raw, path) as stream:
        sample = stream.read(_SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    whole_lines = sample[: sample.rfind(b"\n") + 1] or sample
    try:
        text = decode(whole_lines, str(path))
    except CatalogError:
        return "utf-8-sig"
    return "utf-8-sig" if text == whole_lines.decode("utf-8-sig", "ignore") else "gb18030"


def existing(path: Path) -> Path:
    """The path. Raises LogError when there is no such file."""
    if path.is_file():
        return path
    what = "a directory, not a file" if path.is_dir() else "no such file"
    raise LogError(f"{path}: {what}.", cure="Check the path.")
