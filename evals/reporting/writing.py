"""Writes the report of a run into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from ...tools.errors import SuiteError
from .data import as_data
from .junit import as_junit
from .markdown import as_markdown
from .model import Report
from .page import as_page


def _as_json(report: Report) -> str:
    return json.dumps(as_data(report), ensure_ascii=False, indent=1) + "\n"


NAMES: Mapping[str, Callable[[Report], str]] = {
    "report.html": as_page,
    "report.json": _as_json,
    "report.md": as_markdown,
    "junit.xml": as_junit,
}
"""What is written, by the name of the file."""


def write_report(report: Report, folder: Path) -> tuple[Path, ...]:
    """Writes all forms of it; returns their paths. Raises SuiteError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, render in NAMES.items():
            (folder / name).write_text(render(report), encoding="utf-8", errors="replace")
    except OSError as error:
        raise SuiteError(f"{folder}: {error.strerror}.", cure="Give --report a folder that can be written.") from error
    return tuple(folder / name for name in NAMES)
