"""One state of a catalog: its items do not change, so that whoever holds it sees it whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..errors import UnknownItemError
from ..items import CatalogSchema, FacetKind, FacetRole, Item
from .index.composition import embedded_text
from .index.snapshot import Snapshot
from .pictures.gallery import Gallery
from .search.columns import Columns
from .search.engine import Nearest, SearchEngine
from .search.wordfile import kept_table
from .search.wordpatch import LARGEST_SHARE, patched_table
from .search.wordtable import WordTable, build_table

_MANY = 64
_WORDLESS = (FacetKind.NUMERIC, FacetKind.DATE, FacetKind.BOOLEAN)


@dataclass(frozen=True)
class Surroundings:
    """What stays the same from state to state."""

    schema: CatalogSchema
    embed_query: Callable[[str], np.ndarray]
    gallery: Gallery
    directory: Path | None
    """The index directory; None for a catalog in memory."""
    nearest: Nearest | None
    served: bool
    """Whether `nearest` asks a server."""


class State:
    """The items at one moment, and what is searched in them, made when it is first needed. Safe from any thread."""

    def __init__(self, snapshot: Snapshot, around: Surroundings, former: State | None = None) -> None:
        """What `former` made is used again where the items allow it."""
        self.snapshot = snapshot
        self.around = around
        self._former = former
        self._making = threading.RLock()
        self._columns: Columns | None = None
        self._words: WordTable | None = None
        self._drift = 0
        """How many items the word table was patched for since it was built."""
        self._engine: SearchEngine | None = None
        self._found: tuple[list[str], np.ndarray] = ([], np.zeros(0, dtype=np.int64))

    @property
    def columns(self) -> Columns:
        """The facets by column."""
        with self._making:
            if self._columns is None:
                self._columns = self._made_columns()
            return self._columns

    @property
    def engine(self) -> SearchEngine:
        """Search over the items."""
        if self._engine is None:
            with self._making:
                if self._engine is None:
                    columns = self.columns
                    self._engine = self._made_engine(columns)
                    self._former = None
        return self._engine

    def after(self, snapshot: Snapshot) -> State:
        """The state of other items. One that nothing was made for yet leaves no trace."""
        return State(snapshot, self.around, self if self._engine is not None else self._former)

    def keep(self) -> None:
        """Keeps the word table beside the index, so that the next process need not make it."""
        with self._making:
            if self._drift or self._former is not None:
                words = self._words or self._table()
                kept_table(self.around.directory, self.snapshot, lambda: words)

    def position(self, item_id: str) -> int:
        """Row of an item. Raises UnknownItemError."""
        position = self.snapshot.positions.get(item_id)
        if position is None:
            raise UnknownItemError(f"No item has the id {item_id!r}.", cure="Use an id that a search returned.")
        return position

    def positions(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (len(item_ids),), read-only: rows of items. Raises UnknownItemError.

        The last answer is kept: the parts of a ranker ask for the same candidates one after the other.
        """
        asked, kept = list(item_ids), self._found
        if kept[0] == asked:
            return kept[1]
        rows = list(map(self.snapshot.positions.get, asked))
        if None in rows:
            self.position(asked[rows.index(None)])
        found = np.array(rows, dtype=np.int64)
        found.setflags(write=False)
        if len(asked) >= _MANY:
            self._found = (asked, found)
        return found

    def _made_columns(self) -> Columns:
        rows = self._former and changed_rows(self._former.snapshot, self.snapshot)
        if self._former is None or rows is None:
            return Columns.build(self.snapshot.items, self.around.schema)
        return self._former.columns.with_rows(self.snapshot.items, rows)

    def _made_engine(self, columns: Columns) -> SearchEngine:
        if self._former is not None and self._only_numbers_changed(self._former.snapshot):
            self._words, self._drift = self._former._words, self._former._drift
            return self._former.engine.with_columns(columns)
        snapshot, around = self.snapshot, self.around
        return SearchEngine(
            snapshot.items,
            columns,
            self._words or self._table(),
            snapshot.vectors,
            around.schema,
            around.embed_query,
            nearest=around.nearest,
            served=around.served,
            pictures=lambda: around.gallery.of(snapshot.items),
        )

    def _only_numbers_changed(self, former: Snapshot) -> bool:
        rows = changed_rows(former, self.snapshot) if former.vectors is self.snapshot.vectors else None
        pairs = () if rows is None else ((former.items[row], self.snapshot.items[row]) for row in rows)
        return rows is not None and all(_reads_the_same(one, other, self.around.schema) for one, other in pairs)

    def _table(self) -> WordTable:
        """That of the former state, patched; else the one on the disk, or a new one."""
        patched = self._patched_table(self._former) if self._former else None
        self._words = patched or kept_table(self.around.directory, self.snapshot, self._built_table)
        return self._words

    def _patched_table(self, former: State) -> WordTable | None:
        schema, now = self.around.schema, self.snapshot
        places = _places(former.snapshot, now, schema)
        self._drift = former._drift + len(now.items) - int(np.count_nonzero(places >= 0))
        if former._words is None or self._drift > LARGEST_SHARE * len(now.items):
            self._drift = 0
            return None
        return patched_table(former._words, places, now.items, lambda item: embedded_text(item, schema), schema)

    def _built_table(self) -> WordTable:
        items = self.snapshot.items
        return build_table(items, [embedded_text(item, self.around.schema) for item in items], self.around.schema)


def changed_rows(former: Snapshot, now: Snapshot) -> list[int] | None:
    """The rows whose items are others than before; None when the rows are of other ids."""
    if len(former.items) != len(now.items):
        return None
    rows = [row for row, (one, other) in enumerate(zip(former.items, now.items, strict=True)) if one is not other]
    return rows if all(former.items[row].id == now.items[row].id for row in rows) else None


def _places(former: Snapshot, now: Snapshot, schema: CatalogSchema) -> np.ndarray:
    """Shape (m,): the row that a former item has now; -1 when it is gone or reads otherwise."""
    places = np.full(len(former.items), -1, dtype=np.int64)
    for row, item in enumerate(former.items):
        place = now.positions.get(item.id)
        if place is not None and (now.items[place] is item or _reads_the_same(item, now.items[place], schema)):
            places[row] = place
    return places


def _reads_the_same(one: Item, other: Item, schema: CatalogSchema) -> bool:
    """Whether a search by words or by picture finds the one as it finds the other."""
    worded = [
        facet.name
        for facet in schema.facets
        if facet.role is FacetRole.IDENTIFIER or (facet.kind not in _WORDLESS and facet.role is not FacetRole.STOCK)
    ]
    return (
        (one.title, one.text, one.image) == (other.title, other.text, other.image)
        and all(one.facets.get(name) == other.facets.get(name) for name in worded)
        and embedded_text(one, schema) == embedded_text(other, schema)
    )
