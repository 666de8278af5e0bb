"""Catalogs: loading, indexing in Chroma, and search."""

from .catalog import Catalog
from .embeddings import DefaultEmbeddings
from .joint import JointCatalog
from .joint_opening import named_catalogs, open_catalogs
from .opening import default_home, embedded_catalogs, open_catalog
from .reading.loading import LoadedCatalog, load_items
from .reading.rows import RowProblem
from .search.engine import Hit, SearchRequest, SearchResult
from .search.statistics import FacetStatistics

__all__ = [
    "Catalog",
    "DefaultEmbeddings",
    "FacetStatistics",
    "Hit",
    "JointCatalog",
    "LoadedCatalog",
    "RowProblem",
    "SearchRequest",
    "SearchResult",
    "default_home",
    "embedded_catalogs",
    "load_items",
    "named_catalogs",
    "open_catalog",
    "open_catalogs",
]
