"""Scores of different kinds brought to one scale, and the best of them."""

from __future__ import annotations

import numpy as np

_SAMPLED = 500
_ALIKE = 1e-6
"""Scores no further apart than this differ by the rounding of float32."""


def relative(scores: np.ndarray) -> np.ndarray:
    """Scores from 0 for the average row, and below it, to 1 for the best; zeros when all are alike."""
    if not len(scores):
        return scores
    mean, best = average(scores), float(scores.max())
    return ((scores - mean) / (best - mean)).clip(min=0.0) if best - mean > _ALIKE else np.zeros(len(scores))


def average(scores: np.ndarray) -> float:
    """The mean of some hundreds of the scores, or of all when there are fewer."""
    return float(scores[sampled(len(scores))].mean())


def sampled(count: int) -> slice:
    """Which of so many scores the average is that of: evenly spread, so that few need to be known exactly."""
    return slice(None, None, max(count // _SAMPLED, 1))


def share_of_best(scores: np.ndarray) -> np.ndarray:
    """Non-negative scores over the best of them; zeros when there is none above zero."""
    best = float(scores.max()) if len(scores) else 0.0
    return scores / best if best > 0 else np.zeros(len(scores))


def best_first(scores: np.ndarray, count: int) -> np.ndarray:
    """Positions of the `count` highest scores, or of all when there are fewer; of equal scores the earlier first."""
    candidates = np.arange(len(scores))
    if count < len(scores):
        lowest = np.partition(scores, len(scores) - count)[len(scores) - count]
        candidates = np.flatnonzero(scores >= lowest)
    return candidates[np.argsort(-scores[candidates], kind="stable")][:count]
