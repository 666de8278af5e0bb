"""JSON Lines as Arrow columns, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as arrow_json

from ...errors import LogError
from ...profile.lines import Progress
from .blocks import blocks
from .report import ReadReport
from .sources import Batch

_SAMPLE = 1000
"""Objects from which the names and types of the columns are known."""


def objects(path: Path, report: ReadReport, progress: Progress) -> Iterator[Batch]:
    """The objects of the file; rows count lines from 1. A field that the first thousand objects lack is not read.

    Raises:
        LogError: there is no object in the file, or none of the first ones has a user or an item.
    """
    line, names, schema = 1, {}, None
    for data in blocks(path, progress):
        if not names:
            sample = _sample(path, data)
            names = report.choose_columns(path, dict.fromkeys(key for one in sample for key in one))
            schema = _schema(names, sample)
        yield _typed(data, names, schema, line) or _line_by_line(path, data, names, line, report)
        line += data.count(b"\n")
    if not names:
        raise LogError(f"{path}: the file is empty.", cure="Give one JSON object a line (JSON Lines).")


def _sample(path: Path, data: bytes) -> list[dict[str, Any]]:
    found = [_value(text) for text in data.split(b"\n", _SAMPLE)[:_SAMPLE] if text.strip()]
    usable = [value for value, _ in found if isinstance(value, dict)]
    if not usable:
        first = f" The first: {found[0][1]}." if found else ""
        raise LogError(f"{path}: no JSON object in it.{first}", cure="Save one JSON object a line (JSON Lines).")
    return usable


def _schema(names: Mapping[str, str], sample: Sequence[Mapping[str, Any]]) -> pa.Schema | None:
    """Arrow's types of the columns; None when they are not plain."""
    fields = []
    for role, name in names.items():
        kinds = {type(one[name]) for one in sample if one.get(name) is not None}
        if not kinds <= {str} and not kinds <= {int, float}:
            return None
        whole = kinds <= {int} and role in ("user", "item")
        fields.append((name, pa.string() if kinds == {str} else pa.int64() if whole else pa.float64()))
    return pa.schema(fields) if fields else None


def _typed(data: bytes, names: Mapping[str, str], schema: pa.Schema | None, line: int) -> Batch | None:
    """A block of which every line is an object of these types; None when one is not."""
    if schema is None:
        return None
    reading = arrow_json.ReadOptions(use_threads=False, block_size=len(data) + 1)
    parsing = arrow_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore")
    try:
        table = arrow_json.read_json(BytesIO(data), reading, parsing)
        table.validate(full=True)
    except pa.ArrowInvalid:
        return None
    if len(table) != data.count(b"\n"):
        return None
    columns = {role: table.column(name).combine_chunks() for role, name in names.items()}
    return Batch(columns, names, np.arange(line, line + len(table)))


def _line_by_line(path: Path, data: bytes, names: Mapping[str, str], line: int, report: ReadReport) -> Batch:
    rows, found, wrong, reasons = [], [], [], []
    for number, text in enumerate(data.split(b"\n")[:-1], line):
        if not text.strip():
            continue
        value, reason = _value(text)
        nested = next((name for name in names.values() if isinstance(value, dict) and _is_nested(value, name)), "")
        if nested:
            report.rows += 1
            report.leave_out(path, np.array([number]), nested, "a list or an object, not one value")
        elif isinstance(value, dict):
            rows.append(number)
            found.append([_text(value.get(name)) for name in names.values()])
        else:
            wrong.append(number)
            reasons.append(reason)
    report.rows += len(wrong)
    report.leave_out(path, np.array(wrong, int), "", "not a JSON object", lambda place: reasons[place])
    columns = zip(*found, strict=True) if found else [()] * len(names)
    arrays = [pa.array(one, pa.binary()) for one in columns]
    return Batch(dict(zip(names, arrays, strict=True)), names, np.array(rows, int))


def _value(text: bytes) -> tuple[object, str]:
    try:
        return json.loads(text), text[:40].decode("utf-8", "replace")
    except (ValueError, RecursionError) as error:
        return None, str(error)


def _is_nested(value: Mapping[str, Any], name: str) -> bool:
    return isinstance(value.get(name), list | dict)


def _text(value: object) -> bytes | None:
    """Whole floats without their `.0`."""
    if value is None:
        return None
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return text.encode("utf-8", "surrogatepass")
