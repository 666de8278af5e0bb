"""From scores to probabilities of the next choice, and how far they can be believed (Guo et al. 2017)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..metrics.reliability import Reliability, reliability
from .shortlists import Shortlists
from .voices import Voice
from .weights import softmax, summed

_GOLDEN = (5**0.5 - 1) / 2
_STEPS = 40


@dataclass(frozen=True, slots=True)
class Bin:
    """So many first places, what was said of them on average, and how many of them were chosen."""

    count: int
    said: float
    happened: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """`temperature` divides the score before the softmax. ECE is the mean gap between said and happened."""

    temperature: float
    loss_before: float
    """Mean -log of the probability of what was chosen, in nats, at temperature 1."""
    loss_after: float
    ece_before: float
    ece_after: float
    bins: tuple[Bin, ...]
    """Afterwards, from the least to the most confident, about equally many choices in each."""


def calibrate(lists: Shortlists, voices: dict[str, Voice]) -> Calibration:
    """The temperature of the highest likelihood, and the reliability of the most probable item's probability."""
    scores = summed(lists, [voices[name] for name in lists.names])
    temperature = _coldest(scores, lists.counts)
    before, after = _reliability(scores, lists.counts), _reliability(scores / temperature, lists.counts)
    losses = (_loss(scores, lists.counts), _loss(scores / temperature, lists.counts))
    bins = tuple(Bin(one.count, one.probability, one.rate) for one in after.bins)
    return Calibration(temperature, *losses, before.error, after.error, bins)


def _coldest(scores: np.ndarray, counts: np.ndarray) -> float:
    """Golden section search over log temperature; the loss has one minimum in 1 / temperature."""
    low, high = np.log(0.01), np.log(100.0)
    for _ in range(_STEPS):
        inner, outer = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if _loss(scores / np.float32(np.exp(inner)), counts) < _loss(scores / np.float32(np.exp(outer)), counts):
            high = outer
        else:
            low = inner
    return float(np.exp((low + high) / 2))


def _loss(scores: np.ndarray, counts: np.ndarray) -> float:
    return float(softmax(scores, counts)[1].mean(dtype=np.float64))


def _reliability(scores: np.ndarray, counts: np.ndarray) -> Reliability:
    """Of each choice the most probable item: what was said of it, and whether it was chosen."""
    shares = softmax(scores, counts)[0] / np.where(counts > 0, counts, 1.0)
    first = np.where(counts > 0, scores, -np.inf).argmax(axis=1)
    return reliability(shares[np.arange(len(first)), first], first == 0, even=True)
