"""`open_catalog`: from a name, a file, a directory, a frame or items to a `Catalog`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from ..errors import CatalogError, UnknownCatalogError, did_you_mean
from ..items import CatalogSchema, Item
from .catalog import Catalog
from .embeddings import DefaultEmbeddings, embed_texts
from .index.composition import embedded_text
from .index.indexing import Source, open_index, stamp_of
from .index.local import LocalIndex
from .index.manifest import FILE as MANIFEST
from .index.places import EmbeddedPlace
from .index.records import digest, item_to_json
from .index.snapshot import Snapshot, frozen
from .index.synchronise import Progress
from .pictures.protocol import PictureEncoder
from .reading.checking import check_items
from .reading.inference import infer_from_items
from .reading.loading import LoadedCatalog, load_items
from .reading.overriding import read_schema
from .reading.readers import FILE_SUFFIXES, is_frame, read_bytes

_BATCH = 256
_SCHEMA, _INTERACTIONS = "schema.yaml", "interactions.csv.gz"


def open_catalog(
    source: str | Path | Sequence[Item] | Any,
    *,
    home: Path | None = None,
    schema: CatalogSchema | Path | None = None,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
    pictures: PictureEncoder | None = None,
) -> Catalog:
    """Opens a catalog, and first indexes what is new in it.

    `source` is the name of an embedded catalog, a catalog file, a directory made by `recommender index`, a pandas or
    polars frame, or items. Indexes live below `home` (default: `default_home()`); frames and items without a `home`
    stay in memory. `progress` is called with the numbers of items indexed and of all. `pictures` makes vectors of the
    items' pictures when they are first searched by; without one the extra `images` does.

    Raises UnknownCatalogError, CatalogError for data that cannot be used, and IndexStateError for an index that was
    built with another embedding, is damaged, or is being written by another process.
    """
    opened = _open(source, home, schema, embeddings or shared_embeddings(), progress)
    if pictures is not None:
        opened.gallery.use(pictures)
    return opened


def _open(
    source: str | Path | Sequence[Item] | Any,
    home: Path | None,
    schema: CatalogSchema | Path | None,
    embeddings: Embeddings,
    progress: Progress | None,
) -> Catalog:
    if not isinstance(source, (str, Path)):
        return _open_rows(source, home, schema, embeddings, progress)
    if str(source) in embedded_catalogs():
        return _open_embedded(str(source), home or default_home(), schema, embeddings, progress)
    path = Path(source)
    if path.is_dir():
        return _catalog(open_index(EmbeddedPlace(path), embeddings, None, progress), embeddings)
    if path.is_file():
        directory = index_directory(path, home or default_home())
        return index_file(path, directory, schema=schema, embeddings=embeddings, progress=progress)
    raise _unknown(str(source))


def index_file(
    path: Path,
    directory: Path,
    *,
    schema: CatalogSchema | Path | None = None,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
) -> Catalog:
    """Makes or refreshes the index of a catalog file in a directory, and opens it. Raises as `open_catalog` does."""
    embeddings = embeddings or shared_embeddings()
    return _catalog(open_index(EmbeddedPlace(directory), embeddings, file_source(path, schema), progress), embeddings)


def embedded_catalogs() -> tuple[str, ...]:
    """Names of the catalogs that ship with the package."""
    return tuple(sorted(path.parent.name for path in _folder("").glob(f"*/{_SCHEMA}")))


def default_home() -> Path:
    """Where indexes live: the user's data directory of the platform."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share"))
    return base / "langgraph-recommender"


def index_directory(path: Path, home: Path) -> Path:
    """Where the index of a catalog file lives when no directory is named."""
    return home / "catalogs" / f"{path.name.partition('.')[0]}-{digest(str(path.resolve()))[:8]}"


def file_source(path: Path, schema: CatalogSchema | Path | None = None, *, name: str = "") -> Source:
    """A catalog file as the source of an index."""
    written = schema.model_dump_json().encode() if isinstance(schema, CatalogSchema) else b""
    described = read_bytes(schema) if isinstance(schema, Path) else written
    stamp = stamp_of([read_bytes(path), described])
    called = name or path.name.partition(".")[0]
    return Source(called, stamp, lambda: load_items(path, schema, name=name), str(path.resolve().parent))


