"""Which item followed which, counted in blocks of items so that no item-by-item matrix stands in memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..data.model import Interactions

_PAIRS = 4_000_000
"""How many pairs stand in memory at a time, about."""

Counted = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Sources ascending (z,), what followed them (z,), and the decayed counts (z,)."""


def positive(train: Interactions) -> Interactions:
    """Without dislikes: they lead to nothing."""
    return train.where(train.weights > 0)


def each_once(train: Interactions, last: int) -> Interactions:
    """The last positive event of each user with each item; of a user with more than `last` of them, the last ones."""
    liked = positive(train)
    keys = liked.users.astype(np.int64)[::-1] * len(train.items) + liked.rows[::-1]
    kept = np.zeros(len(liked), bool)
    kept[len(liked) - 1 - np.unique(keys, return_index=True)[1]] = True
    once = liked.where(kept)
    ends = np.searchsorted(once.users, once.users, side="right")
    return once.where(ends - np.arange(len(once)) <= last)


def followers(train: Interactions, window: int, decay: float, backward: float = 0.0) -> Iterator[Counted]:
    """Pairs of events of one user at most `window` apart, a block of source items at a time; all weights positive.

    A pair d places apart counts decay^(d - 1) times the weight of both events, times `backward` for the one that stands
    before: 0 counts only what follows, 1 makes the counts symmetric. An item never follows itself.
    """
    n = len(train.items)
    order = np.argsort(train.rows, kind="stable")
    starts = np.searchsorted(train.rows[order], np.arange(n + 1))
    for first, stop in _blocks(starts, max(1, _PAIRS // (window * (2 if backward else 1)))):
        places = order[starts[first] : starts[stop]]
        keys, counts = _pairs(train, places, window, decay, backward)
        keys -= first * n
        yield _summed(keys, counts, first, n, (stop - first) * n)


def _blocks(starts: np.ndarray, events: int) -> Iterator[tuple[int, int]]:
    """Ranges of items with about so many events each."""
    n, first = len(starts) - 1, 0
    while first < n:
        stop = int(np.searchsorted(starts, starts[first] + events, side="right")) - 1
        stop = min(max(stop, first + 1), n)
        yield first, stop
        first = stop


def _pairs(
    train: Interactions, places: np.ndarray, window: int, decay: float, backward: float
) -> tuple[np.ndarray, np.ndarray]:
    """Keys source * n + other, and counts, of every pair with the event at a place as its source."""
    found: list[tuple[np.ndarray, np.ndarray]] = [(np.zeros(0, np.int64), np.zeros(0))]
    for distance in range(1, window + 1):
        for step, share in ((distance, 1.0), (-distance, backward)):
            if share:
                found.append(_pairs_apart(train, places, step, share * decay ** (distance - 1)))
    return np.concatenate([keys for keys, _ in found]), np.concatenate([counts for _, counts in found])


def _pairs_apart(train: Interactions, places: np.ndarray, step: int, share: float) -> tuple[np.ndarray, np.ndarray]:
    others = places + step
    inside = (others >= 0) & (others < len(train))
    one, other = places[inside], others[inside]
    kept = (train.users[one] == train.users[other]) & (train.rows[one] != train.rows[other])
    one, other = one[kept], other[kept]
    keys = train.rows[one].astype(np.int64) * len(train.items) + train.rows[other]
    return keys, share * (train.weights[one] * train.weights[other])


def _summed(keys: np.ndarray, counts: np.ndarray, first: int, n: int, size: int) -> Counted:
    """Equal keys added up, dense where that is less work than sorting."""
    if size <= 4 * len(keys):
        dense = np.bincount(keys, counts, size)
        found = np.flatnonzero(dense)
        return found // n + first, found % n, dense[found]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    found = np.flatnonzero(np.diff(ordered, prepend=-1))
    totals = np.add.reduceat(counts[order], found) if len(found) else np.zeros(0)
    return ordered[found] // n + first, ordered[found] % n, totals
