"""What every fitted model can do: score all items, or some, for histories it has never seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np

from ..data.model import Histories, ItemTable


@dataclass(frozen=True, slots=True)
class ModelState:
    """All there is to a fitted model, as a checkpoint keeps it."""

    config: Mapping[str, Any]
    """JSON values."""
    tensors: Mapping[str, np.ndarray]


@runtime_checkable
class Scorer(Protocol):
    """A fitted model without users: a user is their history. It is pure."""

    @property
    def name(self) -> str:
        """The name of its contribution in the mixture."""
        ...

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Scores, shape (b, n), float32, finite; with `rows` (k,) of those items only, shape (b, k).

        Row -1 in the history is passed over. An item that the model knows nothing of has 0, and so has every item
        for an empty history, unless the model knows something of items alone.
        """
        ...

    def state(self) -> ModelState:
        """What `restore` needs."""
        ...

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """The model again, over the item table that it was fitted with (vectors may be fresh ones)."""
        ...


@runtime_checkable
class Reranker(Scorer, Protocol):
    """A scorer that takes long for each item: it is asked about the best by the other parts, never about a catalog."""

    @property
    def candidates(self) -> int:
        """Items that it is asked about for each history, at most."""
        ...

    @property
    def choices(self) -> int:
        """Held-out choices by which its weight is learned, at most."""
        ...

    def score_each(self, histories: Histories, rows: np.ndarray) -> np.ndarray:
        """Scores of other items for each history: rows (b, k) to (b, k), float32; 0 where a row is -1."""
        ...
