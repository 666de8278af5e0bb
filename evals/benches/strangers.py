"""People and items that a model was not fitted on: who they are, and what each of them liked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ...tools.errors import TrainingError
from ...tools.ranking.data.model import Histories, Interactions
from ...tools.ranking.data.weighing import LIKED
from ...tools.ranking.metrics import Relevant, ndcg, recall
from ...tools.ranking.metrics.relevance import top

MOST = 5
"""Likes that are told at most; everything else that was liked is to be found."""
_AT_ONCE = 256

Score = Callable[[Histories], np.ndarray]
"""Histories (b) to scores (b, n)."""


@dataclass(frozen=True, slots=True)
class Strangers:
    """What models are fitted on, and what they know nothing of."""

    known: Interactions
    """Events of the other users with the other items."""
    cold: np.ndarray
    """Shape (n,), bool: items held out of training."""
    likes: tuple[np.ndarray, ...]
    """For each held-out person the rows of the known items that they liked, in random order: more than `MOST`."""
    cold_likes: tuple[np.ndarray, ...]
    """For each of them the held-out items that they liked."""

    def told(self, count: int | None) -> Histories:
        """Histories of the first so many likes; None: of all."""
        return Histories.of([one[:count].tolist() for one in self.likes])

    @property
    def left(self) -> Relevant:
        """The known items that are to be found, whatever was told."""
        return Relevant.of([one[MOST:].tolist() for one in self.likes])


def hold_out(interactions: Interactions, seed: int, *, people: float = 0.2, items: float = 0.1) -> Strangers:
    """Shares of the users and of the items drawn at random. Raises TrainingError when nobody drawn liked enough."""
    random = np.random.default_rng(seed)
    away = _drawn(len(interactions.user_ids), people, random)
    cold = _drawn(len(interactions.items), items, random)
    known = interactions.where(~away[interactions.users] & ~cold[interactions.rows])
    liked = interactions.where(away[interactions.users] & (interactions.weights >= LIKED))
    bounds = np.flatnonzero(np.diff(liked.users)) + 1
    persons = [random.permutation(np.unique(rows)) for rows in np.split(liked.rows, bounds)]
    kept = [rows for rows in persons if (~cold[rows]).sum() > MOST]
    if not kept:
        cure = f"Give interactions in which many users liked more than {MOST} items."
        raise TrainingError(f"None of the users held out liked more than {MOST} items.", cure=cure)
    return Strangers(known, cold, tuple(rows[~cold[rows]] for rows in kept), tuple(rows[cold[rows]] for rows in kept))


def judged(score: Score, told: Histories, wanted: Relevant, among: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Recall@10 and NDCG@10, shape (b,) each, over the items of the mask `among` (n,), without those that were told.

    Items with equal scores stand in random order, so that a model that knows nothing finds what chance finds.
    """
    random = np.random.default_rng(0)
    lists = [_lists(score, some, among, random) for some in told.batches(_AT_ONCE)]
    found = np.concatenate(lists)
    return recall(found, wanted), ndcg(found, wanted)


def wanting(cold_likes: Sequence[np.ndarray]) -> np.ndarray:
    """Places of the people who liked an item that was held out."""
    return np.flatnonzero([len(one) > 0 for one in cold_likes])


def _lists(score: Score, histories: Histories, among: np.ndarray, random: np.random.Generator) -> np.ndarray:
    scores = np.where(among, score(histories).astype(np.float64), -np.inf)
    scores[histories.owners(), histories.rows] = -np.inf
    order = random.random(scores.shape).argsort(axis=1)
    found = top(np.take_along_axis(scores, order, axis=1), 10)
    return np.where(found >= 0, np.take_along_axis(order, found, axis=1), -1)


def _drawn(count: int, share: float, random: np.random.Generator) -> np.ndarray:
    drawn = np.zeros(count, bool)
    drawn[random.permutation(count)[: int(share * count)]] = True
    return drawn
