"""One state of a catalog: immutable, so that whoever holds it sees it whole."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from ..errors import UnknownItemError
from ..items import CatalogSchema
from .index.composition import embedded_text
from .index.snapshot import Snapshot
from .pictures.gallery import Gallery
from .search.columns import Columns
from .search.engine import Nearest, SearchEngine
from .search.wordfile import kept_table
from .search.wordtable import WordTable, build_table


@dataclass(frozen=True)
class Surroundings:
    """What stays the same from state to state."""

    schema: CatalogSchema
    embed_query: Callable[[str], np.ndarray]
    gallery: Gallery
    directory: Path | None
    """The index directory; None for a catalog in memory."""
    nearest: Nearest | None


@dataclass(frozen=True)
class State:
    """The items at one moment, and what is searched in them, made when it is first needed."""

    snapshot: Snapshot
    around: Surroundings
    _making: threading.RLock = field(default_factory=threading.RLock)

    @property
    def columns(self) -> Columns:
        """The facets by column."""
        with self._making:
            return self._columns

    @property
    def engine(self) -> SearchEngine:
        """Search over the items."""
        with self._making:
            return self._engine

    def position(self, item_id: str) -> int:
        """Row of an item. Raises UnknownItemError."""
        position = self.snapshot.positions.get(item_id)
        if position is None:
            raise UnknownItemError(f"No item has the id {item_id!r}.", cure="Use an id that a search returned.")
        return position

    @cached_property
    def _columns(self) -> Columns:
        return Columns.build(self.snapshot.items, self.around.schema)

    @cached_property
    def _engine(self) -> SearchEngine:
        snapshot, around = self.snapshot, self.around
        return SearchEngine(
            snapshot.items,
            self._columns,
            kept_table(around.directory, snapshot, self._table),
            snapshot.vectors,
            around.schema,
            around.embed_query,
            nearest=around.nearest,
            pictures=lambda: around.gallery.of(snapshot.items).vectors,
        )

    def _table(self) -> WordTable:
        items = self.snapshot.items
        return build_table(items, [embedded_text(item, self.around.schema) for item in items], self.around.schema)
