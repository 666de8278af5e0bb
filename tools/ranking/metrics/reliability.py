"""Whether what is given a probability of 30% happens in 30 of 100 cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Bin:
    """The cases whose probability lies in (low, high]; the first bin also holds 0."""

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


def reliability(probabilities: np.ndarray, outcomes: np.ndarray, bins: int = 10) -> Reliability:
    """ECE over bins of equal width (Naeini et al. 2015; Guo et al. 2017) of probabilities (m,) of outcomes (m,) 0 or 1.

    >>> found = reliability(np.array([0.1, 0.1, 0.9, 0.9]), np.array([0, 0, 1, 0]))
    >>> [(one.count, one.rate) for one in found.bins], round(found.error, 2)
    ([(2, 0.0), (2, 0.5)], 0.25)
    """
    said, happened = np.asarray(probabilities, np.float64), np.asarray(outcomes, np.float64)
    edges = np.linspace(0.0, 1.0, bins + 1)
    places = np.searchsorted(edges, said, side="left").clip(1, bins) - 1
    found = tuple(
        _bin(edges[one : one + 2].tolist(), said[places == one], happened[places == one]) for one in np.unique(places)
    )
    error = sum(one.count * abs(one.rate - one.probability) for one in found) / max(len(said), 1)
    brier = float(np.square(said - happened).mean()) if len(said) else 0.0
    return Reliability(found, error, brier)


def _bin(edges: list[float], said: np.ndarray, happened: np.ndarray) -> Bin:
    return Bin(edges[0], edges[1], len(said), float(said.mean()), float(happened.mean()))
