"""`open_catalogs`: one catalog, or several as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from langchain_core.embeddings import Embeddings

from ..errors import CatalogError
from .catalog import Catalog
from .index.indexing import Progress
from .joint import JointCatalog
from .opening import embedded_catalogs, open_catalog

Source = str | Path | Catalog


def open_catalogs(
    sources: Source | Sequence[Source],
    *,
    home: Path | None = None,
    embeddings: Embeddings | None = None,
    progress: Progress | None = None,
    store: str | None = None,
) -> Catalog:
    """The catalog of a name or path, or several of them as one: a list of one is that catalog.

    The options are those of `open_catalog`.
    Raises CatalogError for an empty list, the same catalog twice and two of one name, and as `open_catalog` does.
    """
    given: Sequence[Source] = [sources] if isinstance(sources, str | Path | Catalog) else list(sources)
    if not given:
        raise CatalogError("No catalog is given.", cure=f"Name one of {', '.join(embedded_catalogs())}, or a file.")
    for place, one in enumerate(given):
        if one in given[:place]:
            raise CatalogError(f"The catalog {_name(one)!r} is given twice.", cure="Give each catalog once.")
    opening = partial(open_catalog, home=home, embeddings=embeddings, progress=progress, store=store)
    opened = [one if isinstance(one, Catalog) else opening(one) for one in given]
    return opened[0] if len(opened) == 1 else JointCatalog(opened)


def named_catalogs(text: str) -> tuple[str, ...]:
    """The catalogs that a setting names: `books,movies`; a path that exists may have commas in it."""
    if "," not in text or Path(text).exists():
        return (text,)
    return tuple(name for part in text.split(",") if (name := part.strip()))


def _name(source: Source) -> str:
    return source.name if isinstance(source, Catalog) else str(source)
