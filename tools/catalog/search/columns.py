"""Dictionary-encoded facet columns: the mask of a whole catalog in microseconds.

A column answers exactly as `constraints.matches` does for every single row. What it cannot answer by a vector
operation (a substring within numbers) it answers by calling `matches`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from ...constraints.evaluate import matches
from ...constraints.model import Constraint, Op, Scalar
from ...errors import FilterError, did_you_mean
from ...items import CatalogSchema, Facet, FacetValue, Item
from ...normalize import normalize

_NEGATIONS = (Op.NE, Op.NOT_IN)


@dataclass(frozen=True, slots=True)
class Words:
    """The string parts of a column, m of them over n rows."""

    rows: np.ndarray
    """Shape (m,): the row of each part, ascending."""
    codes: np.ndarray
    """Shape (m,): its position in `spellings`."""
    groups: np.ndarray
    """Shape (m,): its value, the same for all spellings that normalize alike."""
    once: np.ndarray
    """Shape (m,), bool: False where the row already has the same value in another part."""
    spellings: tuple[str, ...]
    """As in the catalog, sorted, so that an order comparison is a range of codes."""
    shown: tuple[str, ...]
    """The most frequent spelling of each group."""
    group_of: dict[str, int]
    """Normalized value -> group, in the order of the groups."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numeric and boolean parts of a column; `rows` ascending, `numbers` float64, both of shape (m,)."""

    rows: np.ndarray
    numbers: np.ndarray
    by_row: np.ndarray | None
    """Shape (n,), NaN where a row has none; None when some row has several."""

    def where(self, size: int, holds: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """Shape (n,), bool: the rows with a number that a comparison, which no NaN meets, holds for."""
        return _marked(size, self.rows[holds(self.numbers)]) if self.by_row is None else holds(self.by_row)


@dataclass(frozen=True, slots=True)
class Column:
    """The values of one facet over n rows."""

    facet: Facet
    raw: tuple[FacetValue | None, ...]
    present: np.ndarray
    """Shape (n,), bool: whether the row has a value."""
    words: Words
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Columns:
    """The facets of a catalog by column."""

    size: int
    by_facet: dict[str, Column]

    @classmethod
    def build(cls, items: Sequence[Item], schema: CatalogSchema) -> Columns:
        """Columns of every facet of the schema, rows in the order of the items."""
        return cls(len(items), {facet.name: _column(items, facet) for facet in schema.facets})

    def with_rows(self, items: Sequence[Item], rows: Sequence[int]) -> Columns:
        """The columns after the items of some rows changed; a column where no value did is the same object."""
        changed = {
            name: _column(items, column.facet)
            for name, column in self.by_facet.items()
            if any(column.raw[row] != items[row].facets.get(name) for row in rows)
        }
        return Columns(self.size, self.by_facet | changed)

    def column(self, facet: str) -> Column:
        """The column of a facet. Raises FilterError when the catalog has no such facet."""
        column = self.by_facet.get(facet)
        if column is None:
            names = list(self.by_facet)
            cure = did_you_mean(facet, names) if names else "The catalog has no facets."
            raise FilterError(f"The catalog has no facet {facet!r}.", cure=cure)
        return column

    def match(self, constraint: Constraint) -> np.ndarray:
        """Shape (n,), bool: which rows meet one constraint, hard or soft."""
        column = self.column(constraint.facet)
        if constraint.op in _NEGATIONS:
            return ~_has_any(column, constraint.values)
        if constraint.op in (Op.EQ, Op.IN):
            return _has_any(column, constraint.values)
        if constraint.op is Op.ALL:
            return np.logical_and.reduce([column.present, *(_has_any(column, (one,)) for one in constraint.values)])
        if constraint.op is Op.CONTAINS:
            return _contains(column, constraint)
        return _in_range(column, constraint)

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """Shape (n,), bool: which rows meet every hard constraint, as `constraints.admits` says of each item.

        Raises FilterError when a hard constraint is about a facet that the catalog does not have.
        """
        mask = np.ones(self.size, dtype=bool)
        for constraint in constraints:
            if constraint.hard:
                mask &= self.match(constraint)
        return mask


def _column(items: Sequence[Item], facet: Facet) -> Column:
    raw = tuple(item.facets.get(facet.name) for item in items)
    words: list[tuple[int, str]] = []
    numbers: list[tuple[int, float]] = []
    for row, value in enumerate(raw):
        for part in () if value is None else value if isinstance(value, tuple) else (value,):
            if isinstance(part, str):
                words.append((row, part))
            else:
                numbers.append((row, float(part)))
    present = np.array([value is not None and value != () for value in raw], dtype=bool)
    return Column(facet, raw, present, _words(words), _numbers(numbers, len(items)))


def _words(parts: list[tuple[int, str]]) -> Words:
    spellings = sorted({part for _, part in parts})
    code_of = {spelling: code for code, spelling in enumerate(spellings)}
    group_of: dict[str, int] = {}
    group_of_code = np.array([group_of.setdefault(normalize(one), len(group_of)) for one in spellings], dtype=int)
    rows = np.array([row for row, _ in parts], dtype=int)
    codes = np.array([code_of[part] for _, part in parts], dtype=int)
    groups = group_of_code[codes]
    return Words(
        rows=rows,
        codes=codes,
        groups=groups,
        once=_first_of_each(rows * max(len(group_of), 1) + groups),
        spellings=tuple(spellings),
        shown=_most_frequent(spellings, codes, group_of_code),
        group_of=group_of,
    )


def _first_of_each(keys: np.ndarray) -> np.ndarray:
    first = np.zeros(len(keys), dtype=bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first


def _most_frequent(spellings: list[str], codes: np.ndarray, group_of_code: np.ndarray) -> tuple[str, ...]:
    """The most frequent spelling of each group."""
    counts = np.bincount(codes, minlength=len(spellings))
    shown = {int(group_of_code[code]): spellings[code] for code in np.argsort(counts, kind="stable")}
    return tuple(shown[group] for group in range(len(shown)))


def _numbers(parts: list[tuple[int, float]], size: int) -> Numbers:
    rows = np.array([row for row, _ in parts], dtype=int)
    numbers = np.array([number for _, number in parts], dtype=np.float64)
    by_row = np.full(size, np.nan)
    by_row[rows] = numbers
    return Numbers(rows, numbers, by_row if len(np.unique(rows)) == len(rows) else None)


def _marked(size: int, rows: np.ndarray) -> np.ndarray:
    mask = np.zeros(size, dtype=bool)
    mask[rows] = True
    return mask


def _has_any(column: Column, wanted: tuple[Scalar, ...]) -> np.ndarray:
    mask = np.zeros(len(column.raw), dtype=bool)
    groups = [column.words.group_of.get(normalize(one)) for one in wanted if isinstance(one, str)]
    known = [group for group in groups if group is not None]
    if known:
        selected = np.zeros(len(column.words.shown), dtype=bool)
        selected[known] = True
        mask[column.words.rows[selected[column.words.groups]]] = True
    for number in (float(one) for one in wanted if not isinstance(one, str)):
        mask |= column.numbers.where(len(mask), partial(np.equal, number))
    return mask


def _contains(column: Column, constraint: Constraint) -> np.ndarray:
    if len(column.numbers.rows):
        return np.array([matches(constraint, value) for value in column.raw], dtype=bool)
    wanted = normalize(str(constraint.value))
    selected = np.array([wanted in value for value in column.words.group_of], dtype=bool)
    rows = column.words.rows[selected[column.words.groups]] if len(selected) else column.words.rows
    return _marked(len(column.raw), rows)


def _in_range(column: Column, constraint: Constraint) -> np.ndarray:
    between = constraint.op is Op.BETWEEN
    low, high = constraint.values if between else (constraint.values[0], constraint.values[0])
    if isinstance(low, str) and isinstance(high, str):
        first, last = _code_range(column.words.spellings, constraint.op, low, high)
        rows = column.words.rows[(column.words.codes >= first) & (column.words.codes < last)]
    elif isinstance(low, str) or isinstance(high, str):
        rows = column.words.rows[:0]
    else:
        holds = partial(_number_range, op=constraint.op, low=float(low), high=float(high))
        return column.numbers.where(len(column.raw), holds)
    return _marked(len(column.raw), rows)


def _code_range(spellings: tuple[str, ...], op: Op, low: str, high: str) -> tuple[int, int]:
    """First code that meets the bounds, and the first after it that does not."""
    first = 0 if op in (Op.LT, Op.LE) else (bisect_right if op is Op.GT else bisect_left)(spellings, low)
    last = len(spellings) if op in (Op.GT, Op.GE) else (bisect_left if op is Op.LT else bisect_right)(spellings, high)
    return first, last


def _number_range(numbers: np.ndarray, *, op: Op, low: float, high: float) -> np.ndarray:
    if op is Op.LT:
        return numbers < high
    if op is Op.LE:
        return numbers <= high
    if op is Op.GT:
        return numbers > low
    if op is Op.GE:
        return numbers >= low
    return (numbers >= low) & (numbers <= high)
