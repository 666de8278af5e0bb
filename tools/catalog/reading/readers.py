"""Readers of catalog files (CSV, TSV, JSON, JSON Lines, XML, HTML, also .gz; Parquet), frames and lists."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...errors import CatalogError, did_you_mean
from ..index.paths import lookup
from .decoding import decode
from .feeds.documents import feed_document, is_feed_header, may_repeat
from .feeds.markup import is_markup, read_markup
from .rows import RowProblem, SourceRow, SourceTable

_LONGEST_CELL = 2**31 - 1
_SCHEMA_SUFFIXES = frozenset({".yaml", ".yml"})


def read_file(path: Path, records: str = "") -> SourceTable:
    """All rows of a file. `records` is the path to the list of rows inside a JSON document.

    Raises CatalogError when the file is missing, unreadable, of an unknown kind or holds no rows.
    """
    data = read_bytes(path)
    suffix = path.with_suffix("").suffix if path.suffix.lower() == ".gz" else path.suffix
    reader = _read_markup if is_markup(data) else _READERS.get(suffix.lower()) or _reader_of(data)
    if reader is None:
        raise CatalogError(f"{path}: unknown kind of catalog file {suffix!r}.", cure=f"Known: {', '.join(_READERS)}.")
    if not data.strip():
        raise CatalogError(f"{path}: the file is empty.", cure="A catalog needs at least one row.")
    return _not_empty(_objects(reader(data, str(path), records)))


def read_frame(frame: Any, name: str = "frame") -> SourceTable:
    """All rows of a pandas or polars frame; rows count from 1."""
    rows = frame.to_dicts() if hasattr(frame, "to_dicts") else frame.to_dict(orient="records")
    return read_rows(rows, name)


def read_rows(rows: Iterable[object], name: str = "rows") -> SourceTable:
    """Rows that are in memory already."""
    return _not_empty(SourceTable(name, tuple(SourceRow(number, _plain(row)) for number, row in enumerate(rows, 1))))


def is_frame(source: object) -> bool:
    """Whether it is a pandas or polars frame."""
    return hasattr(source, "columns") and (hasattr(source, "to_dicts") or hasattr(source, "to_dict"))


def read_bytes(path: Path) -> bytes:
    """The file's bytes, unpacked when it is gzip. Raises CatalogError when it cannot be read."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except FileNotFoundError:
        near = did_you_mean(path.name, _siblings(path))
        raise CatalogError(f"{path}: no such file.", cure=near if near != "Known: ." else "Check the path.") from None
    except IsADirectoryError:
        cure = "Give a file; an index directory is opened with --catalog, not indexed."
        raise CatalogError(f"{path}: a directory, not a file.", cure=cure) from None
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogError(f"{path}: cannot be read ({error}).", cure="Check the file and its permissions.") from error


def _siblings(path: Path) -> list[str]:
    """Files beside it of the same use."""
    kinds = FILE_SUFFIXES if path.suffix.lower() not in _SCHEMA_SUFFIXES else _SCHEMA_SUFFIXES
    beside = path.parent.iterdir() if path.parent.is_dir() else ()
    return sorted(entry.name for entry in beside if kinds & {suffix.lower() for suffix in entry.suffixes})


def _objects(table: SourceTable) -> SourceTable:
    """Where most rows are objects, what is none is listed and left out, lest it adds columns of its own."""
    rows = tuple(row for row in table.rows if isinstance(row.values, Mapping))
    if len(rows) <= len(table.rows) / 2 or len(rows) == len(table.rows):
        return table
    reason = "no object as the other rows are; the row is left out"
    odd = (RowProblem(table.file, row.number, "", reason) for row in table.rows if not isinstance(row.values, Mapping))
    return SourceTable(table.file, rows, (*table.problems, *odd))


def _not_empty(table: SourceTable) -> SourceTable:
    if table.rows:
        return table
    first = f" First problem: {table.problems[0]}." if table.problems else ""
    raise CatalogError(f"{table.file}: the catalog has no rows.{first}", cure="A catalog needs at least one row.")


def _reader_of(data: bytes) -> Callable[[bytes, str, str], SourceTable] | None:
    """The reader of a file whose name tells nothing: JSON, or a table with the columns of a product feed."""
    if data.lstrip()[:1] in (b"{", b"["):
        return _read_json
    header = data.lstrip().partition(b"\n")[0].decode("utf-8-sig", "replace")
    names = [name.strip() for name in header.split(_sniff(header))]
    return _READERS[".txt"] if is_feed_header(names) else None


def _read_delimited(data: bytes, file: str, delimiter: str) -> SourceTable:
    text = decode(data, file)
    delimiter = delimiter or _sniff(text.lstrip().partition("\n")[0])
    limit = csv.field_size_limit(_LONGEST_CELL)
    try:
        return _table(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), file)
    finally:
        csv.field_size_limit(limit)


def _sniff(header: str) -> str:
    return max((",", ";", "\t", "|"), key=header.count)


