"""`Catalog`: the items of one catalog, open for search and for changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ..constraints.model import Constraint
from ..errors import IndexStateError
from ..items import CatalogSchema, Item
from .embeddings import embed_texts
from .index.changing import Change
from .index.composition import embedded_text
from .index.protocol import Index, News
from .index.snapshot import Snapshot
from .live import Live
from .pictures.gallery import Gallery, PictureVectors
from .pictures.gallery import Progress as PictureProgress
from .reading.checking import check_items
from .reading.rows import RowProblem
from .search.blend import Weights
from .search.engine import SearchRequest, SearchResult
from .search.query_reading import ReadQuery, read_query
from .search.relaxation import Relaxation, nearest_relaxation
from .search.statistics import FacetStatistics, statistics
from .state import State, Surroundings

_REMEMBERED_QUERIES = 512


class Catalog:
    """The items of one catalog. Reading is safe from any thread; a change is seen by every read after it returned.

    Made by `open_catalog`. Without an index it lives in memory only.
    """

    def __init__(
        self,
        schema: CatalogSchema,
        snapshot: Snapshot,
        embeddings: Embeddings,
        *,
        problems: Sequence[RowProblem] = (),
        index: Index | None = None,
        interactions: Path | None = None,
    ) -> None:
        self.name = schema.name
        self.schema = schema
        self.embeddings = embeddings
        self.problems = tuple(problems)
        self.interactions = interactions
        self.gallery = Gallery.beside(index)
        """Its pictures, and what encodes those that it is searched by."""
        self._index = index
        self._changing = threading.RLock()
        self._embed = lru_cache(maxsize=_REMEMBERED_QUERIES)(self._embed_query)
        nearest, served = (index.nearest, index.served) if index else (None, False)
        around = Surroundings(schema, self.embed_query, self.gallery, self.directory, nearest, served)
        self._live = Live(State(snapshot, around))

    @property
    def _state(self) -> State:
        return self._live.state

    @property
    def revision(self) -> int:
        """Grows with every change of the items."""
        return self._state.snapshot.revision

    @property
    def directory(self) -> Path | None:
        """Where the index lives, for what is derived from it; None for a catalog in memory."""
        return self._index.directory if self._index else None

    @property
    def vectors(self) -> np.ndarray:
        """Shape (n, d), float32, unit rows, in the order of `items`; read-only."""
        return self._state.snapshot.vectors

    @property
    def members(self) -> tuple[Catalog, ...]:
        """The catalogs it is made of: itself, unless it joins several."""
        return (self,)

    def home_of(self, item_id: str) -> tuple[Catalog, str]:
        """The catalog that an item lives in, and its id there: itself, unless it joins several."""
        return self, item_id

    def by_home(self, item_ids: Sequence[str]) -> Iterator[tuple[Catalog, list[int], list[str]]]:
        """(catalog, places in `item_ids`, ids there) of each member that some of the items live in."""
        yield self, list(range(len(item_ids))), list(item_ids)

    def __len__(self) -> int:
        return len(self._state.snapshot.items)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._state.snapshot.positions

    def items(self) -> Sequence[Item]:
        """All items, in the order of the source; items added later come last."""
        return self._state.snapshot.items

    def item(self, item_id: str) -> Item:
        """One item. Raises UnknownItemError."""
        state = self._state
        return state.snapshot.items[state.position(item_id)]

    def position(self, item_id: str) -> int:
        """Row of an item in `items` and `vectors`. Raises UnknownItemError."""
        return self._state.position(item_id)

    def positions(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (len(item_ids),), int64: rows of many items at once. Raises UnknownItemError."""
        return self._state.positions(item_ids)

    def vector_of(self, item_ids: Sequence[str]) -> np.ndarray:
        """Shape (len(item_ids), d). Raises UnknownItemError."""
        state = self._state
        return state.snapshot.vectors[state.positions(item_ids)]

    def embed_query(self, text: str) -> np.ndarray:
        """Shape (d,), float32, unit length, read-only; the last queries are remembered."""
        return self._embed(text)

    def mask(self, constraints: Iterable[Constraint]) -> np.ndarray:
        """Shape (n,), bool: which items meet every hard constraint. Raises FilterError for an unknown facet."""
        return self._state.columns.mask(constraints)

    @property
    def prior(self) -> np.ndarray:
        """Shape (n,), in [0, 1]: the standing of each item when nothing is known of the person."""
        return self._state.engine.prior

    def relaxation(self, constraints: Sequence[Constraint]) -> Relaxation | None:
        """The smallest change of one hard constraint after which some item fits. Raises FilterError."""
        return nearest_relaxation(self._state.columns, constraints)

    def statistics(self, facet: str, ids: Iterable[str] | None = None) -> FacetStatistics:
        """Counts and spread of a facet over some items or all. Raises FilterError and UnknownItemError."""
        state = self._state
        rows = None if ids is None else np.array([state.position(one) for one in ids], dtype=int)
        return statistics(state.columns, facet, rows)

    def read_query(self, text: str) -> ReadQuery:
        """What somebody typed: words to search by, and the conditions that its numbers and units mean."""
        return read_query(
            text, self.schema, lambda title: any(one._state.engine.has_title(title) for one in self.members)
        )

    def search(self, request: SearchRequest) -> SearchResult:
        """The best items for a request. Raises FilterError for an unknown facet, UnknownItemError for an unknown id."""
        if request.picture is None and (seen := self.gallery.words(request.query)) is not None:
            request = replace(request, picture=seen)
        self._hear()
        return self._state.engine.search(request)

    def refresh(self) -> None:
        """Takes in what other processes wrote; every search does so too, unless a change is being made.

        Raises IndexStateError when what they wrote cannot be read; a search goes on with what is known.
        """
        if self._index:
            with self._changing:
                self._live.add(self._index.news(now=True))

    def read_picture(self, source: str | Path | bytes) -> np.ndarray:
        """Shape (p,), float32, unit length, for `SearchRequest.picture`. Raises PictureError and SettingsError."""
        return self.gallery.read(source)

    def search_picture(self, picture: np.ndarray, request: SearchRequest | None = None) -> SearchResult:
        """The items that look most like a picture and meet the request. Raises as `search`, and SettingsError."""
        return self.search(replace(request or SearchRequest(), picture=picture))

    def index_pictures(self, progress: PictureProgress | None = None) -> PictureVectors:
        """The vectors of the items' pictures, made again where a file changed. Raises SettingsError."""
        self.gallery.refresh()
        return self.gallery.of(self.items(), progress)

    def weighing(self, weights: Weights) -> Callable[[SearchRequest], SearchResult]:
        """`search` with other weights than the learned ones: what these are learned with."""
        return self._state.engine.weighing(weights).search

    def warm(self) -> None:
        """Prepares what the first search needs: a second or two that may pass while a person still types."""
        self._state.engine.warm()
        self._embed_query("")

    def upsert(self, items: Iterable[Item]) -> None:
        """Adds items, or puts them in place of those with the same ids; embeds only texts that read differently.

        Raises CatalogError for an item that does not follow the schema, IndexStateError when the index is not writable.
        """
        put = list({item.id: item for item in check_items(items, self.schema)}.values())
        if put:
            with self._changing:
                self._change(Change(tuple(put), self._vectors_for(put)))

    def delete(self, ids: Iterable[str]) -> None:
        """Removes items. Raises UnknownItemError, and then removes none; IndexStateError as `upsert` does."""
        drop = tuple(dict.fromkeys(ids))
        with self._changing:
            for identifier in drop:
                self.position(identifier)
            if drop:
                self._change(Change((), self.vectors[:0], drop))

    def close(self) -> None:
        """Forgets the remembered queries and brings the store up to date. The catalog can still be read and changed."""
        self._embed.cache_clear()
        if self._index:
            with self._changing:
                self._index.close(self._live.add)
                self._state.keep()

    def _change(self, change: Change) -> None:
        if self._index:
            self._index.write(change, self._live.add)
        else:
            self._live.add(News(None, (change,)))

    def _hear(self) -> None:
        """Whoever makes a change takes in the news itself. Where there is no news to be had, what is known goes on."""
        if self._index and self._changing.acquire(blocking=False):
            try:
                with suppress(IndexStateError):
                    self._live.add(self._index.news())
            finally:
                self._changing.release()

    def _vectors_for(self, items: Sequence[Item]) -> np.ndarray:
        texts = {item.id: embedded_text(item, self.schema) for item in items}
        known = {one: there for one in texts if (there := self._live.find(one)) is not None}
        vectors = {
            one: vector for one, (item, vector) in known.items() if embedded_text(item, self.schema) == texts[one]
        }
        new = [one for one in texts if one not in vectors]
        if new:
            vectors |= dict(zip(new, embed_texts(self.embeddings, [texts[one] for one in new]), strict=True))
        return np.stack([vectors[item.id] for item in items])

    def _embed_query(self, text: str) -> np.ndarray:
        vector = embed_texts(self.embeddings, [text])[0]
        vector.setflags(write=False)
        return vector
