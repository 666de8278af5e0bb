"""The works that a facet value stands for: an author's books, the items of a brand, a series, a genre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..catalog.joint_kindred import plain_title
from ..catalog.search.similar import centre
from ..constraints import Constraint, Op
from ..items import FacetKind, FacetRole

if TYPE_CHECKING:
    from ..catalog import Catalog

MOST_WORKS = 30
"""Items of a value that stand for it, the best known ones."""


@dataclass(frozen=True)
class Works:
    """The best known items of a facet value, their titles, and the centre of their vectors (d,)."""

    ids: tuple[str, ...] = ()
    titles: frozenset[str] = frozenset()
    """Plain ones."""
    centre: np.ndarray | None = None
    near: frozenset[str] = frozenset()
    """Catalogs that have none, and whose items these may be compared with."""


def works_of(catalog: Catalog, facet: str, values: tuple[str, ...]) -> Works:
    """The works of any of the values; none when the catalog does not have the facet or nothing has such a value."""
    if catalog.schema.facet(facet) is None or not values:
        return Works()
    rows = np.flatnonzero(catalog.mask((Constraint(facet=facet, op=Op.IN, value=values),)))
    if not len(rows):
        return Works()
    items = catalog.items()
    homes = [home for home, _, _ in catalog.by_home([items[row].id for row in rows.tolist()])]
    others = (one for one in catalog.members if one not in homes and any(related(one, home) for home in homes))
    best = rows[np.argsort(-catalog.prior[rows], kind="stable")][:MOST_WORKS]
    ids = tuple(items[row].id for row in best.tolist())
    titles = frozenset(plain_title(items[row].title) for row in best.tolist())
    return Works(ids, titles, centre(catalog.vector_of(ids)), frozenset(one.name for one in others))


def related(one: Catalog, other: Catalog) -> bool:
    """Whether two catalogs sort their items by the same themes: books and films have genres, groceries have none."""
    return not _themes(one).isdisjoint(_themes(other))


def _themes(catalog: Catalog) -> set[tuple[str, FacetRole | None]]:
    return {(facet.name, facet.role) for facet in catalog.schema.facets if facet.kind is FacetKind.MULTI}
