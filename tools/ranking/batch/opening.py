"""A trained model over the items of a catalog as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ModelFileError
from ..data.model import ItemTable
from ..learning.bundle import item_ids, load_model
from ..learning.trained import TrainedModel
from .writing import Labels

if TYPE_CHECKING:
    from ...catalog import Catalog
    from ...constraints import Constraint


def open_model(directory: Path, catalog: Catalog) -> TrainedModel:
    """The model, with the catalog's vectors; an item that has left the catalog has none.

    Raises ModelFileError when it cannot be used, or speaks of no item of this catalog.
    """
    ids = item_ids(directory)
    known = [place for place, one in enumerate(ids) if one in catalog]
    if not known:
        raise ModelFileError(
            f"The ranker in {directory} was trained with another catalog: {catalog.name} has none of its items.",
            cure="Give the catalog that it was trained with, or train again with `recommender train`.",
        )
    vectors = np.zeros((len(ids), catalog.vectors.shape[1]), np.float32)
    vectors[known] = catalog.vector_of([ids[place] for place in known])
    texts = tuple(f"{catalog.item(one).title}. {catalog.item(one).text}" if one in catalog else "" for one in ids)
    return load_model(directory, ItemTable(ids, vectors, texts))


def labels_of(model: TrainedModel, catalog: Catalog, *, contributions: bool = False) -> Labels:
    """What the rows of the model are called in the catalog; an item that has left it has no title."""
    ids = model.items.item_ids
    titles = [catalog.item(one).title if one in catalog else "" for one in ids]
    return Labels(ids, titles, tuple(part.name for part in model.parts) if contributions else ())


def fitting(model: TrainedModel, catalog: Catalog, constraints: Sequence[Constraint]) -> np.ndarray:
    """Shape (n,), bool: items of the model that are in the catalog and meet every constraint. Raises FilterError."""
    fits = catalog.mask(constraints)
    return np.array([one in catalog and fits[catalog.position(one)] for one in model.items.item_ids], bool)
