"""Parts that compare vectors, in torch: the request, items asked for, and items with feedback, against the candidates.

Cosines of a text embedding are not comparable as they are: some vectors are near to everything. So each is measured
against the whole catalog: 0 is as similar as an average item, 1 is NEAR standard deviations above that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
_MANY = 64
_REMEMBERED = 1024


class Nearness:
    """Standardised similarity of any vectors to the items of a catalog; of several, each against its own catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._samples = {one.name: PerRevision(one, _Sample) for one in catalog.members}
        self._latest = {one.name: _Candidates(0, [], one.vector_of([])) for one in catalog.members}

    def of(self, anchors: np.ndarray, candidates: Sequence[str]) -> np.ndarray:
        """Anchors (h, d), n candidates -> (h, n). Raises UnknownItemError."""

        def near(places: list[int], sample: _Sample, targets: np.ndarray) -> np.ndarray:
            return _standardised(anchors[places], targets, sample.usual(anchors[places]))

        return self._near([one.tobytes() for one in anchors], candidates, near)

    def of_items(self, item_ids: Sequence[str], candidates: Sequence[str]) -> np.ndarray:
        """The same for h items: what is usual of an item is remembered. Raises UnknownItemError."""

        def near(places: list[int], sample: _Sample, targets: np.ndarray) -> np.ndarray:
            chosen = [item_ids[place] for place in places]
            anchors = self.catalog.vector_of(chosen)
            return _standardised(anchors, targets, sample.usual_of(chosen, anchors))

        self.catalog.positions(item_ids)
        return self._near(item_ids, candidates, near)

    def _near(self, keys: Sequence[Key], candidates: Sequence[str], near: _Near) -> np.ndarray:
        """Of h anchors by their keys, of which those that are new for these candidates are compared."""
        found = np.zeros((len(keys), len(candidates)))
        for catalog, places, own in self.catalog.by_home(candidates):
            latest = self._candidates(catalog, own)
            new = [place for place, key in enumerate(keys) if key not in latest.near]
            if new:
                rows = near(new, self._samples[catalog.name](), latest.targets)
                latest.near.update(zip((keys[place] for place in new), rows, strict=True))
            if keys:
                found[:, places] = [latest.near[key] for key in keys]
        return found

    def _candidates(self, catalog: Catalog, own: list[str]) -> _Candidates:
        """The latest ones when they are the same; only many are worth keeping."""
        latest, revision = self._latest[catalog.name], self.catalog.revision
        if latest.revision == revision and latest.item_ids == own and len(latest.near) < _REMEMBERED:
            return latest
        fresh = _Candidates(revision, own, catalog.vector_of(own))
        if len(own) >= _MANY:
            self._latest[catalog.name] = fresh
        return fresh


Key = str | bytes
"""The id of an item, or the bytes of a vector."""
_Near = Callable[[list[int], "_Sample", np.ndarray], np.ndarray]
"""Of some of the anchors, by place, what they have with k targets (k, d): shape (len(places), k)."""


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Those of the latest ranking: parts ask for the same ones in turn, and the next ranking often does."""

    revision: int
    item_ids: list[str]
    targets: np.ndarray
    near: dict[Key, np.ndarray] = field(default_factory=dict)


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
