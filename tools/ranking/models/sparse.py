"""Item-to-item weights of which few are not 0, and a history folded in: the sum of the rows of its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from ..data.model import Histories

_SHORT = 2**16
"""So many items can be numbered in two bytes."""


@dataclass(frozen=True, slots=True)
class ItemWeights:
    """Row i, of n, holds `columns[starts[i]:starts[i + 1]]` with their `values`; everything else is 0."""

    starts: np.ndarray
    """Shape (n + 1,), int64."""
    columns: np.ndarray
    """Shape (z,), int32."""
    values: np.ndarray
    """Shape (z,), float32; each one fits into a float16, as they are kept."""

    @classmethod
    def of(cls, sources: np.ndarray, columns: np.ndarray, values: np.ndarray, n: int) -> Self:
        """From z entries in order of their source row, rounded to float16."""
        starts = np.searchsorted(sources, np.arange(n + 1)).astype(np.int64)
        return cls(starts, columns.astype(np.int32), rounded(values))

    @property
    def n(self) -> int:
        """How many items."""
        return len(self.starts) - 1

    def fold(self, histories: Histories, weights: np.ndarray, rows: np.ndarray | None = None) -> np.ndarray:
        """Sums of weight times row, shape (b, n) or, with `rows` (k,), (b, k), float32; `weights` are those of events.

        Row -1 and weight 0 are passed over.
        """
        scores = np.zeros((len(histories), self.n if rows is None else len(rows)), np.float32)
        bounds = histories.starts.tolist()
        for i, (start, stop) in enumerate(pairwise(bounds)):
            used = np.flatnonzero((weights[start:stop] != 0) & (histories.rows[start:stop] >= 0)) + start
            if len(used):
                summed = self._summed(histories.rows[used], weights[used])
                scores[i] = summed if rows is None else summed[rows]
        return scores

    def _summed(self, sources: np.ndarray, weights: np.ndarray) -> np.ndarray:
        first = self.starts[sources]
        lengths = self.starts[sources + 1] - first
        ends = np.cumsum(lengths)
        entries = np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1])
        return np.bincount(self.columns[entries], np.repeat(weights, lengths) * self.values[entries], self.n)

    def tensors(self) -> dict[str, np.ndarray]:
        """What `from_tensors` needs: lengths of rows, columns, values."""
        return {
            "lengths": np.diff(self.starts).astype(np.int32),
            "columns": self.columns.astype(np.uint16 if self.n <= 1 << 16 else np.int32),
            "values": self.values.astype(np.float16),
        }

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, np.ndarray]) -> Self:
        """The same weights again."""
        starts = np.concatenate([[0], np.cumsum(tensors["lengths"], dtype=np.int64)])
        return cls(starts, tensors["columns"].astype(np.int32), tensors["values"].astype(np.float32))


def rounded(values: np.ndarray) -> np.ndarray:
    """Float32 values that fit into a float16, so that a model scores the same before it is kept and after."""
    return values.astype(np.float16).astype(np.float32)


def largest(sources: np.ndarray, strengths: np.ndarray, k: int) -> np.ndarray:
    """Places, ascending by source, of the k largest strengths of each source; entries are in order of their source."""
    order = np.lexsort((-strengths, sources))
    ordered = sources[order]
    first = np.searchsorted(ordered, ordered)
    return np.sort(order[np.arange(len(order)) - first < k])
