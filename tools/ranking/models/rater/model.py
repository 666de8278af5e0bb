"""The rater as a scorer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
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
_TOKENIZER = "tokenizer"
_Told = tuple[list[int], list[int]]
"""Rows of likes and of dislikes, the latest first."""


@dataclass(frozen=True)
class Rater:
    """Log-odds that a person likes an item, read from the texts of the last likes and dislikes and of the item.

    Every pair of history and item is one pass through the language model, so that it is a `Reranker`. A dislike never
    raises an item: where the model says so, what it says without the dislikes counts.
    """

    config: RaterConfig
    reader: Reader = field(repr=False)
    network: Network = field(repr=False)
    shelf: Shelf = field(repr=False)
    name: str = "rater"

    @property
    def candidates(self) -> int:
        """See `Reranker`."""
        return self.config.candidates

    @property
    def choices(self) -> int:
        """See `Reranker`."""
        return self.config.choices

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Log-odds, shape (b, n) or (b, k), float32; without a history, how the item is liked by anybody."""
        if rows is None:
            self._check()
        wanted = np.arange(len(self.shelf.items)) if rows is None else np.asarray(rows, np.int64)
        return self.score_each(histories, np.tile(wanted, (len(histories), 1)))

    def score_each(self, histories: Histories, rows: np.ndarray) -> np.ndarray:
        """See `Reranker`. Raises TrainingError when the items have no texts."""
        asked = [
            told(histories.rows[start:stop], histories.weights[start:stop], self.config)
            for start, stop in pairwise(histories.starts.tolist())
        ]
        found = self._answers(asked, rows)
        unhappy = [place for place, (_, disliked) in enumerate(asked) if disliked]
        if unhappy:
            without = self._answers([(asked[place][0], []) for place in unhappy], rows[unhappy])
            found[unhappy] = np.minimum(found[unhappy], without)
        return found

    def over(self, items: ItemTable) -> Rater:
        """The same model over another table, without training; texts that it has read it does not read again."""
        return Rater(self.config, self.reader, self.network, shelved(items, self.reader, self.config, self.shelf))

    def state(self) -> ModelState:
        """The weights, the tokenizer as bytes of its JSON, and how the model is fed."""
        reader = asdict(self.reader)
        tokenizer = np.frombuffer(reader.pop(_TOKENIZER).encode(), np.uint8)
        tensors = {**as_tensors(self.network), _TOKENIZER: tokenizer}
        return ModelState({**asdict(self.config), "reader": reader}, tensors)

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """The model again; over items without texts, as long as it is only put over others."""
        config, tensors = dict[str, Any](state.config), dict(state.tensors)
        reader = Reader(tokenizer=tensors.pop(_TOKENIZER).tobytes().decode(), **config.pop("reader"))
        made = RaterConfig(**config)
        return cls(made, reader, load(reader.network(), tensors), shelved(items, reader, made))

    def _answers(self, asked: Sequence[_Told], rows: np.ndarray) -> np.ndarray:
        """Shape (b, k). Pairs of one length are read together, so that little is padded."""
        if rows.size:
            self._check()
        questions, found = [self.shelf.question(*one) for one in asked], np.zeros(rows.shape, np.float32)
        owners, places = np.nonzero(rows >= 0)
        pairs = [self.shelf.pair(questions[i], int(rows[i, j])) for i, j in zip(owners, places, strict=True)]
        order = np.argsort([len(one) for one in pairs], kind="stable")
        with one_thread() if len(asked) == 1 else nullcontext(), torch.inference_mode():
            for start in range(0, len(order), _AT_ONCE):
                some = order[start : start + _AT_ONCE]
                tokens, there = padded([pairs[one] for one in some], self.reader.filling)
                found[owners[some], places[some]] = self.network.read(tokens, there).float().cpu().numpy()
        return found

    def _check(self) -> None:
        if not self.shelf.items:
            cure = "Give the catalog whose items the rater is to read."
            raise TrainingError("The rater reads texts, and the items have none.", cure=cure)


def told(rows: np.ndarray, weights: np.ndarray, config: RaterConfig) -> _Told:
    """The last likes and the last dislikes, the latest first."""
    known = rows >= 0
    liked, disliked = rows[known & (weights > 0)], rows[known & (weights < 0)]
    return liked[::-1][: config.history].tolist(), disliked[::-1][: config.history].tolist()


def shelved(items: ItemTable, reader: Reader, config: RaterConfig, known: Shelf | None = None) -> Shelf:
    """The items as tokens; an empty shelf when they have no texts."""
    tokenizer, marks = reader.tokens()
    return Shelf.of(items, tokenizer, marks, config.item_tokens, known)
