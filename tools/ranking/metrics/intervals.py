"""How sure a mean over people or queries is, and a difference between two: the bootstrap (Efron 1979)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError

_RESAMPLES = 2_000
_DRAWN = 2_000_000
"""How many draws are held in memory at once."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the bounds between which it lies with 95%."""

    mean: float
    low: float
    high: float

    def __format__(self, spec: str) -> str:
        return f"{self.mean:{spec}} ({self.low:{spec}} to {self.high:{spec}})"

    def __str__(self) -> str:
        return f"{self:.3f}"


def resampled_means(values: Sequence[float] | np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Shape (2000,): means of as many values drawn with replacement. Raises InputError without values."""
    found = np.asarray(values, dtype=np.float64)
    if not len(found):
        raise InputError("There is nothing to take a mean of.", cure="Measure at least one person or query.")
    at_once = max(1, _DRAWN // max(len(found), 1))
    sizes = [min(at_once, _RESAMPLES - start) for start in range(0, _RESAMPLES, at_once)]
    return np.concatenate([generator.choice(found, (size, len(found))).mean(axis=1) for size in sizes])


def mean_with_interval(values: Sequence[float] | np.ndarray, seed: int) -> Interval:
    """The mean with its percentile bootstrap interval. Raises InputError without values.

    >>> print(mean_with_interval([1.0, 1.0, 1.0], 1))
    1.000 (1.000 to 1.000)
    """
    drawn = resampled_means(values, np.random.default_rng(seed))
    return interval_of(float(np.mean(values)), drawn)


def paired_difference(one: Sequence[float] | np.ndarray, other: Sequence[float] | np.ndarray, seed: int) -> Interval:
    """Mean of `one` - `other` over the same people, resampled in pairs (Sakai 2006).

    The one is ahead beyond chance when `low` is above 0. Raises InputError when they are of different people.

    >>> print(paired_difference([0.4, 0.6], [0.3, 0.5], 1))
    0.100 (0.100 to 0.100)
    """
    if len(one) != len(other):
        raise InputError(
            f"{len(one)} values cannot be paired with {len(other)}.", cure="Measure both on the same people."
        )
    return mean_with_interval(np.subtract(one, other), seed)


def interval_of(mean: float, drawn: np.ndarray) -> Interval:
    """The percentile interval of what was drawn, about a mean."""
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Interval(mean, float(low), float(high))
