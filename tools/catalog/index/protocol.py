"""`ItemStore`: where the items of a catalog live durably. `ItemStoreConformance` in `testing.py` holds one to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from ...constraints.model import Constraint
from ...items import Item
from .changing import Change
from .manifest import Manifest
from .records import Flat, Stored
from .snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class StoredItem:
    """An item with its unit vector, shape (d,), the text that was embedded, and what is filed with it."""

    item: Item
    vector: np.ndarray
    text: str
    metadata: Flat


@dataclass(frozen=True, slots=True)
class Contents:
    """n items in their order, and their vectors, shape (n, d), float32."""

    items: tuple[Item, ...]
    vectors: np.ndarray


@runtime_checkable
class ItemStore(Protocol):
    """The items of one catalog, with their vectors and what is filed with them. What `put` returned from is kept."""

    def __len__(self) -> int:
        """How many items there are."""
        ...

    def stored(self, ids: Sequence[str] | None = None) -> dict[str, Stored]:
        """What is known of some items or all without reading them, by id; unknown ids are left out."""
        ...

    def put(self, entries: Sequence[StoredItem]) -> None:
        """Writes items, in place of those with the same ids: nothing of those is left."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Removes items; unknown ids are no error."""
        ...

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The vectors of some items, shape (d,), by id; unknown ids are left out."""
        ...

    def read(self, ids: Sequence[str] | None = None) -> Contents:
        """Some items or all, in the order that is filed with them; unknown ids are left out."""
        ...

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:
        """About k ids whose vectors are nearest to a unit vector (d,), by the store's own index, nearest first.

        Of the hard constraints it applies those it can; whoever asks applies all of them again.
        """
        ...


@dataclass(frozen=True, slots=True)
class News:
    """What happened to a catalog: it became `snapshot`, unless that is None, and then the changes were made."""

    snapshot: Snapshot | None = None
    changes: tuple[Change, ...] = ()


class Index(Protocol):
    """An open index: where changes are made durable, and where the changes of others come from."""

    directory: Path
    """Where the snapshot lies, for what is derived from it."""
    served: bool
    """Whether the items are on a server."""
    manifest: Manifest
    """What the index was made from."""

    def write(self, change: Change, hear: Callable[[News], None]) -> None:
        """Makes a change durable. `hear` is told what others changed before it, also when it fails, and then of it.

        Raises IndexStateError.
        """
        ...

    def news(self, *, now: bool = False) -> News:
        """What other processes wrote since this was last asked; what was written a moment ago only if asked `now`."""
        ...

    def nearest(self, vector: np.ndarray, k: int, constraints: Sequence[Constraint] = ()) -> list[str]:
        """As `ItemStore.nearest`; items that the store may not know yet are among the ids."""
        ...

    def close(self, hear: Callable[[News], None]) -> None:
        """Lets go of what is open; `hear` is told what others changed."""
        ...
