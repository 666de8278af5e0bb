"""Two runs, or two languages, on the same conversations: what is better, what is worse, what nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ...tools.ranking.metrics import Interval
from .measuring import Key
from .metric import Better, Metric, Share, Trials

_RESAMPLES = 2_000
_SIGNIFICANT = 0.05
Pair = tuple[Trials, Trials]


class Verdict(StrEnum):
    """Of the first against the second."""

    BETTER = "better"
    WORSE = "worse"
    DIFFERENT = "different"
    UNKNOWN = "can't tell"


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of both, the first minus the second with its 95% interval, and how likely chance alone does as much."""

    metric: Metric
    one: float
    other: float
    difference: Interval
    p: float
    """Of the paired permutation test, two-sided; corrected where several metrics are compared (Holm 1979)."""
    pairs: int

    @property
    def verdict(self) -> Verdict:
        """Whether the first is better, as far as that can be told."""
        if self.p >= _SIGNIFICANT:
            return Verdict.UNKNOWN
        if self.metric.better is Better.NEITHER:
            return Verdict.DIFFERENT
        ahead = (self.difference.mean > 0) == (self.metric.better is Better.HIGHER)
        return Verdict.BETTER if ahead else Verdict.WORSE


def paired(one: Mapping[Key, Trials], other: Mapping[Key, Trials]) -> list[Pair]:
    """The conversations that both have, in the order of the first."""
    return [(trials, other[key]) for key, trials in one.items() if key in other]


def compare(metrics: Iterable[Metric], pairs: Sequence[Pair], seed: int) -> list[Difference]:
    """Every metric that says something of both sides, with p-values corrected for their number."""
    found = [difference for metric in metrics if (difference := _difference(metric, pairs, seed))]
    return _corrected(found)


def _difference(metric: Metric, pairs: Sequence[Pair], seed: int) -> Difference | None:
    """By pairs: their differences are resampled, and under the null hypothesis the two of a pair may change sides."""
    shares = [(metric.of(one), metric.of(other)) for one, other in pairs]
    both = [pair for pair in shares if pair[0].of and pair[1].of]
    if not both:
        return None
    first, second = (_table([pair[side] for pair in both]) for side in (0, 1))
    random = np.random.default_rng(seed)
    apart = float(_ratio(first.sum(axis=0)) - _ratio(second.sum(axis=0)))
    drawn = random.multinomial(len(both), np.full(len(both), 1 / len(both)), size=_RESAMPLES)
    low, high = np.percentile(_ratio(drawn @ first) - _ratio(drawn @ second), [2.5, 97.5])
    one, other = (float(_ratio(side.sum(axis=0))) for side in (first, second))
    interval, p = Interval(apart, float(low), float(high)), _p(first, second, apart, random)
    return Difference(metric, one, other, interval, p, len(both))


def _p(first: np.ndarray, second: np.ndarray, apart: float, random: np.random.Generator) -> float:
    """Share of random swaps that differ at least as much, the observed one among them."""
    swaps = random.integers(0, 2, size=(_RESAMPLES, len(first)))
    one, other = swaps @ first + (1 - swaps) @ second, swaps @ second + (1 - swaps) @ first
    extreme = np.abs(_ratio(one) - _ratio(other)) >= abs(apart) - 1e-12
    return float((1 + extreme.sum()) / (1 + _RESAMPLES))


def _table(shares: Sequence[Share]) -> np.ndarray:
    """Shape (n, 2)."""
    return np.array([(one.count, one.of) for one in shares])


def _ratio(sums: np.ndarray) -> np.ndarray:
    """Shape (..., 2) -> (...): counts over what could have been counted."""
    return sums[..., 0] / np.maximum(sums[..., 1], 1e-12)


def _corrected(found: Sequence[Difference]) -> list[Difference]:
    """Holm's step-down: the smallest of n p-values times n, the next times n - 1, never below the one before."""
    order, least = sorted(range(len(found)), key=lambda place: found[place].p), 0.0
    corrected = list(found)
    for rank, place in enumerate(order):
        least = max(least, min(1.0, found[place].p * (len(found) - rank)))
        corrected[place] = replace(found[place], p=least)
    return corrected
