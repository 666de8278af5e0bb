"""JSON Lines as Arrow columns, block by block."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ...errors import LogError
from ...profile.lines import Progress
from ...profile.verdicts import columns_of
from .blocks import blocks
from .report import ReadReport
from .sources import Batch


def objects(path: Path, report: ReadReport, progress: Progress) -> Iterator[Batch]:
    """The objects of the file; rows count lines from 1."""
    line, names = 1, {}
    for data in blocks(path, progress):
        rows, found = _objects(path, data, line, report)
        if found:
            names = names or columns_of(path, dict.fromkeys(key for one in found for key in one))
            columns = {role: pa.array([_text(one.get(name)) for one in found]) for role, name in names.items()}
            yield Batch(columns, names, rows)
        line += data.count(b"\n")
    if not names:
        raise LogError(f"{path}: no JSON object in it.", cure="Save one JSON object a line (JSON Lines).")


def _objects(path: Path, data: bytes, line: int, report: ReadReport) -> tuple[np.ndarray, list[dict[str, Any]]]:
    rows, found, wrong, reasons = [], [], [], []
    for number, text in enumerate(data.split(b"\n")[:-1], line):
        if not text.strip():
            continue
        try:
            value, reason = json.loads(text), "not an object"
        except (ValueError, RecursionError) as error:
            value, reason = None, str(error)
        if isinstance(value, dict):
            rows.append(number)
            found.append(value)
        else:
            wrong.append(number)
            reasons.append(reason)
    report.rows += len(wrong)
    report.leave_out(path, np.array(wrong, int), "", "not a JSON object", lambda place: reasons[place])
    return np.array(rows, int), found


def _text(value: object) -> str | None:
    """Whole floats without their `.0`."""
    if value is None:
        return None
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
