"""Opens an index directory, first made or brought up to date when its source says so; an interrupted run goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from langchain_core.embeddings import Embeddings

from ...errors import IndexStateError
from ..embeddings import embedding_id
from ..reading.loading import LoadedCatalog
from .local import LocalIndex, commit, interrupted, open_local, settle_journal
from .manifest import FILE, LOCK, Manifest, read_manifest, write_manifest, writing
from .places import CHROMA, Place
from .snapshot import Snapshot, frozen
from .synchronise import Progress, synchronise

VERSION = "4"
"""Part of every stamp: raise it when items are read or composed differently, so that old indexes are refreshed."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the items of an index come from. `stamp` changes when they do; `load` reads them."""

    name: str
    stamp: str
    load: Callable[[], LoadedCatalog]
    folder: str = ""
    """Where relative paths of pictures are looked up."""


def stamp_of(parts: Iterable[bytes]) -> str:
    """The stamp of a source made of these bytes."""
    found = hashlib.sha256(VERSION.encode())
    for part in parts:
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def open_index(
    place: Place, embeddings: Embeddings, source: Source | None, progress: Progress | None = None
) -> tuple[LocalIndex, Snapshot]:
    """The index in a directory and its state, first made or brought up to date when its source says so.

    Raises IndexStateError when the directory was built with another embedding, is damaged or is being written.
    """
    directory = place.directory
    manifest = read_manifest(directory)
    if manifest is not None:
        _check_embedding(directory, manifest, embeddings)
    if source is not None and not is_current(manifest, source):
        manifest = _refresh(place, embeddings, source, progress or silent)
    if manifest is None:
        raise IndexStateError(f"{directory}: no index there.", cure="Make one with: recommender index FILE --out DIR")
    if manifest.state == "filling":
        raise interrupted(directory)
    return open_local(place, manifest)


def is_current(manifest: Manifest | None, source: Source) -> bool:
    """Whether an index was made of what the source holds now."""
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


def _refresh(place: Place, embeddings: Embeddings, source: Source, progress: Progress) -> Manifest:
    directory = place.directory
    _check_free(directory)
    loaded = source.load()
    with writing(directory):
        known = read_manifest(directory)
        if known is not None and is_current(known, source):
            return known
        changes = settle_journal(place, known) if known else 0
        manifest = new_manifest(loaded, embeddings, source, known)
        write_manifest(directory, manifest)
        with place.open(manifest) as store:
            synchronise(store, loaded, embeddings, progress)
            contents = store.read()
        snapshot = frozen(contents.items, contents.vectors, manifest.revision + changes + 1)
        return commit(directory, manifest, snapshot)


def new_manifest(
    loaded: LoadedCatalog, embeddings: Embeddings, source: Source, known: Manifest | None = None
) -> Manifest:
    """The manifest of an index that is being filled from a source."""
    return Manifest(
        name=source.name,
        embedding=embedding_id(embeddings),
        dimension=dimension_of(embeddings, known),
        schema_=loaded.schema,
        source=loaded.source,
        folder=source.folder,
        stamp=source.stamp,
        revision=known.revision if known else 0,
        problems=loaded.problems,
    )


def dimension_of(embeddings: Embeddings, known: Manifest | None) -> int:
    """How many numbers a vector has."""
    declared = getattr(embeddings, "dimension", None) or (known.dimension if known else None)
    return declared if isinstance(declared, int) else len(embeddings.embed_query("dimension"))


def silent(_done: int, _total: int) -> None:
    """Progress that nobody watches."""
