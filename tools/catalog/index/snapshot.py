"""A fast copy of a catalog beside Chroma: the items and their vectors. It is never the truth."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...errors import IndexStateError
from ...items import Item
from .disk import NO_ROOM, sync
from .records import item_from_json, item_to_json

_PREFIX = "snapshot-"
ITEMS, VECTORS = "items.json", "vectors.npy"
_MAPPED_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of a catalog."""

    items: tuple[Item, ...]
    vectors: np.ndarray
    """Shape (n, d), float32, unit rows, read-only."""
    revision: int
    positions: dict[str, int]
    """Row of an item, by id."""


def snapshot_directory(directory: Path, revision: int) -> Path:
    """Where the snapshot of a revision lies in an index directory, with what is derived from it."""
    return directory / f"{_PREFIX}{revision}"


def write_snapshot(directory: Path, snapshot: Snapshot) -> None:
    """Writes it whole or not at all. Raises IndexStateError when there is no room for it."""
    target = snapshot_directory(directory, snapshot.revision)
    work: Path | None = None
    try:
        work = Path(tempfile.mkdtemp(prefix=".snapshot-", dir=directory))
        (work / ITEMS).write_text(f"[{','.join(map(item_to_json, snapshot.items))}]", encoding="utf-8")
        np.save(work / VECTORS, snapshot.vectors)
        for written in (work / ITEMS, work / VECTORS, work):
            sync(written)
        shutil.rmtree(target, ignore_errors=True)
        os.replace(work, target)
        sync(directory)
    except OSError as error:
        if work is not None:
            shutil.rmtree(work, ignore_errors=True)
        raise IndexStateError(
            f"{directory}: the snapshot cannot be written ({error.strerror or error}).",
            cure=NO_ROOM,
        ) from error


def remove_snapshots(directory: Path, *, but: int) -> None:
    """Removes the snapshots of other revisions, and those that were never finished."""
    keep = snapshot_directory(directory, but)
    for old in (*directory.glob(f"{_PREFIX}*"), *directory.glob(f".{_PREFIX}*")):
        if old != keep:
            shutil.rmtree(old, ignore_errors=True)


def read_snapshot(directory: Path, revision: int, count: int, dimension: int) -> Snapshot | None:
    """The snapshot of a revision; None when it is missing or damaged."""
    source = snapshot_directory(directory, revision)
    try:
        fields = json.loads((source / ITEMS).read_text(encoding="utf-8"))
        vectors = _vectors(source / VECTORS)
        items = tuple(item_from_json(one) for one in fields)
    except (OSError, ValueError, EOFError, TypeError, AttributeError):
        return None
    return frozen(items, vectors, revision) if len(items) == count and vectors.shape == (count, dimension) else None


def _vectors(path: Path) -> np.ndarray:
    """Large ones are left on the disk: processes share them, and of most searches only a few rows are read."""
    mapped = os.name != "nt" and path.stat().st_size > _MAPPED_BYTES
    return np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)


def frozen(items: Sequence[Item], vectors: np.ndarray, revision: int) -> Snapshot:
    """A snapshot whose vectors cannot be written to."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32).view()
    rows.setflags(write=False)
    return Snapshot(tuple(items), rows, revision, {item.id: row for row, item in enumerate(items)})
