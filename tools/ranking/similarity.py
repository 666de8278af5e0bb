"""Parts that compare vectors, in torch: the request, items asked for, and items with feedback, against the candidates.

Cosines of a text embedding are not comparable as they are: some vectors are near to everything. So each is measured
against the whole catalog: 0 is as similar as an average item, 1 is NEAR standard deviations above that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import torch

from ..single_thread import one_thread
from .causes import Anchors
from .perrevision import PerRevision
from .pool import Pool
from .protocol import RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog

NEAR = 3.0
SAMPLE = 256


class Nearness:
    """Standardised similarity of any vectors to the items of a catalog; of several, each against its own catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._samples = {one.name: PerRevision(one, _Sample) for one in catalog.members}

    def of(self, anchors: np.ndarray, candidates: Sequence[str]) -> np.ndarray:
        """Anchors (h, d), n candidates -> (h, n). Raises UnknownItemError."""
        return self._near(anchors, candidates, lambda sample: sample.usual(anchors))

    def of_items(self, item_ids: Sequence[str], candidates: Sequence[str]) -> np.ndarray:
        """The same for h items: what is usual of an item is remembered. Raises UnknownItemError."""
        anchors = self.catalog.vector_of(item_ids)
        return self._near(anchors, candidates, lambda sample: sample.usual_of(item_ids, anchors))

    def _near(
        self, anchors: np.ndarray, candidates: Sequence[str], usual: Callable[[_Sample], np.ndarray]
    ) -> np.ndarray:
        near = np.zeros((len(anchors), len(candidates)))
        for catalog, places, own in self.catalog.by_home(candidates):
            targets = catalog.vector_of(own)
            if len(anchors):
                near[:, places] = _standardised(anchors, targets, usual(self._samples[catalog.name]()))
        return near


class _Sample:
    """Every so many-th item of a catalog: against it, vectors have a usual similarity and a deviation from it."""

    def __init__(self, catalog: Catalog) -> None:
        step = max(1, len(catalog) // SAMPLE)
        self._vectors = torch.tensor(np.ascontiguousarray(catalog.vectors[::step]))
        self._of_item: dict[str, np.ndarray] = {}

    def usual(self, anchors: np.ndarray) -> np.ndarray:
        """Anchors (h, d) -> (2, h): mean and deviation."""
        with one_thread():
            similar = torch.from_numpy(anchors) @ self._vectors.T
            deviation, mean = torch.std_mean(similar, dim=1, correction=0)
            return torch.stack((mean, deviation.clamp_min_(1e-6))).numpy()

    def usual_of(self, item_ids: Sequence[str], anchors: np.ndarray) -> np.ndarray:
        """The same for the vectors of items."""
        new = [place for place, one in enumerate(item_ids) if one not in self._of_item]
        if new:
            self._of_item |= dict(zip((item_ids[place] for place in new), self.usual(anchors[new]).T, strict=True))
        return np.array([self._of_item[one] for one in item_ids]).T


def _standardised(anchors: np.ndarray, targets: np.ndarray, usual: np.ndarray) -> np.ndarray:
    with one_thread():
        similar = (torch.from_numpy(anchors) @ torch.from_numpy(targets).T).double().numpy()
    mean, deviation = usual[:, :, None]
    return (similar - mean) / deviation / NEAR


class Text:
    """Similarity of the request to the candidate's text."""

    name = "text"
    heeds: tuple[type, ...] = ()

    def __init__(self, nearness: Nearness) -> None:
        self._nearness = nearness

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero when there is no query vector."""
        vector = context.query_vector
        queries = self._nearness.catalog.vector_of([]) if vector is None else vector[None, :].astype(np.float32)
        return Scores(tuple(candidates), {self.name: self._nearness.of(queries, candidates).sum(axis=0)})


class Similarity:
    """Similarity to items of the context, each with its weight: those asked for, liked or disliked."""

    def __init__(self, name: str, nearness: Nearness, anchors: Anchors, order: Literal[1, 2] = 2) -> None:
        self.name = name
        self._nearness = nearness
        self._anchors = anchors
        self._order: Literal[1, 2] = order

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per item. An item that has left the catalog has no vector and says nothing."""
        catalog = self._nearness.catalog
        held = {cause: weight for cause, weight in self._anchors(context).items() if cause.item_id in catalog}
        values = self._nearness.of_items([cause.item_id for cause in held], candidates)
        return Pool(tuple(held), np.array(list(held.values()), dtype=float), values, self._order)
