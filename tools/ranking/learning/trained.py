"""A trained ranker: fitted parts, how each of them speaks, and the card that tells where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..data.model import Histories, ItemTable
from ..models.protocol import Scorer
from .card import Card
from .reranked import apart, reranked, unseen_by
from .voices import Voice, total


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """An additive mixture of fitted parts over one item table. It is pure, and knows no user."""

    items: ItemTable
    parts: tuple[Scorer, ...]
    voices: Mapping[str, Voice]
    """How each part speaks, by its name."""
    temperature: float
    """Scores divided by it are log-probabilities of the next choice, up to a constant."""
    card: Card

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each part, for scores of deviation 1."""
        return {part.name: self.voices[part.name].weight for part in self.parts}

    def contributions(
        self, histories: Histories, rows: np.ndarray | None = None, *, open_: np.ndarray | None = None
    ) -> dict[str, np.ndarray]:
        """What each part adds to the score, shape (b, n) each, or (b, k) for the items of `rows` (k,).

        A part that only reranks is asked about the best of these by the other parts, which are `open_` (b, n or k),
        bool: all of `rows`, or without them what the history does not hold.
        """
        whole, rerankers = apart(self.parts)
        found = {part.name: self.voices[part.name].of(part.score(histories, rows)) for part in whole}
        if rerankers and open_ is None:
            shape = (len(histories), 0 if rows is None else len(rows))
            open_ = unseen_by(histories, len(self.items)) if rows is None else np.ones(shape, bool)
        return found if open_ is None else found | reranked(rerankers, self.voices, histories, found, open_, rows)

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """The sum of the contributions, shape (b, n) or (b, k), float32."""
        return total(self.contributions(histories, rows))

    def probabilities(self, histories: Histories) -> np.ndarray:
        """How likely each item is the next choice, shape (b, n): a softmax over what the history does not hold.

        All zeros for a history that holds everything.
        """
        scores = self.score(histories) / np.float32(self.temperature)
        known = histories.rows >= 0
        scores[histories.owners()[known], histories.rows[known]] = -np.inf
        highest = scores.max(axis=1, keepdims=True, initial=-1e30)
        raised = np.exp(scores - highest)
        return raised / np.maximum(raised.sum(axis=1, keepdims=True), 1e-30)
