"""Keeps an index directory in step with its source: only what changed is embedded, and an interrupted run goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from ...errors import IndexStateError
from ...items import CatalogSchema, Item
from ..embeddings import embed_texts, embedding_id
from ..reading.loading import LoadedCatalog
from .composition import embedded_text
from .manifest import FILE, LOCK, Manifest, read_manifest, write_manifest, writing
from .records import Stored, digest, flat_metadata, item_to_json
from .snapshot import Snapshot, frozen, read_snapshot, write_snapshot
from .store import ChromaStore, StoredItem, open_store

Progress = Callable[[int, int], None]
"""Called with the number of items that are indexed and the number of all."""
CHROMA = "chroma"
VERSION = "2"
"""Part of every stamp: raise it when items are read or composed differently, so that old indexes are refreshed."""
_BATCH = 256


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items of an index come from. `stamp` changes when they do; `load` reads them."""

    name: str
    stamp: str
    load: Callable[[], LoadedCatalog]
    folder: str = ""
    """Where relative paths of pictures are looked up."""


@dataclass(frozen=True, slots=True)
class Index:
    """An index directory that is open: its manifest and one state of its items."""

    directory: Path
    manifest: Manifest
    snapshot: Snapshot


def stamp_of(parts: Iterable[bytes]) -> str:
    """The stamp of a source made of these bytes."""
    found = hashlib.sha256(VERSION.encode())
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def open_index(
    directory: Path, embeddings: Embeddings, source: Source | None, progress: Progress | None = None
) -> Index:
    """The index in a directory, first made or brought up to date when its source says so.

    Raises IndexStateError when the directory was built with another embedding, is damaged or is being written.
    """
    manifest = read_manifest(directory)
    if manifest is not None:
        _check_embedding(directory, manifest, embeddings)
    if source is not None and not _is_current(manifest, source):
        return _refresh(directory, embeddings, source, progress or _silent)
    if manifest is None:
        raise IndexStateError(f"{directory}: no index there.", cure="Make one with: recommender index FILE --out DIR")
    if manifest.state == "filling":
        raise IndexStateError(
            f"{directory}: indexing was interrupted.",
            cure="Run `recommender index` again: it goes on where it stopped.",
        )
    return _read(directory, manifest)


def change_index(index: Index, put: Sequence[Item], vectors: np.ndarray, drop: Sequence[str]) -> Index:
    """Writes and removes single items; `vectors` has a row for each item put. Raises IndexStateError."""
    with writing(index.directory):
        latest = read_manifest(index.directory) or index.manifest
        base = _read(index.directory, latest, locked=True).snapshot
        orders = _orders(base, put)
        write_manifest(index.directory, latest.model_copy(update={"state": "writing"}))
        with open_store(index.directory / CHROMA, latest.embedding, latest.dimension) as store:
            store.delete([identifier for identifier in drop if identifier in base.positions])
            store.put(list(_entries(put, vectors, orders, latest.schema_, live=True)))
        return _commit(index.directory, latest, *changed(base, put, vectors, drop))


def changed(
    base: Snapshot, put: Sequence[Item], vectors: np.ndarray, drop: Sequence[str]
) -> tuple[list[Item], np.ndarray]:
    """Items and vectors after a change: known items keep their place, new ones come last."""
    rows = dict(zip((item.id for item in base.items), zip(base.items, base.vectors, strict=True), strict=True))
    rows.update({item.id: (item, vector) for item, vector in zip(put, vectors, strict=True)})
    kept = [row for identifier, row in rows.items() if identifier not in set(drop)]
    width = base.vectors.shape[1] if base.vectors.ndim == 2 else 0
    return [item for item, _ in kept], np.stack([vector for _, vector in kept]) if kept else np.empty((0, width))


def _is_current(manifest: Manifest | None, source: Source) -> bool:
    return manifest is not None and manifest.stamp == source.stamp and manifest.state != "filling"


def _check_embedding(directory: Path, manifest: Manifest, embeddings: Embeddings) -> None:
    wanted = embedding_id(embeddings)
    if manifest.embedding != wanted:
        raise IndexStateError(
            f"{directory} was built with the embedding {manifest.embedding}, not {wanted}.",
            cure=f"Pass the embedding it was built with, or delete {directory} and index again.",
        )


def _check_free(directory: Path) -> None:
    """A directory that holds other things is not made an index, whose cure may be to delete it."""
    entries = sorted(one.name for one in directory.iterdir()) if directory.is_dir() else []
    if entries and not {FILE, CHROMA, LOCK} & set(entries):
        raise IndexStateError(
            f"{directory} is no index and holds other things ({entries[0]}).", cure="Choose a new or empty directory."
        )


