"""A trained model over the items of a catalog as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from ..data.model import Histories, ItemTable
from ..learned import Reading
from ..learning.trained import TrainedModel
from ..models.protocol import ModelState, Scorer
from .events import UNKNOWN
from .writing import Labels

if TYPE_CHECKING:
    from ...catalog import Catalog
    from ...constraints import Constraint


@dataclass(frozen=True, slots=True)
class Widened:
    """A part over more items than it was fitted on: those that came after its own have 0 and say nothing."""

    part: Scorer
    own: int
    """How many items it knows; they come first."""
    n: int

    @property
    def name(self) -> str:
        """That of the part."""
        return self.part.name

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Shape (b, n), or (b, k) with `rows` (k,)."""
        known = replace(histories, rows=np.where(histories.rows < self.own, histories.rows, UNKNOWN).astype(np.int32))
        asked = np.arange(self.n) if rows is None else rows
        found = np.zeros((len(histories), len(asked)), np.float32)
        there = asked < self.own
        found[:, there] = self.part.score(known, None if rows is None else asked[there])
        return found

    def state(self) -> ModelState:
        """That of the part, over its own items."""
        return self.part.state()

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """Not kept itself: the part is."""
        raise NotImplementedError


def over_catalog(model: TrainedModel, catalog: Catalog) -> TrainedModel:
    """The model over its own items, then those that the catalog has beside them.

    Parts that read texts speak of all of them; an item that has left the catalog keeps its row, without a text.
    """
    ids = (*model.items.item_ids, *_new(model, catalog))
    there = [row for row, one in enumerate(ids) if one in catalog]
    vectors = np.zeros((len(ids), catalog.vectors.shape[1]), np.float32)
    vectors[there] = catalog.vector_of([ids[row] for row in there])
    table, own = ItemTable(ids, vectors), len(model.items)
    parts = [one.over(table) if isinstance(one, Reading) else Widened(one, own, len(ids)) for one in model.parts]
    return replace(model, items=table, parts=tuple(parts)) if own < len(ids) else model


def labels_of(model: TrainedModel, catalog: Catalog, *, contributions: bool = False) -> Labels:
    """What the rows of the model are called in the catalog; an item that has left it has no title."""
    ids = model.items.item_ids
    titles = [catalog.item(one).title if one in catalog else "" for one in ids]
    return Labels(ids, titles, tuple(part.name for part in model.parts) if contributions else ())


def fitting(model: TrainedModel, catalog: Catalog, constraints: Sequence[Constraint]) -> np.ndarray:
    """Shape (n,), bool: items of the model that are in the catalog and meet every constraint. Raises FilterError."""
    fits = catalog.mask(constraints)
    return np.array([one in catalog and fits[catalog.position(one)] for one in model.items.item_ids], bool)


def _new(model: TrainedModel, catalog: Catalog) -> list[str]:
    known = set(model.items.item_ids)
    return [item.id for item in catalog.items() if item.id not in known]
