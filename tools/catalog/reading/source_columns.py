"""The columns of a table before anything is known of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ...normalize import normalize
from ..index.paths import leaves
from .column_names import NameMeaning, meaning_of
from .rows import SourceTable
from .values import as_text, is_missing

SAMPLE = 2_000
"""Rows looked at: evenly spaced ones when there are more."""
MOSTLY = 0.8
"""The share of the values that decides."""


@dataclass(frozen=True)
class Column:
    """The values of one column that are not missing, from a sample of the rows."""

    path: str
    values: tuple[Any, ...]
    rows: int

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(as_text(value) for value in self.values)

    @cached_property
    def distinct(self) -> int:
        return len({normalize(text) for text in self.texts})

    @cached_property
    def mean_length(self) -> float:
        return sum(map(len, self.texts)) / max(len(self.texts), 1)

    @cached_property
    def is_list(self) -> bool:
        return self.share(lambda value: isinstance(value, (list, tuple))) >= MOSTLY

    @cached_property
    def meaning(self) -> NameMeaning | None:
        return meaning_of(self.path)

    def share(self, test: Any) -> float:
        """The share of the values that pass a test."""
        return sum(bool(test(value)) for value in self.values) / max(len(self.values), 1)


def profile_columns(table: SourceTable) -> list[Column]:
    """The columns of a table in the order of their first appearance, without those that have no value at all."""
    step = max(1, len(table.rows) // SAMPLE)
    sample = table.rows[::step]
    values: defaultdict[str, list[Any]] = defaultdict(list)
    for row in sample:
        for path, value in leaves(row.values):
            if not is_missing(value):
                values[path].append(value)
    return [Column(path, tuple(found), len(sample)) for path, found in values.items()]
