"""What a file of users says, a block of events at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ..data.model import Histories

UNKNOWN = -1
"""The row of an item that the model does not know. A user is known by such events as well."""


@dataclass(frozen=True, slots=True)
class EventBlock:
    """Events in the order of the file; a user without any has one of row -1."""

    user_ids: Sequence[str]
    """Of each event."""
    rows: np.ndarray
    """Shape (e,), int32: row of the item table; -1 for no item of it."""
    weights: np.ndarray
    """Shape (e,), float32 in [-1, 1]: of events without a rating."""
    ratings: np.ndarray
    """Shape (e,), float32, on the scale of the file; NaN without."""
    times: np.ndarray
    """Shape (e,), float64: seconds since 1970; NaN without a time."""

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class UserBlock:
    """Some users, each with the whole history: `histories[i]` is that of `user_ids[i]`."""

    user_ids: tuple[str, ...]
    histories: Histories

    def __len__(self) -> int:
        return len(self.user_ids)

    def batches(self, size: int) -> Iterator[UserBlock]:
        """The same users in order, at most `size` at a time."""
        for start in range(0, len(self), size):
            yield UserBlock(self.user_ids[start : start + size], self.histories.slice(start, start + size))
