"""How much an event speaks for its item: its rating on the scale of the file, else its kind, else it is plain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...errors import LogError
from ...profile.fade import EVENT_WEIGHTS
from ...profile.verdicts import Scale, judge
from .model import Interactions

LIKED = 0.5
"""Events from this weight on are likes: 4 of 5 stars, 8 of 10; a purchase, a cart, a saved item, a plain event."""
_AT_ONCE = 1_000_000


def rating_weights(ratings: np.ndarray, scale: Scale) -> np.ndarray:
    """Ratings (e,) -> weights (e,), float32 in [-1, 1]; NaN stays."""
    parts = [ratings[start : start + _AT_ONCE] for start in range(0, len(ratings), _AT_ONCE)]
    return np.concatenate([_rating_weights(one, scale) for one in parts]) if parts else np.zeros(0, np.float32)


def _rating_weights(ratings: np.ndarray, scale: Scale) -> np.ndarray:
    different, places = np.unique(ratings, return_inverse=True)
    return np.array([_rating_weight(float(one), scale) for one in different], np.float32)[places]


def _rating_weight(rating: float, scale: Scale) -> float:
    if np.isnan(rating):
        return rating
    kind, strength = judge(rating, scale)
    return EVENT_WEIGHTS[kind] * strength


def liked(interactions: Interactions, at_least: float = LIKED) -> Interactions:
    """Only the events that weigh at least so much: what a model is fitted on that knows no dislikes."""
    return interactions.where(interactions.weights >= at_least)


def rated_from(interactions: Interactions, lowest: float) -> Interactions:
    """Only the events rated `lowest` or more, as plain likes of weight 1: implicit feedback, as benchmarks take it.

    Raises LogError when there are no ratings, or none is so high.
    """
    if interactions.ratings is None:
        raise LogError("The interactions have no ratings to tell likes by.", cure="Leave the lowest rating out.")
    kept = interactions.where(interactions.ratings >= lowest)
    if not len(kept):
        highest = float(np.nanmax(interactions.ratings))
        raise LogError(f"No event is rated {lowest:g} or more.", cure=f"The highest rating is {highest:g}.")
    return replace(kept, weights=np.ones(len(kept), np.float32))
