"""The items of a catalog as models know them: ids, vectors and texts by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..catalog.index.composition import embedded_text
from .data.model import ItemTable

if TYPE_CHECKING:
    from ..catalog import Catalog


def item_table(catalog: Catalog, item_ids: Sequence[str] | None = None) -> ItemTable:
    """All items of the catalog, or those; an item that has left it has a row without text, its vector zero."""
    if item_ids is None:
        items = catalog.items()
        texts = tuple(embedded_text(item, catalog.schema) for item in items)
        return ItemTable(tuple(item.id for item in items), catalog.vectors, texts)
    there = [row for row, item_id in enumerate(item_ids) if item_id in catalog]
    vectors = np.zeros((len(item_ids), catalog.vectors.shape[1]), np.float32)
    vectors[there] = catalog.vector_of([item_ids[row] for row in there])
    known = (catalog.item(one) if one in catalog else None for one in item_ids)
    return ItemTable(
        tuple(item_ids), vectors, tuple(embedded_text(one, catalog.schema) if one else "" for one in known)
    )
