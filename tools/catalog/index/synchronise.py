"""Brings a store in step: with a source, of which only what changed is embedded, and with the changes of a journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from langchain_core.embeddings import Embeddings

from ...items import CatalogSchema, Item
from ..embeddings import embed_texts
from ..reading.loading import LoadedCatalog
from .changing import Latest
from .composition import embedded_text
from .protocol import ItemStore, StoredItem
from .records import Stored, digest, flat_metadata, item_to_json

Progress = Callable[[int, int], None]
"""Called with the number of items that are indexed and the number of all."""
_BATCH = 256


def bring(store: ItemStore, latest: Latest, schema: CatalogSchema, order: float) -> None:
    """Writes what some changes came to. Doing it twice does no harm.

    Known items keep their place, new ones get the numbers from `order` on.
    """
    if latest.gone:
        store.delete(latest.gone)
    put = latest.put
    stored = store.stored(list(put)) if put else {}
    orders = [
        stored[identifier].order if identifier in stored else order + place for place, identifier in enumerate(put)
    ]
    items, vectors = [item for item, _ in put.values()], [vector for _, vector in put.values()]
    store.put(entries(items, vectors, orders, schema, live=True))


def synchronise(store: ItemStore, loaded: LoadedCatalog, embeddings: Embeddings, progress: Progress) -> None:
    """Makes the store hold the loaded items: removes what is gone, writes what changed, embeds what reads otherwise."""
    stored = store.stored()
    texts = {item.id: embedded_text(item, loaded.schema) for item in loaded.items}
    store.delete([one for one, known in stored.items() if one not in texts and not known.live])
    places = {item.id: float(place) for place, item in enumerate(loaded.items)}
    todo = [item for item in loaded.items if not _is_same(item, texts[item.id], places[item.id], stored.get(item.id))]
    done = len(loaded.items) - len(todo)
    progress(done, len(loaded.items))
    batches = [todo[start : start + _BATCH] for start in range(0, len(todo), _BATCH)]
    for batch, fresh in zip(batches, _embedded(batches, texts, stored, embeddings), strict=True):
        vectors = _vectors(store, batch, fresh)
        store.put(entries(batch, vectors, [places[item.id] for item in batch], loaded.schema, live=False))
        done += len(batch)
        progress(done, len(loaded.items))


def entries(
    items: Sequence[Item],
    vectors: Sequence[np.ndarray],
    orders: Sequence[float],
    schema: CatalogSchema,
    *,
    live: bool,
) -> list[StoredItem]:
    """Items as they are stored. `live` ones were added through the API, and a source that lacks them leaves them."""
    texts = [embedded_text(item, schema) for item in items]
    return [
        StoredItem(item, vector, text, flat_metadata(item, text, order, live=live))
        for item, vector, order, text in zip(items, vectors, orders, texts, strict=True)
    ]


def _embedded(
    batches: Sequence[Sequence[Item]], texts: Mapping[str, str], stored: Mapping[str, Stored], embeddings: Embeddings
) -> Iterator[dict[str, np.ndarray]]:
    """For each batch the vectors of the items whose texts read otherwise, by id.

    A batch is embedded while the store writes the one before it.
    """

    def embed(batch: Sequence[Item]) -> dict[str, np.ndarray]:
        unread = [item.id for item in batch if item.id not in stored or stored[item.id].text != digest(texts[item.id])]
        fresh = embed_texts(embeddings, [texts[identifier] for identifier in unread]) if unread else ()
        return dict(zip(unread, fresh, strict=True))

    with ThreadPoolExecutor(1, thread_name_prefix="embedding") as worker:
        ahead: Future[dict[str, np.ndarray]] | None = None
        for batch in batches:
            following = worker.submit(embed, batch)
            if ahead:
                yield ahead.result()
            ahead = following
        if ahead:
            yield ahead.result()


def _vectors(store: ItemStore, batch: Sequence[Item], fresh: dict[str, np.ndarray]) -> list[np.ndarray]:
    """The fresh vector of each item, or the stored one, shape (d,)."""
    vectors = store.vectors([item.id for item in batch if item.id not in fresh]) | fresh
    return [vectors[item.id] for item in batch]


def _is_same(item: Item, text: str, place: float, stored: Stored | None) -> bool:
    return (
        stored is not None
        and not stored.live
        and stored.content == digest(item_to_json(item))
        and stored.text == digest(text)
        and stored.order == place
    )
