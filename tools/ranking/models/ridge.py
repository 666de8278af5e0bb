"""Closed forms that predict each item from the others: B = (G + ridge)^-1 R with a diagonal of 0.

With R = G this is EASE (Steck 2019, "Embarrassingly Shallow Autoencoders for Sparse Data"); with R the counts of what
followed what, the one-step linear transition of SLIT (Choi et al. 2021, "Session-aware Linear Item-Item Models").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from .gram import Gram
from .sparse import ItemWeights, largest

_BATCH_ENTRIES = 4_000_000


@dataclass(frozen=True, slots=True)
class Reach:
    """How many weights are sought, and how many kept."""

    gib: float
    """Memory for the dense solution; a catalog that needs more is solved locally."""
    leading: int
    """How many items each one is predicted from when it is solved locally."""
    neighbours: int
    """How many weights of each item are kept, the largest."""


def ridge_weights(gram: Gram, target: Gram, reach: Reach, ridge: np.ndarray) -> ItemWeights:
    """Over all pairs of items where three n-by-n float32 matrices fit into `reach.gib`, else over the leading ones."""
    if 3 * 4 * gram.n**2 <= reach.gib * 2**30:
        return dense_ridge(gram, target, ridge, reach.neighbours)
    return local_ridge(gram, target, ridge, reach.leading, reach.neighbours)


def dense_ridge(gram: Gram, target: Gram, ridge: np.ndarray, k: int) -> ItemWeights:
    """Over all pairs of items, of which the k largest of each row are kept."""
    matrix = torch.from_numpy(gram.dense())
    matrix.diagonal().add_(torch.from_numpy(gram.diagonal + ridge))
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(matrix))
    if target is gram:
        matrix = inverse / -inverse.diagonal()
    else:
        matrix = inverse @ torch.from_numpy(target.dense())
        matrix -= inverse * (matrix.diagonal() / inverse.diagonal())
    return _strongest(matrix.fill_diagonal_(0.0), k)


def _strongest(weights: torch.Tensor, k: int) -> ItemWeights:
    n = len(weights)
    found = weights.abs().topk(min(k, n), dim=1).indices.sort(dim=1).values
    values = weights.gather(1, found)
    return ItemWeights.of(np.repeat(np.arange(n), found.shape[1]), found.flatten().numpy(), values.flatten().numpy(), n)


def local_ridge(gram: Gram, target: Gram, ridge: np.ndarray, m: int, k: int) -> ItemWeights:
    """Each item is predicted from the m that lead to it most strongly only, so that nothing grows with n squared."""
    leading = _leading(target, gram.diagonal, m)
    found = [np.zeros((3, 0))]
    size = max(1, _BATCH_ENTRIES // (m * m))
    for start in range(0, gram.n, size):
        found.append(_solved(gram, target, ridge, leading[start : start + size], start))
    sources, columns, values = np.concatenate(found, axis=1)
    order = np.argsort(sources, kind="stable")
    sources, columns, values = sources[order].astype(np.int64), columns[order], values[order]
    best = largest(sources, np.abs(values), k)
    return ItemWeights.of(sources[best], columns[best], values[best], gram.n)


def _leading(target: Gram, frequency: np.ndarray, m: int) -> np.ndarray:
    """Shape (n, m): sources of each column, the strongest by cosine, padded with -1."""
    order = np.argsort(target.columns, kind="stable")
    columns, sources = target.columns[order], target.sources[order]
    best = largest(columns, target.values[order] / np.sqrt(frequency[sources]), m)
    columns, sources = columns[best], sources[best]
    leading = np.full((target.n, m), -1)
    leading[columns, np.arange(len(columns)) - np.searchsorted(columns, columns)] = sources
    return leading


def _solved(gram: Gram, target: Gram, ridge: np.ndarray, leading: np.ndarray, start: int) -> np.ndarray:
    """Sources, columns and weights of a batch of items."""
    among = gram.at(leading[:, :, None], leading[:, None, :])
    own = np.where(leading >= 0, (gram.diagonal + ridge)[leading], 1.0)
    places = np.arange(leading.shape[1])
    among[:, places, places] = own
    columns = np.broadcast_to(np.arange(start, start + len(leading))[:, None], leading.shape)
    wanted = torch.from_numpy(target.at(leading, columns))
    factor = torch.linalg.cholesky(torch.from_numpy(among))
    weights = torch.cholesky_solve(wanted[:, :, None], factor)[:, :, 0].numpy()
    known = leading >= 0
    return np.stack([leading[known], columns[known], weights[known]])
