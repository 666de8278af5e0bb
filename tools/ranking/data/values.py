"""Columns of any type as plain arrays: numbers of ids, ratings, weights of words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...profile.fade import EVENT_WEIGHTS
from ...profile.verdicts import VERDICTS

UNKNOWN, MISSING, GARBLED = -1, -2, -3
"""Instead of the number of an id: none of the numbered ones, empty, not UTF-8."""
WORD_WEIGHTS = np.unique([EVENT_WEIGHTS[kind] * strength for kind, strength in VERDICTS.values()]).astype(np.float32)
"""What the words of a kind column weigh, each weight once."""


class Numbers(dict[str, int]):
    """Ids numbered as they come: asking for a new one gives it the next number."""

    def __missing__(self, one: str) -> int:
        self[one] = number = len(self)
        return number


class Known(dict[str, int]):
    """Ids that are numbered already: any other is UNKNOWN."""

    def __missing__(self, one: str) -> int:
        return UNKNOWN


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its different values, and which of them each row has."""

    different: Sequence[str | None]
    """Without spaces around, empty for none; None for what is not UTF-8."""
    places: np.ndarray

    @classmethod
    def of(cls, array: pa.Array) -> Column:
        """Numbers and dates are written out; whole ones without `.0`."""
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        encoded = array.dictionary_encode(null_encoding="encode")
        return cls(_texts(encoded.dictionary), encoded.indices.to_numpy(zero_copy_only=False))

    def __getitem__(self, row: int) -> str:
        return self.different[self.places[row]] or ""

    def numbered(self, number: Callable[[str], int]) -> np.ndarray:
        """Shape (e,), int32: `number(value)` of each row; MISSING or GARBLED where there is none."""
        if all(self.different):
            codes = list(map(number, cast(Sequence[str], self.different)))
        else:
            codes = [number(one) if one else GARBLED if one is None else MISSING for one in self.different]
        return np.array(codes, np.int32)[self.places]

    def measured(self, measure: Callable[[str], float]) -> np.ndarray:
        """Shape (e,), float64: `measure(value)` of each row, NaN for an empty one, infinite for what is not UTF-8."""
        found = [math.inf if one is None else measure(one) if one else math.nan for one in self.different]
        return np.array(found, np.float64)[self.places]


def ratings(array: pa.Array) -> np.ndarray:
    """Shape (e,), float32: NaN for an empty cell, infinite for what is no number."""
    found = numbers(array)
    return (Column.of(array).measured(number_of) if found is None else found).astype(np.float32)


def words(column: Column) -> np.ndarray:
    """Shape (e,), int8: the place of the word's weight in WORD_WEIGHTS; UNKNOWN or MISSING."""
    return column.numbered(_place_of_word).astype(np.int8)


def _place_of_word(word: str) -> int:
    verdict = VERDICTS.get(word.casefold())
    if verdict is None:
        return UNKNOWN
    return int(np.argmin(np.abs(WORD_WEIGHTS - EVENT_WEIGHTS[verdict[0]] * verdict[1])))


def numbers(array: pa.Array) -> np.ndarray | None:
    """Shape (e,), float64: NaN for nulls, infinite for a NaN; None when not all are numbers."""
    try:
        found = cast_all(array, pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    odd = np.isnan(found)
    if odd.any():
        found = np.where(odd & array.is_valid().to_numpy(zero_copy_only=False), np.inf, found)
    return found


def cast_all(array: pa.Array, kind: pa.DataType) -> pa.Array:
    """All or nothing; the first value is tried first, because a cast that fails everywhere takes long."""
    array.slice(0, 1).cast(kind)
    return array.cast(kind)


def _texts(values: pa.Array) -> list[str | None]:
    if pa.types.is_temporal(values.type):
        values = _written(values)
    if pa.types.is_binary(values.type):
        try:
            values = values.cast(pa.string())
        except pa.ArrowInvalid:
            return [_text(one) for one in values.to_pylist()]
    if pa.types.is_string(values.type):
        return pc.call_function("utf8_trim_whitespace", [values]).fill_null("").to_pylist()
    return [_text(one) for one in values.to_pylist()]


def _written(values: pa.Array) -> pa.Array:
    """Moments as text, or as their numbers where they lie beyond all years."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        return values.cast(pa.int64())


def _text(value: object) -> str | None:
    if value is None:
        return ""
    if isinstance(value, bytes):
        try:
            return value.decode().strip()
        except UnicodeDecodeError:
            return None
    whole = isinstance(value, float) and value.is_integer()
    return f"{value:.0f}" if whole else str(value).strip()


def number_of(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return number if math.isfinite(number) else math.inf
