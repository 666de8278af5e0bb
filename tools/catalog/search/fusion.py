"""How lexical, dense and title evidence add up to one score, each under its name."""

from __future__ import annotations

import numpy as np

from .lexical import Match

_MOST_LEXICAL = 0.6
"""Weight of the words for a query all of whose words one item has."""
_TALK = 6
"""From this many words on, a query is taken for a sentence about a need rather than for keywords."""


def lexical_weight(match: Match) -> float:
    """Weight of the lexical score in [0, 1]; the dense score has the rest.

    Words count as much as some item covers them: not at all across languages, most for titles, brands and keywords.
    Sentences about a need, and words that had to be mended, count less.
    """
    talk = min(match.function_words / 2 + len(match.words), _TALK) / _TALK
    mended = len(match.mended) / max(len(match.words), 1)
    return _MOST_LEXICAL * match.coverage * (1 - talk / 2) * (1 - mended / 4)


def relative(scores: np.ndarray) -> np.ndarray:
    """Scores from 0 for the average row, and below it, to 1 for the best; zeros when all are alike."""
    if not len(scores):
        return scores
    mean, best = float(scores.mean()), float(scores.max())
    return ((scores - mean) / (best - mean)).clip(min=0.0) if best - mean > 1e-9 else np.zeros(len(scores))


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
