"""A sparse matrix that is only ever read by rows: what leads where, and how strongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True)
class Links:
    """Row i holds `columns[starts[i]:starts[i + 1]]` with their `values`; everything else is 0."""

    starts: np.ndarray
    """Shape (rows + 1,), int64."""
    columns: np.ndarray
    """Shape (z,), int32."""
    values: np.ndarray
    """Shape (z,), float32."""
    width: int
    """How many columns."""

    @classmethod
    def of(cls, sources: ArrayLike, columns: ArrayLike, values: ArrayLike, shape: tuple[int, int]) -> Self:
        """From z entries in any order; those of one place stay apart and add up when they are spread."""
        rows = np.asarray(sources, np.int64)
        order = np.argsort(rows, kind="stable")
        starts = np.searchsorted(rows[order], np.arange(shape[0] + 1)).astype(np.int64)
        return cls(starts, np.asarray(columns, np.int32)[order], np.asarray(values, np.float32)[order], shape[1])

    def spread(self, sources: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """Shape (width,), float64: the sum of those rows, each times its weight."""
        if not len(sources):
            return np.zeros(self.width)
        first = self.starts[sources]
        lengths = self.starts[sources + 1] - first
        ends = np.cumsum(lengths)
        entries = np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1])
        return np.bincount(self.columns[entries], np.repeat(weights, lengths) * self.values[entries], self.width)

    def passed_on(self, amounts: np.ndarray) -> np.ndarray:
        """The same from what each row has, shape (rows,), mostly 0."""
        rows = np.flatnonzero(amounts)
        return self.spread(rows, amounts[rows])

    def sums(self) -> np.ndarray:
        """Shape (rows,): of the values of each row."""
        return np.bincount(
            np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts)), self.values, len(self.starts) - 1
        )

    def tensors(self, name: str) -> dict[str, np.ndarray]:
        """What `from_tensors` needs, under names that begin with that one."""
        shape = np.array([len(self.starts) - 1, self.width], np.int64)
        parts = {"starts": self.starts, "columns": self.columns, "values": self.values, "shape": shape}
        return {f"{name}.{part}": tensor for part, tensor in parts.items()}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, np.ndarray], name: str) -> Self:
        """The same links again. Raises KeyError or ValueError for what `tensors` did not write."""
        starts, columns, values = (tensors[f"{name}.{part}"] for part in ("starts", "columns", "values"))
        rows, width = tensors[f"{name}.shape"].tolist()
        if len(starts) != rows + 1 or starts[-1] != len(columns) or columns.max(initial=-1) >= width:
            raise ValueError(f"{name} leads to places that are not there")
        return cls(starts, columns, values, width)
