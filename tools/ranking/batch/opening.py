"""A trained model over the items of a catalog as it is now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from ..data.model import Histories, ItemTable
from ..learned import Reading
from ..learning.reranked import apart, reranked, unseen_by
from ..learning.trained import TrainedModel
from ..models.protocol import Reranker, Scorer
from ..tables import item_table
from .events import UNKNOWN
from .writing import Labels

if TYPE_CHECKING:
    from ...catalog import Catalog
    from ...constraints import Constraint


@dataclass(frozen=True, slots=True)
class OverCatalog:
    """A model over its own items, then those that the catalog has beside them, n in all.

    Parts that read texts speak of all of them; to the others, items that came after their own are unknown, and have 0.
    An item that has left the catalog keeps its row, without a text.
    """

    model: TrainedModel
    items: ItemTable
    reading: Mapping[str, Scorer]
    """Parts that read texts, over all n items, by name."""

    @classmethod
    def of(cls, model: TrainedModel, catalog: Catalog) -> Self:
        """The model over the items of this moment."""
        items = _table(model, catalog)
        reading = {part.name: part.over(items) for part in model.parts if isinstance(part, Reading)}
        return cls(model, items, reading)

    @property
    def names(self) -> tuple[str, ...]:
        """Of the parts."""
        return tuple(part.name for part in self.model.parts)

    def contributions(self, histories: Histories, *, open_: np.ndarray | None = None) -> dict[str, np.ndarray]:
        """What each part adds to the score, shape (b, n) each; one that only reranks is asked of the best `open_`."""
        whole, _ = apart(self.model.parts)
        found = {part.name: self.model.voices[part.name].of(self._scores(part, histories)) for part in whole}
        if not self.reranking:
            return found
        chosen = unseen_by(histories, len(self.items)) if open_ is None else open_
        return found | reranked(self.reranking, self.model.voices, histories, found, chosen)

    @property
    def reranking(self) -> list[Reranker]:
        """Parts that are asked about the best by the others, over all n items."""
        return [one for one in self.reading.values() if isinstance(one, Reranker)]

    def _scores(self, part: Scorer, histories: Histories) -> np.ndarray:
        if part.name in self.reading:
            return self.reading[part.name].score(histories)
        own = len(self.model.items)
        rows = np.where(histories.rows < own, histories.rows, UNKNOWN).astype(np.int32)
        return np.pad(part.score(replace(histories, rows=rows)), ((0, 0), (0, len(self.items) - own)))


def labels_of(model: OverCatalog, catalog: Catalog, *, contributions: bool = False) -> Labels:
    """What the rows of the model are called in the catalog; an item that has left it has no title."""
    ids = model.items.item_ids
    titles = [catalog.item(one).title if one in catalog else "" for one in ids]
    return Labels(ids, titles, model.names if contributions else ())


def fitting(model: OverCatalog, catalog: Catalog, constraints: Sequence[Constraint]) -> np.ndarray:
    """Shape (n,), bool: items of the model that are in the catalog and meet every constraint. Raises FilterError."""
    fits = catalog.mask(constraints)
    return np.array([one in catalog and fits[catalog.position(one)] for one in model.items.item_ids], bool)


def _table(model: TrainedModel, catalog: Catalog) -> ItemTable:
    known = set(model.items.item_ids)
    ids = (*model.items.item_ids, *(item.id for item in catalog.items() if item.id not in known))
    return item_table(catalog, ids)
