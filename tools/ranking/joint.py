"""What only several catalogs together can say: a taste shown in one of them, carried over to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..catalog import JointCatalog
from ..constraints import Constraint, Op
from ..profile.model import Preference
from .cooccurrence import Neighbours, load_or_fit
from .perrevision import PerRevision
from .pool import Pool
from .protocol import RankingContext, Scores
from .similarity import Nearness

if TYPE_CHECKING:
    from ..catalog import Catalog

MOST_WORKS = 30
"""Items of a value that stand for it, the best known ones."""


class Kindred:
    """Nearness to the works of what a person likes, for items of catalogs that have none of these.

    Somebody who likes an author has said nothing of films: but a film may be near to what the author's books are about.
    """

    name = "kindred"

    def __init__(self, nearness: Nearness) -> None:
        self._nearness = nearness
        self._works: PerRevision[dict[tuple[str, str], Works]] = PerRevision(nearness.catalog, lambda _: {})

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items of a catalog that has the value itself."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per liked value, of weight times confidence."""
        liked = [one for one in dict.fromkeys(context.preferences) if one.weight > 0 and self._works_of(one)]
        works = [found for one in liked if (found := self._works_of(one))]
        centres = np.array([one.centre for one in works]).reshape(len(works), -1) if works else np.zeros((0, 0))
        near = self._nearness.of(centres.astype(np.float32), candidates)
        for catalog, places, _ in self._nearness.catalog.by_home(candidates):
            for row, one in enumerate(works):
                if catalog.name in one.homes:
                    near[row, places] = 0.0
        return Pool(tuple(liked), np.array([one.weight * one.confidence for one in liked], dtype=float), near, 1)

    def _works_of(self, preference: Preference) -> Works | None:
        """The works of the value liked; None when it is no value of this catalog, or one of all its members."""
        catalog, kept = self._nearness.catalog, self._works()
        if not preference.facet or preference.catalog not in ("", catalog.name):
            return None
        key = preference.facet, preference.value
        if key not in kept:
            kept[key] = works_of(catalog, *key)
        return kept[key] if kept[key].ids else None


class Works:
    """The items of a facet value: the best known of them, the centre of their vectors (d,), and where they live."""

    def __init__(self, catalog: Catalog, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self.homes = frozenset(home.name for home, _, _ in catalog.by_home(ids))
        mean = catalog.vector_of(ids).mean(axis=0) if ids else np.zeros(0)
        length = float(np.linalg.norm(mean))
        self.centre = mean / length if length else mean


def works_of(catalog: Catalog, facet: str, value: str) -> Works:
    """The works of a value; none when the catalog does not have the facet."""
    if catalog.schema.facet(facet) is None:
        return Works(catalog, ())
    rows = np.flatnonzero(catalog.mask((Constraint(facet=facet, op=Op.EQ, value=value),)))
    best = rows[np.argsort(-catalog.prior[rows], kind="stable")][:MOST_WORKS]
    items = catalog.items()
    return Works(catalog, [items[row].id for row in best.tolist()])


def neighbours_of(catalog: Catalog) -> Neighbours | None:
    """Who likes this also likes that, of each member that has interactions; None when none has. Raises CatalogError."""
    members = (
        [(one.catalog, one.prefix) for one in catalog.joined] if isinstance(catalog, JointCatalog) else [(catalog, "")]
    )
    found: list[Neighbours] = []
    for one, prefix in members:
        if one.interactions is not None:
            own = load_or_fit(one.interactions, one.directory)
            found.append(replace(own, item_ids=tuple(prefix + item_id for item_id in own.item_ids)))
    return _together(found) if found else None


def _together(found: Sequence[Neighbours]) -> Neighbours:
    """One table: the columns of each stand behind those of the ones before it."""
    if len(found) == 1:
        return found[0]
    ids = tuple(item_id for one in found for item_id in one.item_ids)
    widest, before = max(one.columns.shape[1] for one in found), 0
    columns, strengths = [], []
    for one in found:
        padding = ((0, 0), (0, widest - one.columns.shape[1]))
        columns.append(np.pad(one.columns + before, padding, constant_values=len(ids)))
        strengths.append(np.pad(one.strengths, padding))
        before += len(one.item_ids)
    return Neighbours(ids, np.concatenate(columns), np.concatenate(strengths))
