"""A fast copy of a catalog beside Chroma: the items and their vectors. It is never the truth."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ...items import Item
from .records import item_from_json, item_to_json

_PREFIX = "snapshot-"


@dataclass(frozen=True)
class Snapshot:
    """One state of a catalog: the items, their unit vectors of shape (n, d), and the revision."""

    items: tuple[Item, ...]
    vectors: np.ndarray
    revision: int

    @cached_property
    def positions(self) -> dict[str, int]:
        """Row of an item, by id."""
        return {item.id: position for position, item in enumerate(self.items)}


def snapshot_directory(directory: Path, revision: int) -> Path:
    """Where the snapshot of a revision lies in an index directory, with what is derived from it."""
    return directory / f"{_PREFIX}{revision}"


def write_snapshot(directory: Path, snapshot: Snapshot) -> None:
    """Writes it whole or not at all, and removes the older ones."""
    target = snapshot_directory(directory, snapshot.revision)
    work = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=directory))
    (work / "items.json").write_text(f"[{','.join(map(item_to_json, snapshot.items))}]", encoding="utf-8")
    np.save(work / "vectors.npy", snapshot.vectors)
    shutil.rmtree(target, ignore_errors=True)
    os.replace(work, target)
    for old in directory.glob(f"{_PREFIX}*"):
        if old != target:
            shutil.rmtree(old, ignore_errors=True)


def read_snapshot(directory: Path, revision: int, count: int, dimension: int) -> Snapshot | None:
    """The snapshot of a revision; None when it is missing or damaged."""
    source = snapshot_directory(directory, revision)
    try:
        fields = json.loads((source / "items.json").read_text(encoding="utf-8"))
        vectors = np.load(source / "vectors.npy", allow_pickle=False)
        items = tuple(item_from_json(one) for one in fields)
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return None
    return frozen(items, vectors, revision) if len(items) == count and vectors.shape == (count, dimension) else None


def frozen(items: Sequence[Item], vectors: np.ndarray, revision: int) -> Snapshot:
    """A snapshot whose vectors cannot be written to."""
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    vectors.setflags(write=False)
    return Snapshot(tuple(items), vectors, revision)
