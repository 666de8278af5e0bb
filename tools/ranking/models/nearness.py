"""How near items are by their text, and an item as a weighted sum of the items that are nearest to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ..data.model import ItemTable
from .wording import Wording

if TYPE_CHECKING:
    import torch

_BLOCK = 256


@dataclass(frozen=True)
class Nearness:
    """Between two items: a share of the cosine of their embeddings, the rest that of their words; 1 of an item itself.

    Where there are embeddings only, or texts only, these have all of it.
    """

    vectors: np.ndarray | None
    """Shape (n, d), unit rows."""
    wording: Wording | None
    meaning: float
    """The share of the embeddings."""

    n: int

    @classmethod
    def of(cls, items: ItemTable, meaning: float) -> Nearness:
        """Over the items of a table, which has vectors, texts or both."""
        wording = Wording.of(items.texts) if items.texts is not None else None
        share = meaning if items.vectors is not None and wording is not None else float(items.vectors is not None)
        return cls(items.vectors, wording, share, len(items))

    def blocks(self, rows: np.ndarray, sources: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Some of the rows, and how near each is to each source, shape (k, s), float32; an item to itself is -2."""
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            near = self._between(block, sources)
            near[block[:, None] == sources] = -2.0
            yield block, near

    def among(self, rows: np.ndarray) -> np.ndarray:
        """How near the m items of each of k groups (k, m) are to each other, shape (k, m, m), float32."""
        near = np.zeros((*rows.shape, rows.shape[1]), np.float32)
        if self.vectors is not None:
            near += self.meaning * _products(self.vectors[rows])
        if self.wording is not None:
            near += (1 - self.meaning) * np.stack([self.wording.among(one) for one in rows])
        return near

    def _between(self, rows: np.ndarray, sources: np.ndarray) -> np.ndarray:
        near = np.zeros((len(rows), len(sources)), np.float32)
        if self.vectors is not None:
            near += self.meaning * _product(self.vectors[rows], self.vectors[sources])
        if self.wording is not None:
            near += (1 - self.meaning) * self._words_between(rows)[:, sources]
        return near

    def _words_between(self, rows: np.ndarray) -> np.ndarray:
        import torch  # noqa: PLC0415

        assert self.wording is not None
        return torch.sparse.mm(self._sparse, torch.from_numpy(self.wording.dense(rows).T)).T.numpy()

    @cached_property
    def _sparse(self) -> torch.Tensor:
        assert self.wording is not None
        return self.wording.sparse()


def nearest(near: np.ndarray, k: int) -> np.ndarray:
    """Columns of the k largest of each row, never the smallest, shape (b, min(k, s - 1))."""
    import torch  # noqa: PLC0415

    return torch.from_numpy(near).topk(min(k, near.shape[1] - 1), dim=1).indices.numpy()


def rebuilt(nearness: Nearness, near: np.ndarray, sources: np.ndarray, ridge: float) -> np.ndarray:
    """Weights (k, m) with which the m sources of each of k items add up to it: (N + ridge)^-1 near.

    `near` (k, m) is how near an item is to its sources (k, m), N how near these are to each other. Locally linear
    reconstruction (Roweis & Saul 2000), in the space of the kernel and with a ridge.
    """
    import torch  # noqa: PLC0415

    among = nearness.among(sources)
    among[:, np.arange(sources.shape[1]), np.arange(sources.shape[1])] += ridge
    solved = torch.linalg.solve(torch.from_numpy(among), torch.from_numpy(near)[:, :, None])
    return solved[:, :, 0].numpy()


def _product(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Inner products (b, s) of rows, by torch, whose threads are counted."""
    import torch  # noqa: PLC0415

    return (torch.from_numpy(one) @ torch.from_numpy(np.ascontiguousarray(other)).T).numpy()


def _products(groups: np.ndarray) -> np.ndarray:
    """Inner products (k, m, m) within groups of rows (k, m, d)."""
    import torch  # noqa: PLC0415

    kept = torch.from_numpy(groups)
    return (kept @ kept.mT).numpy()
