"""How much an item looks like the picture that the person sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .causes import ShownPicture
from .protocol import RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog

NEAR = 3.0


class Looks:
    """Cosine of the pictures, measured against the catalog: 0 as an average item, 1 is NEAR deviations above that."""

    name = "looks"
    heeds = (ShownPicture,)

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for an item without a picture, and for all when none was sent."""
        places = self._catalog.positions(candidates)
        found = np.zeros(len(places)) if context.picture is None else self._near(context.picture)[places]
        return Scores(tuple(candidates), {self.name: found})

    def _near(self, picture: np.ndarray) -> np.ndarray:
        """Shape (n,), over all items."""
        pictures = self._catalog.gallery.of(self._catalog.items())
        cosine, seen = (pictures.vectors @ picture).astype(np.float64), pictures.seen
        deviation = float(cosine[seen].std()) if seen.any() else 0.0
        if deviation < 1e-6:
            return np.zeros(len(cosine))
        return np.where(seen, (cosine - cosine[seen].mean()) / deviation / NEAR, 0.0)
