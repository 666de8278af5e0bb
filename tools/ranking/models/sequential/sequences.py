"""Histories as sequences to learn from, and sequences laid end to end without padding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...data.model import Histories

GROWTH = 1.5
"""Sequences are padded together when the longest is at most so many times the shortest (and a few events) long."""


@dataclass(frozen=True, slots=True)
class Events:
    """The events that a model reads: those of positive weight with an item of the table."""

    starts: np.ndarray
    """Shape (b + 1,), int64."""
    rows: np.ndarray
    """Shape (e,), int64."""
    weights: np.ndarray
    """Shape (e,), float32 in (0, 1]."""

    @classmethod
    def of(cls, histories: Histories) -> Events:
        """What is left of the histories."""
        kept = (histories.rows >= 0) & (histories.weights > 0)
        before = np.concatenate([[0], np.cumsum(kept)])
        return cls(before[histories.starts], histories.rows[kept].astype(np.int64), histories.weights[kept])


@dataclass(frozen=True, slots=True)
class Windows:
    """Stretches of events: stretch i is the `lengths[i]` events from `starts[i]` on, longest `lengths` last."""

    starts: np.ndarray
    lengths: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)

    def sorted(self) -> Windows:
        """Shortest first."""
        order = np.argsort(self.lengths, kind="stable")
        return Windows(self.starts[order], self.lengths[order])

    def part(self, which: slice | np.ndarray) -> Windows:
        return Windows(self.starts[which], self.lengths[which])

    def places(self) -> np.ndarray:
        """Shape (t,): the events of all stretches, one stretch after the other."""
        return np.repeat(self.starts - self._before(), self.lengths) + np.arange(self.lengths.sum())

    def steps(self) -> np.ndarray:
        """Shape (t,): the place of each event in its stretch, from 0."""
        return np.arange(self.lengths.sum()) - np.repeat(self._before(), self.lengths)

    def ends(self) -> np.ndarray:
        """Shape (b,): where each stretch's last event stands among `places`."""
        return np.cumsum(self.lengths) - 1

    def _before(self) -> np.ndarray:
        return np.cumsum(self.lengths) - self.lengths

    def groups(self) -> Iterator[tuple[slice, int, np.ndarray]]:
        """Runs of similar length, of sorted stretches: the run's tokens, its number of stretches, their lengths."""
        first = token = 0
        while first < len(self):
            reach = int(self.lengths[first] * GROWTH) + 2
            last = int(np.searchsorted(self.lengths, reach, side="right"))
            lengths = self.lengths[first:last]
            yield slice(token, token + int(lengths.sum())), last - first, lengths
            first, token = last, token + int(lengths.sum())


def last_windows(events: Events, length: int) -> Windows:
    """The last `length` events of each history; histories without events give stretches of length 0."""
    counts = np.minimum(np.diff(events.starts), length)
    return Windows(events.starts[1:] - counts, counts)


def training_windows(events: Events, length: int, random: np.random.Generator) -> Windows:
    """Every event but a history's first is a target once. A long history is cut at a random place, anew each epoch."""
    counts = np.diff(events.starts) - 1
    short = (counts >= 1) & (counts <= length)
    starts, lengths = [events.starts[:-1][short]], [counts[short]]
    for one in np.flatnonzero(counts > length):
        first = int(random.integers(1, length + 1))
        cuts = np.concatenate([[0], np.arange(first, counts[one], length), [counts[one]]])
        starts.append(events.starts[one] + cuts[:-1])
        lengths.append(np.diff(cuts))
    return Windows(np.concatenate(starts), np.concatenate(lengths))
