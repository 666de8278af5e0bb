"""Arrays over all items or over the ascending rows of some: from one to the other without work for nothing."""

from __future__ import annotations

import numpy as np


def taken(values: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """The values (n, ...) at ascending, distinct rows (m,); the same array when these are all rows."""
    return values if len(rows) == len(values) else values[rows]


def among(rows: np.ndarray, few: np.ndarray) -> np.ndarray:
    """Ascending positions in `rows`, ascending and distinct, of those of `few`, ascending, that are there."""
    at = np.searchsorted(rows, few)
    return at[rows[np.minimum(at, len(rows) - 1)] == few] if len(rows) else at[:0]
