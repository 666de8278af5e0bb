"""Columns of times, however they are written, as seconds since 1970."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...profile.logs import FIRST_DATE, LAST_DATE, read_time, seconds_since_1970
from .values import Column, cast_all, number_of, numbers

_EARLIEST = datetime(1, 1, 1, tzinfo=UTC).timestamp()
_A_SECOND = {"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}
_DATES = 0.25
"""From this share of dates on, numbers are dates: of those that count something, one in thirty looks like a date."""


@dataclass(slots=True)
class Times:
    """Reads the times of a file. Whether its numbers are dates, as 20231114, is decided by the first that come."""

    are_dates: bool | None = None

    def seconds(self, array: pa.Array) -> np.ndarray:
        """Shape (e,), float64: seconds since 1970; NaN for an empty cell, infinite for what is no time."""
        found = self._seconds(array)
        return np.where(found < _EARLIEST, np.inf, found)

    def _seconds(self, array: pa.Array) -> np.ndarray:
        if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
            return _cast_time(array)
        found = numbers(array)
        if found is not None:
            return self._counted(found)
        for zone in (None, "UTC"):
            found = _iso(array, zone)
            if found is not None:
                return found
        column = Column.of(array)
        found = column.measured(number_of)
        return np.where(np.isinf(found), column.measured(_seconds_of_text), self._counted(found))

    def _counted(self, found: np.ndarray) -> np.ndarray:
        dates = seconds_of_dates(found)
        if self.are_dates is None and np.isfinite(found).any():
            self.are_dates = float(np.isfinite(dates[np.isfinite(found)]).mean()) > _DATES
        return dates if self.are_dates else seconds_since_1970(found)


def seconds_of_dates(found: np.ndarray) -> np.ndarray:
    """Numbers (e,) such as 20231114 -> seconds (e,) since 1970 at their midnight; infinite for no date, NaN stays."""
    likely = (found >= FIRST_DATE) & (found <= LAST_DATE) & (found == np.floor(found))
    whole = np.where(likely, found, FIRST_DATE).astype(np.int64)
    months = ((whole // 10_000 - 1970) * 12 + whole // 100 % 100 - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (whole % 100 - 1)
    valid = likely & (_written(days) == whole)
    return np.where(valid, days.astype("datetime64[s]").astype(np.float64), np.where(np.isnan(found), np.nan, np.inf))


def _written(days: np.ndarray) -> np.ndarray:
    """Days as numbers such as 20231114."""
    months = days.astype("datetime64[M]")
    years, month = np.divmod(months.astype(np.int64), 12)
    return (years + 1970) * 10_000 + (month + 1) * 100 + (days - months).astype(np.int64) + 1


def _iso(array: pa.Array, zone: str | None) -> np.ndarray | None:
    """ISO 8601 texts, all with a zone or all without; a written UTC counts as none."""
    try:
        plain = array.cast(pa.string())
        if len(plain) and plain[0].as_py().endswith(" UTC"):
            plain = pc.call_function("replace_substring", [plain], pc.ReplaceSubstringOptions(" UTC", "Z"))
        return _cast_time(cast_all(plain, pa.timestamp("us", zone)))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, AttributeError):
        return None


def _cast_time(array: pa.Array) -> np.ndarray:
    """Of timestamps and dates; a null is NaN."""
    moments = array if pa.types.is_timestamp(array.type) else array.cast(pa.timestamp("ms"))
    counted = pc.cast(moments.cast(pa.int64()), pa.float64(), safe=False)
    return counted.to_numpy(zero_copy_only=False) / _A_SECOND[moments.type.unit]


def _seconds_of_text(text: str) -> float:
    time: datetime | None = read_time(text)
    return math.inf if time is None else time.timestamp()
