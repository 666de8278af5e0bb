"""Parts that know nothing of the person: what the search thought of an item, and how popular it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..items import Facet, FacetRole
from .perrevision import PerRevision
from .protocol import Ranker, RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog


_KNOWN = 10
"""Of so many items one is well known."""


class Retrieval:
    """The search score, as a share of the best one: 1 for the best hit, 0 for what the search did not find."""

    name = "retrieval"
    heeds: tuple[type, ...] = ()

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution in [0, 1]; negative search scores count as not found."""
        self._catalog.positions(candidates)
        best = max(context.retrieval.values(), default=0.0)
        found = np.fromiter((context.retrieval.get(one, 0.0) for one in candidates), float, len(candidates))
        shares = np.maximum(found, 0.0) / best if best > 0 else np.zeros(len(found))
        return Scores(tuple(candidates), {self.name: shares})


class Popularity:
    """How popular the item is, in standard deviations of the logarithm over the catalog.

    Read from the facet of role popularity; without one from the rating, as it is. Without either, zero.
    """

    name = "popularity"
    heeds: tuple[type, ...] = ()

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._values = PerRevision(catalog, popularity)

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:  # noqa: ARG002 - the same for everybody
        """One contribution; an item without a value counts as an average one."""
        return Scores(tuple(candidates), {self.name: self._values()[self._catalog.positions(candidates)]})


class Prominence:
    """How prominent the item is by the catalog alone, for one without ratings and popularity: see `Catalog.prior`."""

    name = "prominence"
    heeds: tuple[type, ...] = ()

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:  # noqa: ARG002 - the same for everybody
        """One contribution in [0, 1]."""
        prior = self._catalog.prior[self._catalog.positions(candidates)]
        return Scores(tuple(candidates), {self.name: prior})


class Standing:
    """Popularity or prominence of an item within its own one of several catalogs, each with its weight.

    What the well-known items of a catalog have is taken off, so that no catalog stands higher than another only because
    its ratings are better kept.
    """

    name = "standing"
    heeds: tuple[type, ...] = ()

    def __init__(self, catalog: Catalog, weights: Mapping[str, float]) -> None:
        self._catalog = catalog
        self._values = {one.name: PerRevision(one, partial(_standing, weights)) for one in catalog.members}

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:  # noqa: ARG002 - the same for everybody
        """One contribution, about 0 for what everybody knows."""
        scores = np.zeros(len(candidates))
        for catalog, places, own in self._catalog.by_home(candidates):
            scores[places] = self._values[catalog.name]()[catalog.positions(own)]
        return Scores(tuple(candidates), {self.name: scores})


def counted(ranker: Ranker) -> frozenset[str]:
    """Names of the parts that hold how often an item was chosen, by the interactions that a model was fitted on."""
    parts: Sequence[Ranker] = getattr(ranker, "parts", ())
    return frozenset(part.name for part in parts if getattr(part, "counts", False))


def is_rated(catalog: Catalog) -> bool:
    """Whether the catalog says how popular or how good its items are."""
    return any(catalog.schema.by_role(role) for role in (FacetRole.POPULARITY, FacetRole.RATING))


def _standing(weights: Mapping[str, float], catalog: Catalog) -> np.ndarray:
    """Shape (n,): weighted, less the mean of the best tenth."""
    rated = is_rated(catalog)
    values = (weights["popularity"] * popularity(catalog)) if rated else weights["prominence"] * catalog.prior
    known = np.sort(values)[-max(len(values) // _KNOWN, 1) :]
    return values - known.mean() if len(values) else values


def popularity(catalog: Catalog) -> np.ndarray:
    """Standardised popularity by position, shape (n,)."""
    facet = catalog.schema.by_role(FacetRole.POPULARITY)
    if facet is not None:
        return standardised(np.log1p(np.maximum(_column(catalog, facet), 0.0)))
    rating = catalog.schema.by_role(FacetRole.RATING)
    return standardised(_column(catalog, rating)) if rating is not None else np.zeros(len(catalog))


def standardised(values: np.ndarray) -> np.ndarray:
    """Minus the mean, over the deviation; NaN becomes 0, and so does everything when all are equal."""
    known = values[np.isfinite(values)]
    deviation = known.std() if known.size else 0.0
    if deviation < 1e-9:
        return np.zeros_like(values)
    return np.nan_to_num((values - known.mean()) / deviation)


def _column(catalog: Catalog, facet: Facet) -> np.ndarray:
    values = [item.facets.get(facet.name) for item in catalog.items()]
    return np.array([float(one) if isinstance(one, int | float) else np.nan for one in values], dtype=float)
