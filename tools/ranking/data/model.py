"""Who did what with which item, as arrays: what models are fitted on and asked with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class ItemTable:
    """The items that a model speaks of, numbered from 0. All other arrays of `n` items are in this order."""

    item_ids: tuple[str, ...]
    vectors: np.ndarray | None = None
    """Unit embeddings of the items' text, shape (n, d), float32; None when there is no text."""
    texts: tuple[str, ...] | None = None
    """Title and text of each item, for models that read; None when there is none."""

    def __len__(self) -> int:
        return len(self.item_ids)


@dataclass(frozen=True, slots=True)
class Histories:
    """`b` histories, one behind the other; events of a history are oldest first.

    History i has the items `rows[starts[i]:starts[i + 1]]`, by row of the item table (-1: no item of the table).
    """

    starts: np.ndarray
    """Shape (b + 1,), int64."""
    rows: np.ndarray
    """Shape (e,), int32."""
    weights: np.ndarray
    """Shape (e,), float32 in [-1, 1]: 1 a like or a plain event, -1 a dislike."""
    ages: np.ndarray
    """Shape (e,), float32: days before the moment of asking; 0 for what has no time."""

    def __len__(self) -> int:
        return len(self.starts) - 1

    @classmethod
    def of(cls, histories: Sequence[Sequence[int]]) -> Histories:
        """Plain events without times: rows of each history, oldest first."""
        starts = np.cumsum([0, *(len(one) for one in histories)], dtype=np.int64)
        rows = np.array([row for one in histories for row in one], dtype=np.int32)
        return cls(starts, rows, np.ones(len(rows), np.float32), np.zeros(len(rows), np.float32))

    def slice(self, start: int, stop: int) -> Histories:
        """Histories start to stop - 1."""
        first, last = self.starts[start], self.starts[min(stop, len(self))]
        events = slice(int(first), int(last))
        starts = self.starts[start : min(stop, len(self)) + 1] - first
        return Histories(starts, self.rows[events], self.weights[events], self.ages[events])

    def take(self, places: np.ndarray) -> Histories:
        """The histories at those places, in that order."""
        first, counts = self.starts[places], np.diff(self.starts)[places]
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        events = np.repeat(first - starts[:-1], counts) + np.arange(starts[-1])
        return Histories(starts, self.rows[events], self.weights[events], self.ages[events])

    def batches(self, size: int) -> Iterator[Histories]:
        """All of them in order, at most `size` at a time."""
        return (self.slice(start, start + size) for start in range(0, len(self), size))

    def latest(self, counts: np.ndarray) -> Histories:
        """Of each history the last `counts` (b,) events, or all that there are."""
        lengths = np.diff(self.starts)
        place = np.arange(len(self.rows)) - self.starts[:-1].repeat(lengths)
        kept = place >= np.repeat(lengths - np.minimum(counts, lengths), lengths)
        starts = np.concatenate([[0], np.cumsum(np.minimum(counts, lengths))]).astype(np.int64)
        return Histories(starts, self.rows[kept], self.weights[kept], self.ages[kept])

    def then(self, other: Histories) -> Histories:
        """These, and the others behind them."""
        starts = np.concatenate([self.starts, other.starts[1:] + self.starts[-1]])
        pairs = ((self.rows, other.rows), (self.weights, other.weights), (self.ages, other.ages))
        return Histories(starts, *(np.concatenate(pair) for pair in pairs))

    def owners(self) -> np.ndarray:
        """Shape (e,), int64: the number of the history that each event belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class Interactions:
    """Events sorted by user, then time, then row of the file (a stable sort). Users and items are numbered from 0."""

    user_ids: tuple[str, ...]
    items: ItemTable
    users: np.ndarray
    """Shape (e,), int32, ascending."""
    rows: np.ndarray
    """Shape (e,), int32: row of the item table."""
    weights: np.ndarray
    """Shape (e,), float32 in [-1, 1]: how much the event speaks for the item."""
    times: np.ndarray
    """Shape (e,), float64: seconds since 1970; NaN without a time (then the order of the file counts)."""
    ratings: np.ndarray | None = None
    """Shape (e,), float32; None without ratings."""

    def __len__(self) -> int:
        return len(self.users)

    def histories(self) -> Histories:
        """A history for every user, also for those without events; ages count from the last event of all."""
        starts = np.searchsorted(self.users, np.arange(len(self.user_ids) + 1)).astype(np.int64)
        timed = np.isfinite(self.times)
        latest = self.times[timed].max() if timed.any() else 0.0
        ages = np.where(timed, (latest - self.times) / 86400.0, 0.0).astype(np.float32)
        return Histories(starts, self.rows, self.weights, ages)

    def where(self, kept: np.ndarray) -> Interactions:
        """Only the events with a True, shape (e,); users and items keep their numbers."""
        ratings = None if self.ratings is None else self.ratings[kept]
        parts = (self.users[kept], self.rows[kept], self.weights[kept], self.times[kept])
        return Interactions(self.user_ids, self.items, *parts, ratings)

    def digest(self) -> str:
        """16 hexadecimal digits of the SHA-256 of users, items, weights, times and ratings in order."""
        found = hashlib.sha256(json.dumps([self.user_ids, self.items.item_ids]).encode())
        ratings = () if self.ratings is None else (self.ratings,)
        for values in (self.users, self.rows, self.weights, self.times, *ratings):
            found.update(np.ascontiguousarray(values).tobytes())
        return found.hexdigest()[:16]
