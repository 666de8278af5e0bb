"""What a change is, and the state of a catalog after some changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...items import Item
from .snapshot import Snapshot, frozen


@dataclass(frozen=True, slots=True)
class Change:
    """Items put, with their unit vectors of shape (len(put), d), and ids removed."""

    put: tuple[Item, ...]
    vectors: np.ndarray
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Latest:
    """What some changes come to: for each id they are about, the item and its vector (d,), or None when it is gone."""

    of: dict[str, tuple[Item, np.ndarray] | None]

    @property
    def put(self) -> dict[str, tuple[Item, np.ndarray]]:
        """Those that are there."""
        return {identifier: found for identifier, found in self.of.items() if found is not None}

    @property
    def gone(self) -> list[str]:
        """Those that are not."""
        return [identifier for identifier, found in self.of.items() if found is None]


def latest(changes: Sequence[Change]) -> Latest:
    """The last word of the changes on every id; an id that was removed and put again comes after the others."""
    of: dict[str, tuple[Item, np.ndarray] | None] = {}
    for change in changes:
        for item, vector in zip(change.put, change.vectors, strict=True):
            if of.get(item.id, item) is None:
                del of[item.id]
            of[item.id] = (item, vector)
        of |= dict.fromkeys(change.drop)
    return Latest(of)


def changed(base: Snapshot, changes: Sequence[Change]) -> Snapshot:
    """The state after some changes: known items keep their place, new ones come last. A revision for each change."""
    if not changes:
        return base
    revision = base.revision + len(changes)
    if any(change.drop for change in changes):
        return _replayed(base, changes, revision)
    put = latest(changes).put
    items, positions = list(base.items), dict(base.positions)
    for identifier, (item, _) in put.items():
        if identifier in positions:
            items[positions[identifier]] = item
        else:
            positions[identifier] = len(items)
            items.append(item)
    rows = {positions[identifier]: vector for identifier, (_, vector) in put.items()}
    return Snapshot(tuple(items), _overwritten(base.vectors, rows, len(items)), revision, positions)


def _overwritten(vectors: np.ndarray, rows: dict[int, np.ndarray], size: int) -> np.ndarray:
    """The matrix with other rows; itself when they are the same."""
    known = len(vectors)
    new = {row: one for row, one in rows.items() if row >= known or not np.array_equal(vectors[row], one)}
    if not new:
        return vectors
    grown = np.empty((size, len(next(iter(new.values())))), dtype=np.float32)
    if known:
        grown[:known] = vectors
    grown[list(new)] = np.stack(list(new.values()))
    grown.setflags(write=False)
    return grown


def _replayed(base: Snapshot, changes: Sequence[Change], revision: int) -> Snapshot:
    """One change after the other, for what removes items."""
    rows: dict[str, tuple[Item, np.ndarray]] = dict(
        zip(base.positions, zip(base.items, base.vectors, strict=True), strict=True)
    )
    for change in changes:
        for item, vector in zip(change.put, change.vectors, strict=True):
            rows[item.id] = (item, vector)
        for identifier in change.drop:
            rows.pop(identifier, None)
    width = base.vectors.shape[1] if base.vectors.ndim == 2 else 0
    vectors = np.stack([vector for _, vector in rows.values()]) if rows else np.empty((0, width), dtype=np.float32)
    return frozen([item for item, _ in rows.values()], vectors, revision)
