"""What everything else counts: lists of items, and what was relevant to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

NONE = -1
"""Pads a list that is shorter than the others."""


@dataclass(frozen=True, slots=True)
class Relevant:
    """What is relevant to each of `b` people, one behind the other: `rows[starts[i]:starts[i + 1]]` to person i."""

    starts: np.ndarray
    """Shape (b + 1,), int64."""
    rows: np.ndarray
    """Shape (e,), int64: rows of an item table, ascending within a person, none twice."""
    grades: np.ndarray
    """Shape (e,), float64, above 0: 1 for what is simply relevant."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, people: Sequence[Collection[int] | Mapping[int, float]]) -> Relevant:
        """From rows, or grades by row, of each person. A row named twice counts once, a grade of 0 or less not at all.

        >>> Relevant.of([[4, 2, 4], {7: 3.0, 1: 0.0}, []]).counts
        array([2, 1, 0])
        """
        graded = [one if isinstance(one, Mapping) else dict.fromkeys(one, 1.0) for one in people]
        kept = [sorted((row, grade) for row, grade in one.items() if grade > 0) for one in graded]
        starts = np.cumsum([0, *(len(one) for one in kept)], dtype=np.int64)
        flat = np.array([pair for one in kept for pair in one], dtype=np.float64).reshape(-1, 2)
        return cls(starts, flat[:, 0].astype(np.int64), flat[:, 1])

    @classmethod
    def one_each(cls, targets: np.ndarray) -> Relevant:
        """One relevant row for each person, shape (b,): what leave-one-out holds out."""
        return cls(np.arange(len(targets) + 1), np.asarray(targets, np.int64), np.ones(len(targets)))

    @property
    def counts(self) -> np.ndarray:
        """Shape (b,): how many items are relevant. Where it is 0 every metric of accuracy is 0: leave those out."""
        return np.diff(self.starts)

    def best(self, k: int) -> np.ndarray:
        """Shape (b, k): the grades of the best possible list, 0 past its end."""
        owners = np.repeat(np.arange(len(self)), self.counts)
        order = np.lexsort((-self.grades, owners))
        places = np.arange(len(owners)) - self.starts[owners]
        found, kept = np.zeros((len(self), k)), places < k
        found[owners[kept], places[kept]] = self.grades[order][kept]
        return found


def gains(lists: np.ndarray, relevant: Relevant, k: int) -> np.ndarray:
    """Shape (b, k): the grade of the item in each place of `lists` (b, m), padded with -1; 0 where it is irrelevant.

    An item that stands in a list twice counts in its first place only.

    >>> gains(np.array([[3, 5, 3, -1]]), Relevant.of([{3: 2.0, 9: 1.0}]), 5)
    array([[2., 0., 0., 0., 0.]])
    """
    top = _cut(lists, k)
    width = 1 + max(int(top.max(initial=0)), int(relevant.rows.max(initial=0)))
    keys = np.repeat(np.arange(len(relevant)), relevant.counts) * width + relevant.rows
    asked = np.arange(len(top))[:, None] * width + top
    places = np.searchsorted(keys, asked).clip(max=max(len(keys) - 1, 0))
    known = keys[places] == asked if len(keys) else np.zeros(top.shape, bool)
    found = np.zeros(top.shape)
    counted = known & (top != NONE) & _first(top)
    found[counted] = relevant.grades[places[counted]]
    return found


def top(scores: np.ndarray, k: int) -> np.ndarray:
    """Shape (b, k), int64: the rows of the highest scores (b, n), best first, -1 where fewer than k are above -inf.

    Of equal scores the lower row comes first, so that a list does not depend on how a library sorts.

    >>> top(np.array([[0.5, 0.9, 0.5, -np.inf]]), 4)
    array([[ 1,  0,  2, -1]])
    """
    k_there = min(k, scores.shape[1])
    found = np.full((len(scores), k), NONE, dtype=np.int64)
    for row, values in enumerate(scores):
        last = np.partition(values, len(values) - k_there)[len(values) - k_there] if k_there else np.inf
        pool = np.flatnonzero((values >= last) & (values > -np.inf))
        chosen = pool[np.argsort(-values[pool], kind="stable")][:k_there]
        found[row, : len(chosen)] = chosen
    return found


def _cut(lists: np.ndarray, k: int) -> np.ndarray:
    """Exactly k places, padded."""
    kept = np.asarray(lists, np.int64)[:, :k]
    return np.pad(kept, ((0, 0), (0, k - kept.shape[1])), constant_values=NONE)


def _first(lists: np.ndarray) -> np.ndarray:
    """Shape (b, k): whether a place is the first of its item in its list."""
    order = np.argsort(lists, axis=1, kind="stable")
    ordered = np.take_along_axis(lists, order, axis=1)
    new = np.ones(lists.shape, bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    found = np.empty(lists.shape, bool)
    np.put_along_axis(found, order, new, axis=1)
    return found