def _table(reader: Any, file: str) -> SourceTable:
    header = [name.strip() for name in next(reader)]
    repeated = sorted({name for name in header if header.count(name) > 1 and not may_repeat(name, header)})
    if repeated:
        raise CatalogError(
            f"{file}, row 1: column {repeated[0]!r} occurs twice.", cure="Give every column its own name."
        )
    rows, problems, line = [], [], reader.line_num
    for cells in reader:
        number, line = line + 1, reader.line_num
        if len(cells) > len(header):
            problems.append(RowProblem(file, number, "", f"{len(cells)} cells under {len(header)} columns"))
        elif any(cell.strip() for cell in cells):
            rows.append(SourceRow(number, _cells(header, cells)))
    return SourceTable(file, tuple(rows), tuple(problems))


def _cells(header: Sequence[str], cells: Sequence[str]) -> dict[str, object]:
    """A row by its columns; a column that may repeat holds a list."""
    if len(set(header)) == len(header):
        return dict(zip(header, cells, strict=False))
    held: dict[str, list[str]] = {}
    for name, cell in zip(header, cells, strict=False):
        held.setdefault(name, []).append(cell)
    return {name: found[0] if len(found) == 1 else [cell for cell in found if cell] for name, found in held.items()}


def _read_json(data: bytes, file: str, records: str) -> SourceTable:
    try:
        document = json.loads(decode(data, file))
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and error.lineno > 1:
            return _read_lines(data, file, records)
        raise CatalogError(
            f"{file}, row {error.lineno}: broken JSON ({error.msg}, column {error.colno}).",
            cure="Mend the file, or save one object a line as .jsonl so that only broken lines are lost.",
        ) from error
    except ValueError as error:
        raise CatalogError(f"{file}: broken JSON ({error}).", cure="Write such a number as text.") from error
    except RecursionError as error:
        raise CatalogError(f"{file}: the JSON is nested too deeply.", cure="Save the rows as one flat list.") from error
    table = None if records else feed_document(document, file)
    if table is not None:
        return table
    rows = _records(document, records, file)
    return SourceTable(file, tuple(SourceRow(number, row) for number, row in enumerate(rows, 1)))


def _records(document: object, records: str, file: str) -> Sequence[object]:
    found = lookup(document, records) if records else _only_list(document)
    if isinstance(found, list):
        return found
    where = f"at records: {records!r}" if records else "in the document"
    lists = [path for path, value in _lists(document)]
    raise CatalogError(f"{file}: no list of rows {where}.", cure=f"Set `records` in the schema. Lists: {lists}.")


def _lists(document: object, prefix: str = "") -> Iterable[tuple[str, list[object]]]:
    if isinstance(document, Mapping):
        for key, value in document.items():
            path = f"{prefix}.{key}" if prefix else str(key)
            if isinstance(value, list):
                yield path, value
            else:
                yield from _lists(value, path)


def _only_list(document: object) -> object:
    if not isinstance(document, Mapping):
        return document
    lists = [value for _, value in _lists(document) if any(isinstance(row, (Mapping, list)) for row in value)]
    return lists[0] if len(lists) == 1 else None


def _read_lines(data: bytes, file: str, _records: str) -> SourceTable:
    rows, problems = [], []
    for number, line in enumerate(decode(data, file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(SourceRow(number, json.loads(line)))
        except json.JSONDecodeError as error:
            problems.append(RowProblem(file, number, "", f"broken JSON: {error.msg}, column {error.colno}"))
        except ValueError as error:
            problems.append(RowProblem(file, number, "", f"broken JSON: {error}"))
        except RecursionError:
            problems.append(RowProblem(file, number, "", "JSON that is nested too deeply"))
    return SourceTable(file, tuple(rows), tuple(problems))


def _read_markup(data: bytes, file: str, _records: str) -> SourceTable:
    return read_markup(data, file)


def _read_parquet(data: bytes, file: str, _records: str) -> SourceTable:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        rows = pq.read_table(pa.BufferReader(data)).to_pylist()
    except (pa.ArrowInvalid, OSError) as error:
        raise CatalogError(f"{file}: not a Parquet file ({error}).", cure="Write it again as Parquet.") from error
    return SourceTable(file, tuple(SourceRow(number, row) for number, row in enumerate(rows, 1)))


def _plain(value: object) -> object:
    """numpy scalars and arrays, pandas timestamps and missing marks as plain Python."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())  # pyright: ignore[reportAttributeAccessIssue]
    return None if type(value).__name__ in ("NAType", "NaTType") else value


_READERS: dict[str, Callable[[bytes, str, str], SourceTable]] = {
    ".csv": lambda data, file, _: _read_delimited(data, file, ""),
    ".tsv": lambda data, file, _: _read_delimited(data, file, "\t"),
    ".txt": lambda data, file, _: _read_delimited(data, file, ""),
    ".xml": _read_markup,
    ".rss": _read_markup,
    ".atom": _read_markup,
    ".html": _read_markup,
    ".htm": _read_markup,
    ".json": _read_json,
    ".jsonld": _read_json,
    ".jsonl": _read_lines,
    ".ndjson": _read_lines,
    ".parquet": _read_parquet,
}
FILE_SUFFIXES = frozenset(_READERS)
