"""How far two judges agree beyond what chance would give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.ranking.metrics import Interval

_RESAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of two judges on the same `of` cases."""

    share: float
    """Cases in which they say the same."""
    kappa: Interval | None
    """Cohen's kappa with its 95% interval over cases; None where both always say the same one thing."""
    of: int


def agreement(one: Sequence[bool], other: Sequence[bool], seed: int) -> Agreement | None:
    """Kappa = (p_o - p_e) / (1 - p_e), p_e what two judges with these habits agree on by chance (Cohen 1960).

    None without cases. Draws in which kappa is not defined are left out of the interval.

    >>> found = agreement([True, True, False, False], [True, False, False, False], 1)
    >>> found.share, found.kappa.mean
    (0.75, 0.5)
    """
    if not one:
        return None
    cells = np.bincount([2 * a + b for a, b in zip(one, other, strict=True)], minlength=4)
    drawn = np.random.default_rng(seed).multinomial(len(one), cells / len(one), size=_RESAMPLES)
    kappas = _kappa(drawn)
    value, share = float(_kappa(cells)), float((cells[0] + cells[3]) / len(one))
    if np.isnan(value):
        return Agreement(share, None, len(one))
    low, high = np.percentile(kappas[~np.isnan(kappas)], [2.5, 97.5])
    return Agreement(share, Interval(value, float(low), float(high)), len(one))


def _kappa(cells: np.ndarray) -> np.ndarray:
    """Shape (..., 4), counts of no/no, no/yes, yes/no, yes/yes -> (...); NaN where chance alone agrees always."""
    shares = cells / cells.sum(axis=-1, keepdims=True)
    seen = shares[..., 0] + shares[..., 3]
    first, second = shares[..., 2] + shares[..., 3], shares[..., 1] + shares[..., 3]
    chance = first * second + (1 - first) * (1 - second)
    return np.divide(seen - chance, 1 - chance, out=np.full_like(chance, np.nan), where=chance < 1 - 1e-12)
