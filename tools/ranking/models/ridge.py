"""The closed form of EASE over a Gram matrix G: B = I - P / diag(P) with P = (G + ridge)^-1 (Steck 2019).

It is the ridge regression of each item on all others. Over a few of the others it is solved for each item alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .gram import Gram
from .sparse import ItemWeights, largest

_ENTRIES = 4_000_000
"""Of the matrices that stand in memory at a time when it is solved locally."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many weights are sought, and how many kept."""

    gib: float
    leading: int
    neighbours: int


def ridge_weights(gram: Gram, reach: Reach, ridge: np.ndarray) -> ItemWeights:
    """Over all pairs of items where three n-by-n float32 matrices fit into `reach.gib`, else over the leading ones.

    The ridge (n,) must make the matrix positive definite.
    """
    if 3 * 4 * gram.n**2 <= reach.gib * 2**30:
        return dense_ridge(gram, ridge, reach.neighbours)
    return local_ridge(gram, ridge, reach.leading, reach.neighbours)


def dense_ridge(gram: Gram, ridge: np.ndarray, k: int) -> ItemWeights:
    """Over all pairs of items, of which the k largest of each row are kept."""
    matrix = torch.from_numpy(gram.dense())
    matrix.diagonal().add_(torch.from_numpy(gram.diagonal + ridge))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(matrix))
    torch.div(inverse, -inverse.diagonal(), out=matrix)
    return _strongest(matrix.fill_diagonal_(0.0), k)


def _strongest(weights: torch.Tensor, k: int) -> ItemWeights:
    n = len(weights)
    found = weights.abs().topk(min(k, n), dim=1).indices.sort(dim=1).values
    values = weights.gather(1, found)
    return ItemWeights.of(np.repeat(np.arange(n), found.shape[1]), found.flatten().numpy(), values.flatten().numpy(), n)


def local_ridge(gram: Gram, ridge: np.ndarray, m: int, k: int) -> ItemWeights:
    """Each item is predicted from the m that are nearest to it only, so that nothing grows with n squared."""
    leading = _leading(gram, m)
    found = [np.zeros((3, 0))]
    size = max(1, _ENTRIES // (m * m))
    for start in range(0, gram.n, size):
        found.append(_solved(gram, ridge, leading[start : start + size], start))
    sources, columns, values = np.concatenate(found, axis=1)
    order = np.argsort(sources, kind="stable")
    sources, columns, values = sources[order].astype(np.int64), columns[order], values[order]
    best = largest(sources, np.abs(values), k)
    return ItemWeights.of(sources[best], columns[best], values[best], gram.n)


def _leading(gram: Gram, m: int) -> np.ndarray:
    """Shape (n, m): the nearest items of each by cosine, padded with -1."""
    rows, others = gram.sources, gram.columns
    best = largest(rows, gram.values / np.sqrt(gram.diagonal[others]), m)
    rows, others = rows[best], others[best]
    leading = np.full((gram.n, m), -1)
    leading[rows, np.arange(len(rows)) - np.searchsorted(rows, rows)] = others
    return leading


def _solved(gram: Gram, ridge: np.ndarray, leading: np.ndarray, start: int) -> np.ndarray:
    """Sources, columns and weights of a batch of items."""
    known, places = leading >= 0, np.arange(leading.shape[1])
    among = gram.at(leading[:, :, None], leading[:, None, :])
    among[:, places, places] = np.where(known, (gram.diagonal + ridge)[leading], 1.0)
    columns = np.broadcast_to(np.arange(start, start + len(leading))[:, None], leading.shape)
    wanted = torch.from_numpy(gram.at(leading, columns))
    factor = torch.linalg.cholesky(torch.from_numpy(among))
    weights = torch.cholesky_solve(wanted[:, :, None], factor)[:, :, 0].numpy()
    return np.stack([leading[known], columns[known], weights[known]])
