"""Who likes this also likes that: item-to-item co-occurrence from interactions, in torch.

The strength of a neighbour is c(i, j) / (sqrt(n(i) n(j)) + shrinkage), where c counts the users who like both and n
those who like one: cosine over users, shrunk so that two chance meetings mean little. It is divided by the mean
strength of a nearest neighbour, so that 1 is what a nearest neighbour usually has.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np
import torch

from ..single_thread import one_thread
from .causes import Anchors
from .interactions import Likes, read_likes
from .pool import Pool
from .protocol import RankingContext, Scores

if TYPE_CHECKING:
    from ..catalog import Catalog

NEIGHBOURS = 100
SHRINKAGE = 5.0
BLOCK = 512
VERSION = 1


@dataclass(frozen=True)
class Neighbours:
    """The k nearest neighbours of n items: `columns` and `strengths` (n, k), nearest first, padded with strength 0."""

    item_ids: tuple[str, ...]
    columns: np.ndarray
    strengths: np.ndarray

    def save(self, path: Path) -> None:
        """Writes one .npz file; a reader never sees half of it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        with unfinished.open("wb") as file:
            np.savez(file, item_ids=np.array(self.item_ids), columns=self.columns, strengths=self.strengths)
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> Neighbours:
        """Reads what `save` wrote."""
        with np.load(path, allow_pickle=False) as kept:
            return cls(tuple(kept["item_ids"].tolist()), kept["columns"], kept["strengths"])


def fit(likes: Likes, *, neighbours: int = NEIGHBOURS, shrinkage: float = SHRINKAGE) -> Neighbours:
    """Counts in blocks, so that the full item-by-item matrix never stands in memory."""
    n, k = len(likes.item_ids), min(neighbours, len(likes.item_ids))
    by_user = _by_user(likes)
    popularity = torch.bincount(torch.from_numpy(likes.items.astype(np.int64)), minlength=n).float()
    columns, strengths = np.zeros((n, k), np.int32), np.zeros((n, k), np.float32)
    with one_thread():
        for start in range(0, n, BLOCK):
            block = slice(start, min(start + BLOCK, n))
            nearest = _nearest(by_user, popularity, block, k, shrinkage)
            strengths[block], columns[block] = nearest.values.numpy(), nearest.indices.numpy()
    usual = strengths[:, 0].mean() if n else 0.0
    return Neighbours(likes.item_ids, columns, strengths / usual if usual > 0 else strengths)


def _by_user(likes: Likes) -> torch.Tensor:
    """Sparse (users, items), 1 where the user likes the item."""
    places = torch.from_numpy(np.stack([likes.users, likes.items]).astype(np.int64))
    size = (int(likes.users.max(initial=-1)) + 1, len(likes.item_ids))
    return torch.sparse_coo_tensor(places, torch.ones(places.shape[1]), size, check_invariants=True).coalesce()


def _nearest(
    by_user: torch.Tensor, popularity: torch.Tensor, block: slice, k: int, shrinkage: float
) -> torch.return_types.topk:
    together = torch.sparse.mm(by_user.T, _columns(by_user, block)).T
    cosine = together / (torch.sqrt(popularity[block, None] * popularity) + shrinkage)
    own = torch.arange(block.start, block.stop)
    cosine[own - block.start, own] = 0.0
    return cosine.topk(k, dim=1)


def _columns(by_user: torch.Tensor, block: slice) -> torch.Tensor:
    """The items of the block as a dense (users, block) matrix."""
    users, items = by_user.indices()
    inside = (items >= block.start) & (items < block.stop)
    dense = torch.zeros(by_user.shape[0], block.stop - block.start)
    dense[users[inside], items[inside] - block.start] = 1.0
    return dense


def load_or_fit(interactions: Path, directory: Path | None) -> Neighbours:
    """The neighbours of an interactions file, kept in the directory under the file's hash. Raises CatalogError."""
    if directory is None:
        return fit(read_likes(interactions))
    digest = hashlib.sha256(interactions.read_bytes()).hexdigest()[:16]
    kept = directory / f"cooccurrence-{VERSION}-{digest}.npz"
    if kept.exists():
        with suppress(OSError, ValueError, KeyError, BadZipFile):  # a damaged file is made anew
            return Neighbours.load(kept)
    fitted = fit(read_likes(interactions))
    with suppress(PermissionError):  # on a read-only disk it is fitted at every start
        fitted.save(kept)
    return fitted


class CoOccurrence:
    """What the people who like the items of the context also like."""

    def __init__(
        self,
        name: str,
        catalog: Catalog,
        neighbours: Neighbours,
        anchors: Anchors,
    ) -> None:
        self.name = name
        self._catalog = catalog
        self._neighbours = neighbours
        self._anchors = anchors
        self._rows = {item: row for row, item in enumerate(neighbours.item_ids)}

    def score(self, context: RankingContext, candidates: Sequence[str]) -> Scores:
        """One contribution; zero for items that nobody liked."""
        return Scores(tuple(candidates), {self.name: self.pool(context, candidates).total()})

    def pool(self, context: RankingContext, candidates: Sequence[str]) -> Pool:
        """A cause per item of the context that somebody liked."""
        self._catalog.positions(candidates)
        held = {cause: weight for cause, weight in self._anchors(context).items() if cause.item_id in self._rows}
        rows = np.array([self._rows[cause.item_id] for cause in held], dtype=int)
        return Pool(tuple(held), np.array(list(held.values()), dtype=float), self._strengths(rows, candidates))

    def _strengths(self, rows: np.ndarray, candidates: Sequence[str]) -> np.ndarray:
        """Anchors (h,) -> (h, n); a candidate that is none of the nearest neighbours has 0."""
        wanted = [self._rows.get(candidate, -1) for candidate in candidates]
        dense = np.zeros((len(rows), len(self._rows) + 1))
        np.put_along_axis(dense, self._neighbours.columns[rows], self._neighbours.strengths[rows], axis=1)
        return dense[:, wanted]
