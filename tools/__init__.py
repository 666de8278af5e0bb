"""What can it do? Catalog search, profile memory, ranking: an engine each, with its LangChain tools beside it."""

from .catalog import Catalog, open_catalog
from .plugin import make_tools

__all__ = ["Catalog", "make_tools", "open_catalog"]
