"""The events of a file as compact arrays: collected batch by batch, then renumbered, sorted, without repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np


@dataclass(slots=True)
class Events:
    """At most 21 bytes an event: parallel arrays of shape (e,); None for a column that the file doesn't have."""

    users: np.ndarray
    """int32."""
    rows: np.ndarray
    """int32: of the item table."""
    ratings: np.ndarray | None = None
    """float32; NaN without."""
    words: np.ndarray | None = None
    """int8: place in WORD_WEIGHTS, negative without."""
    times: np.ndarray | None = None
    """float64: seconds since 1970; NaN without."""

    def __len__(self) -> int:
        return len(self.users)

    def keep(self, wanted: np.ndarray) -> None:
        """Only these, by mask or by place in a new order; one column at a time, for memory's sake."""
        for name in _NAMES:
            values = getattr(self, name)
            setattr(self, name, None if values is None else values[wanted])


_NAMES = tuple(one.name for one in fields(Events))


@dataclass(slots=True)
class Collected:
    """Events of one batch after the other."""

    count: int = 0
    _parts: dict[str, list[np.ndarray]] = field(default_factory=lambda: {name: [] for name in _NAMES})

    def add(self, events: Events) -> None:
        """Takes the events of the next batch."""
        self.count += len(events)
        for name, parts in self._parts.items():
            values = getattr(events, name)
            if values is not None:
                parts.append(values)

    def all(self) -> Events:
        """All of them, once: what was collected is let go of column by column."""
        none = np.zeros(0, np.int32)
        joined = {name: _joined(parts) for name, parts in self._parts.items()}
        users, rows = joined.pop("users"), joined.pop("rows")
        return Events(none if users is None else users, none if rows is None else rows, **joined)


def _joined(parts: list[np.ndarray]) -> np.ndarray | None:
    whole = np.concatenate(parts) if parts else None
    parts.clear()
    return whole


def renumbered(codes: np.ndarray, ids: Sequence[str]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Numbers (e,) in the order of the ids that occur, and those ids."""
    occurring = np.flatnonzero(np.bincount(codes, minlength=len(ids)))
    ordered = sorted(occurring.tolist(), key=ids.__getitem__)
    new = np.zeros(len(ids), np.int32)
    new[ordered] = np.arange(len(ordered))
    return new[codes], tuple(ids[code] for code in ordered)


def sort(events: Events) -> None:
    """By user, then time, then the order of the file."""
    keys = (events.users,) if events.times is None else (events.times, events.users)
    events.keep(np.lexsort(keys))


def drop_repeats(events: Events) -> int:
    """Leaves out of sorted events what repeats an earlier one in every column; how many those were."""
    repeats = _repeats(events)
    if len(repeats):
        wanted = np.ones(len(events), bool)
        wanted[repeats] = False
        events.keep(wanted)
    return len(repeats)


def _repeats(events: Events) -> np.ndarray:
    """Places of repeats: first those of which user and moment (without times: item) occur again, then in full."""
    some = _met_again(events)
    keys = [getattr(events, name) for name in _NAMES]
    keys = [np.nan_to_num(key[some], nan=-np.inf) for key in keys if key is not None]
    order = np.lexsort(keys)
    same = np.ones(max(0, len(order) - 1), bool)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    return some[order[1:][same]]


def _met_again(events: Events) -> np.ndarray:
    """Places, ascending, of the events that may be repeats or be repeated."""
    if events.times is None:
        pairs = events.users.astype(np.int64) << 32 | events.rows
        order = np.argsort(pairs, kind="stable")
        again = pairs[order[1:]] == pairs[order[:-1]]
        return np.sort(order[_either(again)])
    again = (events.users[1:] == events.users[:-1]) & (events.times[1:] == events.times[:-1])
    return np.flatnonzero(_either(again))


def _either(again: np.ndarray) -> np.ndarray:
    """From whether each is like the one before to whether each is like one of its neighbours."""
    return np.append(again, False) | np.insert(again, 0, False)
