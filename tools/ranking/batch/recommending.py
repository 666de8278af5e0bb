"""The best items for each of many histories at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..data.model import Histories
from ..learning.voices import total
from .correcting import Compared, Corrector
from .events import UserBlock

_SCORES = 1_000_000
"""Scores of each part that are held at a time: 4 megabytes."""
_USERS = 256


class Contributing(Protocol):
    """An additive model."""

    def contributions(self, histories: Histories, *, open_: np.ndarray) -> dict[str, np.ndarray]:
        """What each part adds to the score, by name, shape (b, n) each, float32; `open_` (b, n): what may be shown."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be recommended, and how much of it."""

    k: int
    allowed: np.ndarray
    """Shape (n,), bool: items that exist and meet every filter."""
    keep_seen: bool = False
    """Whether an item of the history may be recommended again; one that was disliked never is."""

    def open_to(self, histories: Histories) -> np.ndarray:
        """Shape (b, n), bool: what may be recommended to each."""
        barred = (histories.weights < 0) if self.keep_seen else np.ones(len(histories.rows), bool)
        barred &= histories.rows >= 0
        found = np.repeat(self.allowed[None], len(histories), axis=0)
        found[histories.owners()[barred], histories.rows[barred]] = False
        return found

    @property
    def users_at_once(self) -> int:
        """So many users that their scores stay small, however large the catalog is."""
        return max(1, min(_USERS, _SCORES // max(len(self.allowed), 1)))


@dataclass(frozen=True, slots=True)
class Recommended:
    """Recommendations of some users, by user and then by rank."""

    user_ids: tuple[str, ...]
    users: np.ndarray
    """Shape (m,), int64: place in `user_ids`."""
    ranks: np.ndarray
    """Shape (m,), int32, from 1 for each user."""
    rows: np.ndarray
    """Shape (m,), int64: row of the item table."""
    scores: np.ndarray
    """Shape (m,), float32, falling for each user unless the lists are corrected."""
    contributions: dict[str, np.ndarray]
    """By part, shape (m,) each: their sum is the score."""
    compared: Compared | None = None
    """The lists with and without a correction; None when there is none."""


@dataclass(frozen=True, slots=True)
class Recommend:
    """A model and a choice, as a function of users; pure, and the same on any machine."""

    model: Contributing
    choice: Choice
    corrector: Corrector | None = None

    def __call__(self, users: UserBlock) -> Recommended:
        """The best items of each user; fewer than k when fewer may be recommended."""
        open_ = self.choice.open_to(users.histories)
        parts = self.model.contributions(users.histories, open_=open_)
        scores = np.where(open_, total(parts), -np.inf)
        compared = self.corrector(scores, users.histories, self.choice.k) if self.corrector else None
        rows = compared.after if compared else _best(scores, self.choice.k)
        values = np.where(rows >= 0, np.take_along_axis(scores, np.maximum(rows, 0), axis=1), -np.inf)
        owners, places = np.nonzero(np.isfinite(values))
        ranks = (places + 1).astype(np.int32)
        chosen = rows[owners, places]
        contributions = {name: part[owners, chosen] for name, part in parts.items()}
        return Recommended(users.user_ids, owners, ranks, chosen, values[owners, places], contributions, compared)


def _best(scores: np.ndarray, k: int) -> np.ndarray:
    """Shape (b, min(k, n)): rows of the highest scores, falling; of equal ones the first rows."""
    k = min(k, scores.shape[1])
    rows = np.argpartition(-scores, k - 1, axis=1)[:, :k]
    least = np.take_along_axis(scores, rows, axis=1).min(axis=1)
    for user in np.flatnonzero((scores >= least[:, None]).sum(axis=1) > k):
        above, equal = np.flatnonzero(scores[user] > least[user]), np.flatnonzero(scores[user] == least[user])
        rows[user] = np.concatenate([above, equal])[:k]
    rows.sort(axis=1)
    order = np.argsort(-np.take_along_axis(scores, rows, axis=1), axis=1, kind="stable")
    return np.take_along_axis(rows, order, axis=1)
