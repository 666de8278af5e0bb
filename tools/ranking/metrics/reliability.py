"""Whether what is given a probability of 30% happens in 30 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose probability lies in (low, high]; the first bin also holds 0, an even one its `low`."""

    low: float
    high: float
    count: int
    probability: float
    """Mean of what was said."""
    rate: float
    """Share of what happened."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """The reliability diagram, and how far it lies off the diagonal."""

    bins: tuple[Bin, ...]
    """Those with any case."""
    error: float
    """Expected calibration error: sum over bins of count / all * |rate - probability|; 0 without cases."""
    brier: float
    """Mean of (probability - outcome)^2 (Brier 1950); 0 without cases."""


def reliability(probabilities: np.ndarray, outcomes: np.ndarray, bins: int = 10, *, even: bool = False) -> Reliability:
    """ECE of probabilities (m,) of outcomes (m,) 0 or 1 over bins of equal width (Naeini et al. 2015; Guo et al. 2017).

    With `even` the bins hold about equally many cases instead: for probabilities that lie close together.

    >>> found = reliability(np.array([0.1, 0.1, 0.9, 0.9]), np.array([0, 0, 1, 0]))
    >>> [(one.count, one.rate) for one in found.bins], round(found.error, 2)
    ([(2, 0.0), (2, 0.5)], 0.25)
    """
    said, happened = np.asarray(probabilities, np.float64), np.asarray(outcomes, np.float64)
    places = _even(said, bins) if even else _wide(said, bins)
    found = tuple(_bin(said[one], happened[one], None if even else bins) for one in places)
    error = sum(one.count * abs(one.rate - one.probability) for one in found) / max(len(said), 1)
    brier = float(np.square(said - happened).mean()) if len(said) else 0.0
    return Reliability(found, error, brier)


def _wide(said: np.ndarray, bins: int) -> list[np.ndarray]:
    """The cases of each bin that has any."""
    places = _place(said, bins)
    return [np.flatnonzero(places == one) for one in np.unique(places)]


def _even(said: np.ndarray, bins: int) -> list[np.ndarray]:
    return [one for one in np.array_split(np.argsort(said, kind="stable"), bins) if len(one)]


def _place(said: np.ndarray, bins: int) -> np.ndarray:
    return np.searchsorted(np.linspace(0.0, 1.0, bins + 1), said, side="left").clip(1, bins) - 1


def _bin(said: np.ndarray, happened: np.ndarray, bins: int | None) -> Bin:
    low, high = said.min(), said.max()
    if bins:
        low, high = np.linspace(0.0, 1.0, bins + 1)[_place(said[:1], bins)[0] :][:2]
    return Bin(float(low), float(high), len(said), float(said.mean()), float(happened.mean()))
