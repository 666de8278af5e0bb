"""`open_catalog`: from a name, a file, a directory, a frame or items to a `Catalog`."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from ..errors import CatalogError, UnknownCatalogError, did_you_mean
from ..items import CatalogSchema, Item
from .catalog import Catalog
from .embeddings import DefaultEmbeddings, embed_texts
from .index.composition import embedded_text
from .index.indexing import Source, stamp_of
from .index.keeping import beside, open_kept
from .index.manifest import FILE as MANIFEST
from .index.records import digest, item_to_json
from .index.snapshot import frozen
from .index.synchronise import Progress
from .pictures.protocol import PictureEncoder
from .reading.checking import check_items
from .reading.feeds.dated import is_dated, today
from .reading.inference import infer_from_items
from .reading.loading import LoadedCatalog, load_items
from .reading.overriding import read_schema, schema_bytes
from .reading.readers import FILE_SUFFIXES, is_frame, read_bytes

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

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
    store: str | VectorStore | None = None,
) -> Catalog:
    """Opens a catalog, and first indexes what is new in it.

    `source` is the name of an embedded catalog, a catalog file, a directory made by `recommender index`, a pandas or
    polars frame, or items. Indexes live below `home` (default: `default_home()`); frames and items without a `home`
    stay in memory. `progress` is called with the numbers of items indexed and of all. `pictures` makes vectors of the
    items' pictures when they are first searched by; without one the extra `images` does. `store` keeps the items
    elsewhere than in Chroma on disk: the URL of a Chroma server that many processes may share
    (`http://HOST:PORT[/COLLECTION]`; `source` may then be the name of a catalog on it), or a LangChain `VectorStore`.

    Raises UnknownCatalogError, CatalogError for data that cannot be used, and IndexStateError for an index that was
    built with another embedding, is damaged, or is being written by another process.
    """
    opened = _open(source, _How(home, schema, embeddings or _embeddings_of(store), progress, store))
    if pictures is not None:
        opened.gallery.use(pictures)
    return opened


@dataclass(frozen=True, slots=True)
class _How:
    """What the caller said of how to open a catalog."""

    home: Path | None
    schema: CatalogSchema | Path | None
    embeddings: Embeddings
    progress: Progress | None
    store: str | VectorStore | None

    def directory(self, name: str) -> Path:
        """That of the index of a catalog that has a name."""
        return beside((self.home or default_home()) / "catalogs" / name, self.store)

    def catalog(
        self, directory: Path | None, source: Source | None, *, name: str = "", interactions: Path | None = None
    ) -> Catalog:
        index, snapshot = open_kept(directory, self.store, self.embeddings, source, self.progress, name=name)
        schema, problems = index.manifest.schema_, index.manifest.problems
        return Catalog(schema, snapshot, self.embeddings, problems=problems, index=index, interactions=interactions)


def _open(source: str | Path | Sequence[Item] | Any, how: _How) -> Catalog:
    if not isinstance(source, (str, Path)):
        return _open_rows(source, how)
    name, path = str(source), Path(source)
    if name in embedded_catalogs():
        return _open_embedded(name, how)
    if path.is_dir():
        return how.catalog(path, None, name=path.name)
    if path.is_file():
        return how.catalog(how.directory(index_name(path)), file_source(path, how.schema))
    if isinstance(how.store, str) and path.name == name:
        return how.catalog(how.directory(name), None, name=name)
    raise _unknown(name)


def _embeddings_of(store: str | VectorStore | None) -> Embeddings:
    own = None if store is None or isinstance(store, str) else getattr(store, "embeddings", None)
    return own or shared_embeddings()


def index_file(
    path: Path,
    directory: Path,
    *,
    schema: CatalogSchema | Path | None = None,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
    store: str | VectorStore | None = None,
) -> Catalog:
    """Makes or refreshes the index of a catalog file in a directory, and opens it. Raises as `open_catalog` does."""
    how = _How(None, schema, embeddings or _embeddings_of(store), progress, store)
    return how.catalog(directory, file_source(path, schema))


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


def index_directory(path: Path, home: Path, store: str | VectorStore | None = None) -> Path:
    """Where the index of a catalog file lives when no directory is named."""
    return beside(home / "catalogs" / index_name(path), store)


def index_name(path: Path) -> str:
    """The name of that directory: files of the same name in different folders have different ones."""
    return f"{path.name.partition('.')[0]}-{digest(str(path.resolve()))[:8]}"


def file_source(path: Path, schema: CatalogSchema | Path | None = None, *, name: str = "") -> Source:
    """A catalog file as the source of an index."""
    written = schema.model_dump_json().encode() if isinstance(schema, CatalogSchema) else b""
    described = schema_bytes(schema) if isinstance(schema, Path) else written
    data = read_bytes(path)
    stamp = stamp_of([data, described, today() if is_dated(data) else b""])
    called = name or path.name.partition(".")[0]
    return Source(called, stamp, lambda: load_items(path, schema, name=name), str(path.resolve().parent))


@cache
def shared_embeddings() -> DefaultEmbeddings:
    """The default embedding; its weights are loaded once a process."""
    return DefaultEmbeddings()


def embedded_schema(name: str) -> CatalogSchema:
    """The schema of an embedded catalog, without reading its items."""
    return read_schema(_folder(name) / _SCHEMA).over(CatalogSchema(name=name))


def _open_embedded(name: str, how: _How) -> Catalog:
    folder = _folder(name)
    data = next(path for path in sorted(folder.iterdir()) if path.name.startswith("items."))
    source = file_source(data, how.schema or folder / _SCHEMA, name=name)
    interactions = folder / _INTERACTIONS
    return how.catalog(how.directory(name), source, interactions=interactions if interactions.is_file() else None)


def _folder(name: str) -> Path:
    return Path(str(files(__package__ or "") / "embedded" / name))


def _open_rows(rows: Any, how: _How) -> Catalog:
    loaded = _load_rows(rows, how.schema)
    if how.home is None and how.store is None:
        snapshot = frozen(loaded.items, _embed_all(loaded, how.embeddings, how.progress), 1)
        return Catalog(loaded.schema, snapshot, how.embeddings, problems=loaded.problems)
    name, schema = loaded.schema.name, loaded.schema.model_dump_json()
    stamp = stamp_of([schema.encode(), *(item_to_json(item).encode() for item in loaded.items)])
    return how.catalog(how.directory(name) if how.home else None, Source(name, stamp, lambda: loaded))


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


def _unknown(source: str) -> UnknownCatalogError:
    looks_like_path = os.sep in source or Path(source).suffix != ""
    what = "no such file" if looks_like_path else "no embedded catalog, file or directory of that name"
    known = [*embedded_catalogs(), *_beside(Path(source))]
    return UnknownCatalogError(f"{source}: {what}.", cure=did_you_mean(Path(source).name, known))


def _beside(path: Path) -> list[str]:
    """Names of the catalog files and index directories in the same folder."""
    entries = sorted(path.parent.iterdir()) if path.parent.is_dir() else []
    return [entry.name for entry in entries if (entry / MANIFEST).is_file() or FILE_SUFFIXES & set(entry.suffixes)]
