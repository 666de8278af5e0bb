"""Catalogs: loading, indexing in Chroma, and search."""

from .catalog import Catalog
from .embeddings import DefaultEmbeddings
from .loading import LoadedCatalog, load_items
from .opening import default_home, embedded_catalogs, open_catalog
from .rows import RowProblem
from .search import Hit, SearchRequest, SearchResult
from .statistics import FacetStatistics

__all__ = [
    "Catalog",
    "DefaultEmbeddings",
    "FacetStatistics",
    "Hit",
    "LoadedCatalog",
    "RowProblem",
    "SearchRequest",
    "SearchResult",
    "default_home",
    "embedded_catalogs",
    "load_items",
    "open_catalog",
]
