"""What the values of a facet look like over some rows: for clarifying questions and for what a model is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...items import FacetKind
from .columns import Column, Columns, Words


@dataclass(frozen=True, slots=True)
class FacetStatistics:
    """Counts and spread of one facet over `total` rows."""

    facet: str
    counts: Mapping[str, int]
    """Rows by value, most frequent first: values of categorical, multi-valued and date facets, "true" and "false"."""
    low: float | None
    high: float | None
    median: float | None
    """Of numeric facets in their unit, of date facets as years; None for other kinds and when no row has a value."""
    missing: int
    total: int


def statistics(columns: Columns, facet: str, rows: np.ndarray | None = None) -> FacetStatistics:
    """Statistics of a facet over the rows: positions of shape (m,), a mask of shape (n,), or None for all of them.

    Raises FilterError when the catalog has no such facet.
    """
    column = columns.column(facet)
    chosen = np.ones(columns.size, dtype=bool)
    if rows is not None:
        chosen = np.zeros(columns.size, dtype=bool)
        chosen[rows] = True
    numbers = _numbers(column, chosen)
    total = int(np.count_nonzero(chosen))
    return FacetStatistics(
        facet=facet,
        counts=_counts(column, chosen),
        low=float(numbers.min()) if len(numbers) else None,
        high=float(numbers.max()) if len(numbers) else None,
        median=float(np.median(numbers)) if len(numbers) else None,
        missing=total - int(np.count_nonzero(column.present & chosen)),
        total=total,
    )


def _counts(column: Column, chosen: np.ndarray) -> dict[str, int]:
    if column.facet.kind is FacetKind.NUMERIC:
        return {}
    if column.facet.kind is FacetKind.BOOLEAN:
        truths = column.numbers.numbers[chosen[column.numbers.rows]] != 0
        counts = {"true": int(np.count_nonzero(truths)), "false": int(np.count_nonzero(~truths))}
        return {name: count for name, count in sorted(counts.items(), key=lambda pair: -pair[1]) if count}
    return _word_counts(column.words, chosen)


def _word_counts(words: Words, chosen: np.ndarray) -> dict[str, int]:
    counts = np.bincount(words.groups[chosen[words.rows] & words.once], minlength=len(words.shown))
    order = np.argsort(-counts, kind="stable")
    return {words.shown[group]: int(counts[group]) for group in order if counts[group]}


def _numbers(column: Column, chosen: np.ndarray) -> np.ndarray:
    if column.facet.kind is FacetKind.NUMERIC:
        numbers = column.numbers.numbers[chosen[column.numbers.rows]]
        return numbers[np.isfinite(numbers)]
    if column.facet.kind is FacetKind.DATE:
        years = np.array([_year(spelling) for spelling in column.words.spellings], dtype=np.float64)
        numbers = years[column.words.codes[chosen[column.words.rows]]]
        return numbers[np.isfinite(numbers)]
    return np.empty(0)


def _year(date: str) -> float:
    return float(date[:4]) if date[:4].isdecimal() else np.nan
