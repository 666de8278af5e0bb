"""Calibration of lists: whether what is shown is mixed as what a person had (Steck 2018, "Calibrated recommendations").

Not to be confused with the calibration of probabilities: see `reliability`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from ..data.model import Histories
from .relevance import NONE

ALPHA = 0.01
"""Steck's smoothing: how much of the person's own mix is added to that of the list."""


def facet_shares(values: Sequence[Collection[str]]) -> tuple[np.ndarray, tuple[str, ...]]:
    """p(g|i), shape (n, g), and the names of its columns: each of the values of an item has the same share.

    An item without a value has zeros, and says nothing of any mix.

    >>> facet_shares([["jazz"], ["jazz", "pop"], []])
    (array([[1. , 0. ],
           [0.5, 0.5],
           [0. , 0. ]]), ('jazz', 'pop'))
    """
    names = tuple(sorted({one for own in values for one in own}))
    columns = {name: column for column, name in enumerate(names)}
    found = np.zeros((len(values), len(names)))
    for row, own in enumerate(values):
        for one in set(own):
            found[row, columns[one]] = 1 / len(set(own))
    return found, names


def mix_of_lists(lists: np.ndarray, shares: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """q(g|u), shape (b, g): the weighted mean of p(g|i) over the items of each list; zeros for an empty one.

    `weights` (k,) are those of the places: none means that all count the same.

    >>> mix_of_lists(np.array([[0, 1], [1, -1]]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    there = lists != NONE
    weighed = there * (np.ones(lists.shape[1]) if weights is None else weights)
    return _to_one(np.einsum("bk,bkg->bg", weighed, shares[np.where(there, lists, 0)]))


def mix_of_histories(histories: Histories, shares: np.ndarray) -> np.ndarray:
    """p(g|u), shape (b, g): the same over what each person had, by weight; dislikes and unknown items say nothing.

    >>> mix_of_histories(Histories.of([[0, 0, 0, 1], [-1]]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    array([[0.75, 0.25],
           [0.  , 0.  ]])
    """
    kept = (histories.rows >= 0) & (histories.weights > 0)
    found = np.zeros((len(histories), shares.shape[1]))
    np.add.at(found, histories.owners()[kept], histories.weights[kept, None] * shares[histories.rows[kept]])
    return _to_one(found)


def miscalibration(tastes: np.ndarray, mixes: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """Shape (b,): C_KL(p, q) = sum over g of p(g|u) log(p(g|u) / q'(g|u)), q' = (1 - alpha) q + alpha p, in nats.

    0 for a list that is mixed as the history is, log(1 / alpha) for one that has nothing of it, also an empty one.
    NaN for a person of whom no taste is known.

    >>> tastes = np.array([[0.5, 0.5], [0.5, 0.5], [0.0, 0.0]])
    >>> miscalibration(tastes, np.array([[0.5, 0.5], [1.0, 0.0], [1.0, 0.0]])).round(4)
    array([0.    , 1.9585,    nan])
    """
    smoothed = (1 - alpha) * mixes + alpha * tastes
    ratio = np.divide(tastes, smoothed, out=np.ones_like(tastes), where=tastes > 0)
    found = np.sum(tastes * np.log(ratio), axis=-1)
    return np.where(tastes.sum(axis=-1) > 0, np.maximum(found, 0.0), np.nan)


def _to_one(sums: np.ndarray) -> np.ndarray:
    totals = sums.sum(axis=1, keepdims=True)
    return np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)
