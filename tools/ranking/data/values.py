"""Columns of any type as plain arrays: numbers of ids, ratings, seconds, weights of words."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...profile.fade import EVENT_WEIGHTS
from ...profile.logs import MILLISECONDS_FROM, read_time
from ...profile.verdicts import VERDICTS

UNKNOWN, MISSING, GARBLED = -1, -2, -3
"""Instead of the number of an id: none of the numbered ones, empty, not UTF-8."""
WORD_WEIGHTS = np.unique([EVENT_WEIGHTS[kind] * strength for kind, strength in VERDICTS.values()]).astype(np.float32)
"""What the words of a kind column weigh, each weight once."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its different values, and which of them each row has (-1: none)."""

    different: Sequence[str | None]
    """Without spaces around; None for what is not UTF-8."""
    places: np.ndarray

    @classmethod
    def of(cls, array: pa.Array) -> Column:
        """Numbers and dates are written out; whole ones without `.0`."""
        if pa.types.is_dictionary(array.type):
            array = array.dictionary_decode()
        encoded = array.dictionary_encode()
        different = [_text(value) for value in encoded.dictionary.to_pylist()]
        return cls(different, encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False))

    def __getitem__(self, row: int) -> str:
        place = self.places[row]
        return (self.different[place] or "") if place >= 0 else ""

    def mapped(self, found: Callable[[str], float], missing: float, garbled: float, kind: type) -> np.ndarray:
        """`found(value)` of each row; empty values are missing."""
        values = [garbled if one is None else found(one) if one else missing for one in self.different]
        return np.array([*values, missing], kind)[self.places]


def numbered(column: Column, numbers: dict[str, int], *, growing: bool) -> np.ndarray:
    """Shape (e,), int32: the number of each id; new ones are added to `numbers` when it is `growing`."""
    if growing:
        return column.mapped(lambda one: numbers.setdefault(one, len(numbers)), MISSING, GARBLED, np.int32)
    return column.mapped(lambda one: numbers.get(one, UNKNOWN), MISSING, GARBLED, np.int32)


def ratings(array: pa.Array) -> np.ndarray:
    """Shape (e,), float32: NaN for an empty cell, infinite for what is no number."""
    found = _cast(array, pa.float64())
    if found is not None:
        return np.where(np.isnan(found) & array.is_valid().to_numpy(zero_copy_only=False), np.inf, found).astype("f4")
    return Column.of(array).mapped(_number, math.nan, math.inf, np.float32)


def seconds(array: pa.Array) -> np.ndarray:
    """Shape (e,), float64: seconds since 1970; NaN for an empty cell, infinite for what is no time."""
    if pa.types.is_temporal(array.type):
        return _cast_time(array)
    found = _cast(array, pa.float64())
    if found is not None:
        found = np.where(np.isnan(found) & array.is_valid().to_numpy(zero_copy_only=False), np.inf, found)
        return np.where(found > MILLISECONDS_FROM, found / 1000, found)
    for zone in (None, "UTC"):
        with_zone = _iso(array, zone)
        if with_zone is not None:
            return with_zone
    return Column.of(array).mapped(_seconds, math.nan, math.inf, np.float64)


def words(column: Column) -> np.ndarray:
    """Shape (e,), int8: the place of the word's weight in WORD_WEIGHTS; UNKNOWN or MISSING."""
    return column.mapped(_place_of_word, MISSING, UNKNOWN, np.int8)


def _place_of_word(word: str) -> int:
    verdict = VERDICTS.get(word.casefold())
    if verdict is None:
        return UNKNOWN
    return int(np.argmin(np.abs(WORD_WEIGHTS - EVENT_WEIGHTS[verdict[0]] * verdict[1])))


def _cast(array: pa.Array, kind: pa.DataType) -> np.ndarray | None:
    try:
        return pc.cast(array, kind).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _iso(array: pa.Array, zone: str | None) -> np.ndarray | None:
    """ISO 8601 texts, all with a zone or all without."""
    try:
        options = pc.ReplaceSubstringOptions(" UTC$", "Z")
        plain = pc.call_function("replace_substring_regex", [array.cast(pa.string())], options)
        return _cast_time(plain.cast(pa.timestamp("us", zone)))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None


def _cast_time(array: pa.Array) -> np.ndarray:
    moments = array.cast(pa.timestamp("us", getattr(array.type, "tz", None)), safe=False)
    return pc.cast(moments.cast(pa.int64()), pa.float64(), safe=False).to_numpy(zero_copy_only=False) / 1e6


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


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.inf
    return number if math.isfinite(number) else math.inf


def _seconds(text: str) -> float:
    time: datetime | None = read_time(text)
    return math.inf if time is None else time.timestamp()