@cache
def shared_embeddings() -> DefaultEmbeddings:
    """The default embedding; its weights are loaded once a process."""
    return DefaultEmbeddings()


def embedded_schema(name: str) -> CatalogSchema:
    """The schema of an embedded catalog, without reading its items."""
    return read_schema(_folder(name) / _SCHEMA).over(CatalogSchema(name=name))


def _open_embedded(
    name: str, home: Path, schema: CatalogSchema | Path | None, embeddings: Embeddings, progress: Progress | None
) -> Catalog:
    folder = _folder(name)
    data = next(path for path in sorted(folder.iterdir()) if path.name.startswith("items."))
    source = file_source(data, schema or folder / _SCHEMA, name=name)
    index = open_index(EmbeddedPlace(home / "catalogs" / name), embeddings, source, progress)
    interactions = folder / _INTERACTIONS
    return _catalog(index, embeddings, interactions if interactions.is_file() else None)


def _folder(name: str) -> Path:
    return Path(str(files(__package__ or "") / "embedded" / name))


def _open_rows(
    source: Any,
    home: Path | None,
    schema: CatalogSchema | Path | None,
    embeddings: Embeddings,
    progress: Progress | None,
) -> Catalog:
    loaded = _load_rows(source, schema)
    if home is not None:
        stamp = stamp_of([item_to_json(item).encode() for item in loaded.items])
        directory = home / "catalogs" / loaded.schema.name
        source = Source(loaded.schema.name, stamp, lambda: loaded)
        return _catalog(open_index(EmbeddedPlace(directory), embeddings, source, progress), embeddings)
    snapshot = frozen(loaded.items, _embed_all(loaded, embeddings, progress), 1)
    return Catalog(loaded.schema, snapshot, embeddings, problems=loaded.problems)


def _load_rows(source: Any, schema: CatalogSchema | Path | None) -> LoadedCatalog:
    if is_frame(source) or not source or not all(isinstance(row, Item) for row in source):
        return load_items(source, schema)
    if isinstance(schema, Path):
        raise CatalogError("Items need a whole schema, not a schema file.", cure="Pass a CatalogSchema, or rows.")
    chosen = schema or infer_from_items(source)
    items = check_items(source, chosen)
    (identifier, times), *_ = Counter(item.id for item in items).most_common(1)
    if times > 1:
        raise CatalogError(f"{times} items have the id {identifier!r}.", cure="Give every item an id of its own.")
    return LoadedCatalog(chosen, tuple(items), (), "items")


def _embed_all(loaded: LoadedCatalog, embeddings: Embeddings, progress: Progress | None) -> np.ndarray:
    texts = [embedded_text(item, loaded.schema) for item in loaded.items]
    parts = []
    for start in range(0, len(texts), _BATCH):
        parts.append(embed_texts(embeddings, texts[start : start + _BATCH]))
        if progress:
            progress(min(start + _BATCH, len(texts)), len(texts))
    return np.concatenate(parts)


def _catalog(opened: tuple[LocalIndex, Snapshot], embeddings: Embeddings, interactions: Path | None = None) -> Catalog:
    index, snapshot = opened
    manifest = index.manifest
    return Catalog(
        manifest.schema_, snapshot, embeddings, problems=manifest.problems, index=index, interactions=interactions
    )


def _unknown(source: str) -> UnknownCatalogError:
    looks_like_path = os.sep in source or Path(source).suffix != ""
    what = "no such file" if looks_like_path else "no embedded catalog, file or directory of that name"
    known = [*embedded_catalogs(), *_beside(Path(source))]
    return UnknownCatalogError(f"{source}: {what}.", cure=did_you_mean(Path(source).name, known))


def _beside(path: Path) -> list[str]:
    """Names of the catalog files and index directories in the same folder."""
    entries = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    return [entry.name for entry in entries if (entry / MANIFEST).is_file() or FILE_SUFFIXES & set(entry.suffixes)]
