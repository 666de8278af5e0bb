"""The rater as a scorer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, Self

import numpy as np
import torch

from ....errors import TrainingError
from ....single_thread import one_thread
from ...data.model import Histories, ItemTable
from ..protocol import ModelState
from .config import RaterConfig
from .network import Network, Reader, as_tensors, load
from .tokens import Shelf, padded

_AT_ONCE = 128


@dataclass(frozen=True)
class Rater:
    """Log-odds that a person likes an item, read from the texts of the last likes and dislikes and of the item.

    Every pair of history and item is one pass through the language model: score candidates, give `rows`. A dislike
    never raises an item: where the model says so, what it says without the dislikes counts.
    """

    config: RaterConfig
    reader: Reader = field(repr=False)
    network: Network = field(repr=False)
    shelf: Shelf = field(repr=False)
    name: str = "rater"

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Log-odds, shape (b, n) or (b, k), float32; without a history, how the item is liked by anybody."""
        wanted = np.arange(len(self.shelf.items)) if rows is None else rows
        scores = np.zeros((len(histories), len(wanted)), np.float32)
        for i, (start, stop) in enumerate(pairwise(histories.starts.tolist())):
            scores[i] = self._rated(
                *told(histories.rows[start:stop], histories.weights[start:stop], self.config), wanted
            )
        return scores

    def over(self, items: ItemTable) -> Rater:
        """The same model over another table, without training. Raises TrainingError when the items have no texts."""
        return Rater(self.config, self.reader, self.network, shelved(items, self.reader, self.config))

    def state(self) -> ModelState:
        """The weights, and how the model is fed."""
        return ModelState({**asdict(self.config), "reader": asdict(self.reader)}, as_tensors(self.network))

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """The model again. Raises TrainingError when the items have no texts."""
        config: dict[str, Any] = dict(state.config)
        reader = Reader(**config.pop("reader"))
        made = RaterConfig(**config)
        tensors: Mapping[str, np.ndarray] = state.tensors
        return cls(made, reader, load(reader.network(), tensors), shelved(items, reader, made))

    def _rated(self, liked: Sequence[int], disliked: Sequence[int], rows: np.ndarray) -> np.ndarray:
        found = self._answers(self.shelf.question(liked, disliked), rows)
        return np.minimum(found, self._answers(self.shelf.question(liked, ()), rows)) if len(disliked) else found

    def _answers(self, question: tuple[int, ...], rows: np.ndarray) -> np.ndarray:
        found = np.zeros(len(rows), np.float32)
        with torch.inference_mode(), one_thread():
            for start in range(0, len(rows), _AT_ONCE):
                pairs = [self.shelf.pair(question, row) for row in rows[start : start + _AT_ONCE].tolist()]
                tokens, there = padded(pairs, self.reader.filling)
                said = self.network(torch.from_numpy(tokens), torch.from_numpy(there))
                found[start : start + len(pairs)] = said.numpy()
        return found


def told(rows: np.ndarray, weights: np.ndarray, config: RaterConfig) -> tuple[list[int], list[int]]:
    """The last likes and the last dislikes, the latest first."""
    known = rows >= 0
    liked, disliked = rows[known & (weights > 0)], rows[known & (weights < 0)]
    return liked[::-1][: config.history].tolist(), disliked[::-1][: config.history].tolist()


def shelved(items: ItemTable, reader: Reader, config: RaterConfig) -> Shelf:
    """The items as tokens. Raises TrainingError when they have no texts."""
    if items.texts is None:
        cure = "Train with --catalog, whose items have texts, or leave the rater out."
        raise TrainingError("The rater reads texts, and the items have none.", cure=cure)
    tokenizer, marks = reader.tokens()
    return Shelf.of(items, tokenizer, marks, config.item_tokens)
