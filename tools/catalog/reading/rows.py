"""Rows as they come from a source, and the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row, or one field of it, cannot be used. Without a field the whole row is left out.

    `row` is the line of a text file, or counts from 1 in a document, table or frame; 0 is the file as a whole.
    """

    file: str
    row: int
    field: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{place}, {self.field}: {self.reason}" if self.field else f"{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row: an object, a list (`[name, {...}]`) or anything else that JSON holds."""

    number: int
    values: object


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Everything read from one source."""

    file: str
    rows: tuple[SourceRow, ...]
    problems: tuple[RowProblem, ...] = field(default=())
