"""What can it do? Catalog search, profile memory, ranking: an engine each, with its LangChain tools beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .catalog import Catalog, open_catalog

if TYPE_CHECKING:
    from .plugin import make_tools

__all__ = ["Catalog", "make_tools", "open_catalog"]


def __getattr__(name: str) -> Any:
    """Loads the tools when they are asked for: a catalog alone needs no LangGraph."""
    if name != "make_tools":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .plugin import make_tools  # noqa: PLC0415 - loads langgraph

    return make_tools
