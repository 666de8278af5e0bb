"""Vectors of n items, and how near some of them are to another: exactly, or from 8-bit codes with a known error.

Dot products are those of SimSIMD: one thread, so that busy cores do no harm, and the same number for the same row
wherever it stands. Codes are a quarter of the bytes that a scan of many items has to read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import simsimd

from .rows import taken

_STEPS = 127
_BLOCK = 8_192
_ROUNDING = 1e-6
"""More than float32 loses in the sums behind a bound."""


class Vectors:
    """Rows of shape (n, d), float32, of length 1 or 0. They may be memory-mapped; only what is compared is read."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows = np.ascontiguousarray(rows, dtype=np.float32)

    @cached_property
    def codes(self) -> Codes:
        """The same in 8 bits a number; made when first asked for."""
        return encode(self.rows)

    def warm(self) -> None:
        """Makes the codes now."""
        _ = self.codes

    def exact(self, vector: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Shape (m,), float64: dot products of a vector (d,) with the m rows at ascending positions."""
        return dots(np.asarray(vector, dtype=np.float32), taken(self.rows, at))


@dataclass(frozen=True, slots=True)
class Codes:
    """Vectors as whole numbers: row i is about `centre + steps * values[i]`."""

    values: np.ndarray
    """Shape (n, d), int8."""
    steps: np.ndarray
    """Shape (d,), float32: what a difference of 1 is in each dimension."""
    centre: np.ndarray
    """Shape (d,), float32: the mean of the vectors."""
    off: float
    """The largest distance of a row from its code."""
    longest: float
    """The largest length of a row of `values`."""

    def near(self, vector: np.ndarray, at: np.ndarray, *, in_place: bool) -> tuple[np.ndarray, float]:
        """Dot products (m,) of a vector (d,) with the rows at ascending positions, and the most that one is off.

        The codes of the rows are copied together, or all codes are read where they lie.
        The bound adds what the rows lost by rounding to what the vector loses, each by Cauchy and Schwarz.
        """
        weighed = vector * self.steps
        step = float(np.abs(weighed).max(initial=0.0)) / _STEPS or 1.0
        rounded = np.round(weighed / step)
        found = dots(rounded.astype(np.int8), self.values if in_place else taken(self.values, at))
        found = step * (taken(found, at) if in_place else found) + float(vector @ self.centre)
        lost = float(np.linalg.norm(weighed - step * rounded))
        return found, float(np.linalg.norm(vector)) * self.off + lost * self.longest + _ROUNDING


def encode(rows: np.ndarray) -> Codes:
    """Codes of vectors (n, d), rounded to the nearest step of each dimension."""
    centre = (
        rows.mean(axis=0, dtype=np.float64).astype(np.float32) if len(rows) else np.zeros(rows.shape[1], np.float32)
    )
    widest = np.max([np.abs(block - centre).max(axis=0) for block in _blocks(rows)], axis=0, initial=0.0)
    steps = np.where(widest > 0, widest / _STEPS, 1.0).astype(np.float32)
    values = np.empty(rows.shape, np.int8)
    off = longest = 0.0
    for start, block in zip(range(0, len(rows), _BLOCK), _blocks(rows), strict=True):
        scaled = (block - centre) / steps
        whole = np.round(scaled)
        values[start : start + len(block)] = whole
        off = max(off, _longest((scaled - whole) * steps))
        longest = max(longest, _longest(whole))
    return Codes(values, steps, centre, off, longest)


def dots(vector: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Shape (m,), float64: dot products of a vector (d,) with rows (m, d) of the same type, float32 or int8."""
    if not rows.size:
        return np.zeros(len(rows))
    return np.asarray(simsimd.cdist(vector[None], rows, metric="dot"))[0]


def _blocks(rows: np.ndarray) -> Iterator[np.ndarray]:
    return (rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK))


def _longest(rows: np.ndarray) -> float:
    return float(np.sqrt(np.einsum("ij,ij->i", rows, rows).max(initial=0.0)))
