"""The works that a facet value stands for: an author's books, the items of a brand, a series, a genre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..catalog.search.similar import centre
from ..constraints import Constraint, Op

if TYPE_CHECKING:
    from ..catalog import Catalog

MOST_WORKS = 30
"""Items of a value that stand for it, the best known ones."""


@dataclass(frozen=True)
class Works:
    """The best known items of a facet value, the centre of their vectors (d,), and the catalogs that have any."""

    ids: tuple[str, ...] = ()
    centre: np.ndarray | None = None
    homes: frozenset[str] = frozenset()


def works_of(catalog: Catalog, facet: str, values: tuple[str, ...]) -> Works:
    """The works of any of the values; none when the catalog does not have the facet or nothing has such a value."""
    if catalog.schema.facet(facet) is None or not values:
        return Works()
    rows = np.flatnonzero(catalog.mask((Constraint(facet=facet, op=Op.IN, value=values),)))
    if not len(rows):
        return Works()
    items = catalog.items()
    homes = frozenset(home.name for home, _, _ in catalog.by_home([items[row].id for row in rows.tolist()]))
    best = rows[np.argsort(-catalog.prior[rows], kind="stable")][:MOST_WORKS]
    ids = tuple(items[row].id for row in best.tolist())
    return Works(ids, centre(catalog.vector_of(ids)), homes)
