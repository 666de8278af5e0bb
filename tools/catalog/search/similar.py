"""Items like given items: near in meaning, and sharing the facet values that are rare in the catalog."""

from __future__ import annotations

import numpy as np

from ...items import FacetKind
from .columns import Column, Columns


def centre(vectors: np.ndarray) -> np.ndarray:
    """The mean of vectors (m, d) as a unit vector (d,); zeros when they cancel out."""
    mean = vectors.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length else mean


def shared_facets(columns: Columns, given: np.ndarray) -> np.ndarray:
    """Shape (n,), in [0, 1]: how many of the values of the given rows each row has, rare values counting more.

    Per facet it is the sum of the rarities of the shared values over that of all values of the given rows, where the
    rarity of a value of df rows is ln(n / df); facets count by the rarest of these values.
    """
    total, weights = np.zeros(columns.size), 0.0
    for column in columns.by_facet.values():
        if column.facet.kind in (FacetKind.CATEGORICAL, FacetKind.MULTI):
            share, weight = _shared(column, given)
            total += weight * share
            weights += weight
    return total / weights if weights else total


def _shared(column: Column, given: np.ndarray) -> tuple[np.ndarray, float]:
    """The share of each row (n,) and the weight of the facet."""
    words, size = column.words, len(column.raw)
    starts, ends = np.searchsorted(words.rows, (given, given + 1))
    wanted = {group for start, end in zip(starts, ends, strict=True) for group in words.groups[start:end].tolist()}
    if not wanted:
        return np.zeros(size), 0.0
    rows, groups, some = words.rows[words.once], words.groups[words.once], list(wanted)
    rarity = np.zeros(len(words.shown))
    rarity[some] = np.log(size / np.bincount(groups, minlength=len(words.shown))[some])
    held = np.bincount(rows, weights=rarity[groups], minlength=size)
    possible = float(rarity.sum())
    return (held / possible if possible else held), float(rarity.max())
