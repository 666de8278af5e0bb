"""Comma, tab, semicolon or bar separated text as Arrow columns, block by block.

A `.txt` file is a list of users and items without a header and with a space or tab between them, oldest first, as
data for sequential recommenders is published (SASRec).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ...errors import LogError
from ...profile.lines import Progress, header_of
from .blocks import blocks
from .report import ReadReport
from .sources import Batch, is_list

_LINES_OF_A_CELL = 1000
"""A cell with more of them is taken for a quote that is never closed."""


@dataclass(frozen=True, slots=True)
class _Layout:
    delimiter: str
    width: int
    names: Mapping[str, str]
    places: Mapping[str, int]
    """Of the columns that are read, by role."""


def delimited(path: Path, report: ReadReport, progress: Progress) -> Iterator[Batch]:
    """The rows of the table, its cells as bytes. Rows count from 1, the header; blank lines count too."""
    waiting = _whole_rows(blocks(path, progress))
    first = next(waiting, b"")
    if not first.strip():
        raise LogError(f"{path}: the file is empty.", cure="Give a header and at least one row.")
    layout, skipped = _layout(path, first, report)
    line = 1 + first[:skipped].count(b"\n")
    for data in chain([first[skipped:]], waiting):
        if data:
            yield _batch(path, data, layout, line, report)
        line += data.count(b"\n")


def _whole_rows(found: Iterator[bytes]) -> Iterator[bytes]:
    """Blocks that don't end within quotes, where that can be had: a quoted cell may hold line breaks."""
    rest = b""
    for data in found:
        data = rest + data
        end = _end_of_rows(data)
        rest = data[end:]
        yield data[:end]
    if rest:
        yield rest


def _end_of_rows(data: bytes) -> int:
    """The end of the last lines with an even number of quotes before it; of all when none of the last is."""
    end, quotes = len(data), data.count(b'"')
    for _ in range(_LINES_OF_A_CELL):
        if quotes % 2 == 0:
            return end
        start = data.rfind(b"\n", 0, end - 1) + 1
        quotes -= data.count(b'"', start, end)
        end = start
    return len(data)


def _layout(path: Path, data: bytes, report: ReadReport) -> tuple[_Layout, int]:
    """How the table is laid out, and where its rows begin."""
    if is_list(path):
        return _Layout("\t" if b"\t" in data else " ", 2, {"user": "user", "item": "item"}, {"user": 0, "item": 1}), 0
    end = len(data) - len(data.lstrip(b"\r\n"))
    end = data.index(b"\n", end) + 1
    delimiter, header = header_of(data[:end].strip().decode("utf-8", "replace"))
    names = _columns(path, data[:end], header, report)
    places = {role: header.index(name) for role, name in names.items()}
    return _Layout(delimiter, len(header), names, places), end


def _columns(path: Path, line: bytes, header: list[str], report: ReadReport) -> dict[str, str]:
    try:
        return report.choose_columns(path, header)
    except LogError as error:
        if _is_utf8(line):
            raise
        raise LogError(f"{path}, row 1: not UTF-8. {error.message}", cure="Save the file as UTF-8.") from error


def _batch(path: Path, data: bytes, layout: _Layout, line: int, report: ReadReport) -> Batch:
    """Arrow's reader, unless a cell holds a line break or a quote is never closed."""
    wrong: list[arrow_csv.InvalidRow] = []
    lines = data.count(b"\n")
    if not _is_utf8(data):  # Arrow cannot say what is wrong with a row then
        return _one_by_one(path, data, layout, line, report)
    try:
        table = _table(data, layout, wrong)
    except pa.ArrowInvalid:
        return _one_by_one(path, data, layout, line, report)
    if len(table) + len(wrong) != lines:
        return _one_by_one(path, data, layout, line, report)
    rows = np.arange(line, line + lines)
    places = np.array([one.number or 1 for one in wrong], int) - 1
    widths = [f"{one.actual_columns} cells under {layout.width} columns" for one in wrong]
    _count(path, rows[places], widths, report)
    columns = {role: table.column(str(place)).combine_chunks() for role, place in layout.places.items()}
    return Batch(columns, layout.names, np.delete(rows, places))


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _table(data: bytes, layout: _Layout, wrong: list[arrow_csv.InvalidRow]) -> pa.Table:
    def skip(row: arrow_csv.InvalidRow) -> str:
        wrong.append(row)
        return "skip"

    names = [str(place) for place in range(layout.width)]
    read = [str(place) for place in layout.places.values()]
    return arrow_csv.read_csv(
        BytesIO(data),
        arrow_csv.ReadOptions(use_threads=False, block_size=len(data) + 1, column_names=names),
        arrow_csv.ParseOptions(delimiter=layout.delimiter, ignore_empty_lines=False, invalid_row_handler=skip),
        arrow_csv.ConvertOptions(column_types=dict.fromkeys(read, pa.binary()), include_columns=read),
    )


def _one_by_one(path: Path, data: bytes, layout: _Layout, line: int, report: ReadReport) -> Batch:
    """Rows over several lines when that makes every one of them whole; else each line is a row, whole or not."""
    text = data.decode("utf-8", "surrogateescape")
    found = list(_rows(text, layout, line))
    if any(reason for _, _, reason in found):
        lines = enumerate(text.split("\n")[:-1], line)
        found = [row for number, one in lines for row in _rows(one, layout, number)]
    wrong = [(number, reason) for number, _, reason in found if reason]
    _count(path, np.array([number for number, _ in wrong], int), [reason for _, reason in wrong], report)
    usable = [(number, cells) for number, cells, reason in found if not reason]
    columns = {role: _column([cells[place] for _, cells in usable]) for role, place in layout.places.items()}
    return Batch(columns, layout.names, np.array([number for number, _ in usable], int))


def _rows(text: str, layout: _Layout, line: int) -> Iterator[tuple[int, list[str], str]]:
    """(line of its beginning, cells, what is wrong with it) of each row that is not blank."""
    reader, before = csv.reader(StringIO(text, newline=""), delimiter=layout.delimiter, strict=True), 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                fits = len(cells) == layout.width
                yield line + before, cells, "" if fits else f"{len(cells)} cells under {layout.width} columns"
            before = reader.line_num
    except csv.Error as error:
        yield line + before, [], str(error)


def _column(cells: list[str]) -> pa.Array:
    return pa.array([cell.encode("utf-8", "surrogateescape") for cell in cells], pa.binary())


def _count(path: Path, rows: np.ndarray, reasons: list[str], report: ReadReport) -> None:
    report.rows += len(rows)
    report.leave_out(path, rows, "", "not a row of the table", lambda place: reasons[place])