def _read(directory: Path, manifest: Manifest, *, locked: bool = False) -> Index:
    """The newest snapshot; when it is missing, damaged or older than Chroma it is made again from there."""
    snapshot = None
    if manifest.state == "ready":
        snapshot = read_snapshot(directory, manifest.revision, manifest.count, manifest.dimension)
    if snapshot is not None:
        return Index(directory, manifest, snapshot)
    if locked:
        return _rebuild(directory, manifest)
    with writing(directory):
        return _rebuild(directory, read_manifest(directory) or manifest)


def _rebuild(directory: Path, manifest: Manifest) -> Index:
    with open_store(directory / CHROMA, manifest.embedding, manifest.dimension) as store:
        items, vectors = store.everything()
    if len(items) < manifest.count and manifest.state == "ready":
        raise IndexStateError(
            f"{directory}: the index holds {len(items)} of {manifest.count} items.",
            cure=f"Delete {directory} and index again.",
        )
    return _commit(directory, manifest, items, vectors)


def _commit(directory: Path, manifest: Manifest, items: Sequence[Item], vectors: np.ndarray) -> Index:
    snapshot = frozen(items, vectors, manifest.revision + 1)
    write_snapshot(directory, snapshot)
    update = {"state": "ready", "revision": snapshot.revision, "count": len(items)}
    manifest = manifest.model_copy(update=update)
    write_manifest(directory, manifest)
    return Index(directory, manifest, snapshot)


def _refresh(directory: Path, embeddings: Embeddings, source: Source, progress: Progress) -> Index:
    _check_free(directory)
    loaded = source.load()
    with writing(directory):
        known = read_manifest(directory)
        if known is not None and _is_current(known, source):
            return _read(directory, known, locked=True)
        manifest = Manifest(
            name=source.name,
            embedding=embedding_id(embeddings),
            dimension=_dimension(embeddings, known),
            schema_=loaded.schema,
            source=loaded.source,
            folder=source.folder,
            stamp=source.stamp,
            revision=known.revision if known else 0,
            problems=loaded.problems,
        )
        write_manifest(directory, manifest)
        with open_store(directory / CHROMA, manifest.embedding, manifest.dimension) as store:
            _synchronise(store, loaded, embeddings, progress)
            items, vectors = store.everything()
        return _commit(directory, manifest, items, vectors)


def _synchronise(store: ChromaStore, loaded: LoadedCatalog, embeddings: Embeddings, progress: Progress) -> None:
    """Makes the store hold the loaded items: removes what is gone, writes what changed, embeds what reads otherwise."""
    stored = store.stored()
    texts = {item.id: embedded_text(item, loaded.schema) for item in loaded.items}
    store.delete([one for one, known in stored.items() if one not in texts and not known.live])
    places = {item.id: float(place) for place, item in enumerate(loaded.items)}
    todo = [item for item in loaded.items if not _is_same(item, places[item.id], stored.get(item.id))]
    done = len(loaded.items) - len(todo)
    progress(done, len(loaded.items))
    for start in range(0, len(todo), _BATCH):
        batch = todo[start : start + _BATCH]
        vectors = _vectors(store, batch, texts, stored, embeddings)
        store.put(list(_entries(batch, vectors, [places[item.id] for item in batch], loaded.schema, live=False)))
        done += len(batch)
        progress(done, len(loaded.items))


def _vectors(
    store: ChromaStore,
    batch: Sequence[Item],
    texts: Mapping[str, str],
    stored: Mapping[str, Stored],
    embeddings: Embeddings,
) -> np.ndarray:
    """Shape (len(batch), d): the stored vector of an item whose text reads the same, else a new one."""
    unread = [item.id for item in batch if item.id not in stored or stored[item.id].text != digest(texts[item.id])]
    vectors = store.vectors([item.id for item in batch if item.id not in set(unread)])
    fresh = embed_texts(embeddings, [texts[identifier] for identifier in unread]) if unread else ()
    vectors.update(zip(unread, fresh, strict=True))
    return np.stack([vectors[item.id] for item in batch])


def _is_same(item: Item, place: float, stored: Stored | None) -> bool:
    return (
        stored is not None
        and not stored.live
        and stored.content == digest(item_to_json(item))
        and stored.order == place
    )


def _entries(
    items: Sequence[Item], vectors: np.ndarray, orders: Sequence[float], schema: CatalogSchema, *, live: bool
) -> Iterator[StoredItem]:
    for item, vector, order in zip(items, vectors, orders, strict=True):
        text = embedded_text(item, schema)
        yield StoredItem(item, vector, text, flat_metadata(item, text, order, live=live))


def _orders(base: Snapshot, put: Sequence[Item]) -> list[float]:
    new = iter(range(len(base.items), len(base.items) + len(put)))
    return [float(base.positions.get(item.id, -1) if item.id in base.positions else next(new)) for item in put]


def _dimension(embeddings: Embeddings, known: Manifest | None) -> int:
    declared = getattr(embeddings, "dimension", None) or (known.dimension if known else None)
    return declared if isinstance(declared, int) else len(embeddings.embed_query("dimension"))


def _silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
