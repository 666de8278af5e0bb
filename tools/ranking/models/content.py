"""What reads like the history: an item is a weighted sum of the items that are nearest to it by text.

Who took half of those is expected to take the item too, so it needs no events of its own. Of the items that have
events, the m nearest stand for an item, with the weights of `rebuilt`; an item without events speaks for what it is
near to by itself. Nothing but which items have events is learned from these.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Self

import numpy as np

from ...errors import TrainingError
from ...single_thread import one_thread
from ..data.model import Histories, Interactions, ItemTable
from .nearness import Nearness, nearest, rebuilt
from .protocol import ModelState
from .recency import Recency
from .sparse import ItemWeights

Progress = Callable[[int, int], None]
Entries = tuple[np.ndarray, np.ndarray, np.ndarray]
"""Sources, columns and values of some weights, each (z,)."""
_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class ContentConfig:
    """How items are compared, and how a history is read."""

    neighbours: int = 50
    """How many items stand for an item."""
    ridge: float = 2.0
    """How much the weights are shrunk: 0 rebuilds the text exactly, a lot is as good as the nearness itself."""
    meaning: float = 0.25
    """The share of the embedding in what is near; the rest is that of the words."""
    decay: float = 1.0
    """What an event counts less for each one that came after it."""
    half_life: float = 0.0
    """Days after which an event of the history counts half; 0: its age does not count."""

    @property
    def recency(self) -> Recency:
        """How a history is read."""
        return Recency(self.decay, self.half_life)


@dataclass(frozen=True)
class Content:
    """The events of a history, weighted by recency, times how much they stand for an item; linear in the history."""

    config: ContentConfig
    items: ItemTable = field(repr=False)
    weights: ItemWeights = field(repr=False)
    learned: np.ndarray = field(repr=False)
    """Shape (n,), bool: the items that had events."""
    digests: np.ndarray = field(repr=False)
    """Shape (n,), int64: of the text of each item, so that a changed one is noticed."""
    name: str = "content"

    def score(self, histories: Histories, rows: np.ndarray | None = None) -> np.ndarray:
        """Sums over the history, shape (b, n) or (b, k); 0 for what resembles none of it. Dislikes lower."""
        return self.weights.fold(histories, self.config.recency.weights(histories), rows)

    def over(self, items: ItemTable, *, progress: Progress | None = None) -> Content:
        """The same model over another table, without training: only what is new or reads differently is worked on.

        A new item is one without events. Raises TrainingError when there is one and items have neither vector nor text.
        """
        before = {item: row for row, item in enumerate(self.items.item_ids)}
        origin = np.array([before.get(item, -1) for item in items.item_ids], np.int64)
        digests = _digests(items)
        changed = (origin >= 0) & (digests != 0) & (self.digests[origin] != 0) & (digests != self.digests[origin])
        kept = np.where(changed, -1, origin)
        learned = (origin >= 0) & self.learned[origin]
        fresh = np.flatnonzero(kept < 0)
        entries = [_moved(self.weights, kept)]
        if len(fresh):
            entries += _read(_nearness(items, self.config), self.config, fresh, learned, progress)
        return Content(self.config, items, _weights(entries, len(items)), learned, digests)

    def state(self) -> ModelState:
        """The weights, sparse, and which items had events."""
        own = {"learned": self.learned, "digests": self.digests}
        return ModelState(asdict(self.config), {**self.weights.tensors(), **own})

    @classmethod
    def restore(cls, state: ModelState, items: ItemTable) -> Self:
        """The model again. The table needs texts and vectors only for `over`, and then in the new one."""
        tensors = state.tensors
        config = ContentConfig(**state.config)
        return cls(config, items, ItemWeights.from_tensors(tensors), tensors["learned"], tensors["digests"])


def fit(train: Interactions, config: ContentConfig, *, progress: Progress | None = None) -> Content:
    """Every item rebuilt from its nearest with events. Raises TrainingError when items have neither vector nor text."""
    n = len(train.items)
    learned = np.zeros(n, bool)
    learned[train.rows[train.weights > 0]] = True
    entries = _read(_nearness(train.items, config), config, np.arange(n), learned, progress)
    return Content(config, train.items, _weights(entries, n), learned, _digests(train.items))


def untrained(items: ItemTable, config: ContentConfig) -> Content:
    """The model of a catalog without interactions: every item stands for those near to it. Raises TrainingError."""
    n = len(items)
    everyone = np.ones(n, bool)
    entries = _read(_nearness(items, config), config, np.arange(n), everyone, None)
    return Content(config, items, _weights(entries, n), everyone, _digests(items))


def _nearness(items: ItemTable, config: ContentConfig) -> Nearness:
    if items.vectors is None and items.texts is None:
        cure = "Train with --catalog, whose items have texts, or leave the part content out."
        raise TrainingError("The part content reads texts, and the items have none.", cure=cure)
    return Nearness.of(items, config.meaning)


def _read(
    nearness: Nearness, config: ContentConfig, rows: np.ndarray, learned: np.ndarray, progress: Progress | None
) -> list[Entries]:
    """Weights of `rows`: as columns from the items with events, and as sources where they have no events themselves."""
    with one_thread():
        found = _columns(nearness, config, rows, np.flatnonzero(learned), progress)
        return [*found, *_sources(nearness, config, rows[~learned[rows]]), _NOTHING]


def _columns(
    nearness: Nearness, config: ContentConfig, rows: np.ndarray, sources: np.ndarray, progress: Progress | None
) -> Iterator[Entries]:
    done = 0
    for block, near in nearness.blocks(rows, sources) if len(sources) > 1 else ():
        found = nearest(near, config.neighbours)
        values = rebuilt(nearness, np.take_along_axis(near, found, axis=1), sources[found], config.ridge)
        yield sources[found].ravel(), np.repeat(block, found.shape[1]), values.ravel()
        done += len(block)
        if progress:
            progress(done, len(rows))


def _sources(nearness: Nearness, config: ContentConfig, rows: np.ndarray) -> Iterator[Entries]:
    """What an item alone says of those near to it: the weight that `rebuilt` has with one source."""
    for block, near in nearness.blocks(rows, np.arange(nearness.n)):
        found = nearest(near, config.neighbours)
        values = np.take_along_axis(near, found, axis=1) / (1 + config.ridge)
        yield np.repeat(block, found.shape[1]), found.ravel(), values.ravel()


def _moved(weights: ItemWeights, origin: np.ndarray) -> Entries:
    """Entries by the rows of a new table, in which row i was row `origin[i]`; -1: it was not there."""
    now = np.full(weights.n, -1)
    now[origin[origin >= 0]] = np.flatnonzero(origin >= 0)
    sources = now[np.repeat(np.arange(weights.n), np.diff(weights.starts))]
    columns = now[weights.columns]
    kept = (sources >= 0) & (columns >= 0)
    return sources[kept], columns[kept], weights.values[kept]


def _weights(entries: list[Entries], n: int) -> ItemWeights:
    """Sorted by source, without zeros; where two say something of the same pair, the first counts."""
    sources, columns, values = (np.concatenate(part) for part in zip(*entries, strict=True))
    _, first = np.unique(sources.astype(np.int64) * n + columns, return_index=True)
    first = first[np.isfinite(values[first]) & (values[first] != 0)]
    return ItemWeights.of(sources[first], columns[first], values[first], n)


def _digests(items: ItemTable) -> np.ndarray:
    """Shape (n,), int64; 0 where there is no text to tell by."""
    if items.texts is None:
        return np.zeros(len(items), np.int64)
    return np.array([1 + zlib.crc32(text.encode()) if text else 0 for text in items.texts], np.int64)
